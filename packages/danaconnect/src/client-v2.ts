import { UpstreamError } from '@sluice/errors'
import { Secret } from '@sluice/http-client'
import type { ObservedOptions } from '@sluice/http-client/observe'
import { createTokenCache, formatBearer } from '@sluice/token-auth'

import { DANACONNECT_BASE_URLS } from './base-urls.ts'
import { type CallApi, type DanaconnectCall, sendApiCall } from './call-api.ts'
import { type Conversations, createConversations } from './conversations.ts'
import type { DanaconnectCode } from './failures.ts'
import { createRecords, type FieldsParameter, type Records } from './records.ts'
import { createTokens, type DanaconnectClientCredentials, type Tokens } from './token.ts'

/** Without it a token is issued and then not accepted. */
const CONVERSATION_SCOPE = 'conversation:access2api'

/** How long before its end a token is renewed, as in other clients of this API. */
const RENEW_BEFORE_MS = 60_000

/** The failures after which another token may help: at once, or once the account got its permission. */
const TOKEN_CODES: ReadonlySet<string> = new Set<DanaconnectCode>([
  'DANACONNECT_TOKEN_REFUSED',
  'DANACONNECT_UNAUTHORIZED',
])

/** How one call is made. */
export interface DanaconnectV2Call extends DanaconnectCall {
  /** Told about the exchange with the token endpoint, where this call needed one. */
  readonly observeToken?: ObservedOptions['observe']
}

/** Where the token of a call comes from. */
export interface DanaconnectTokenSource {
  readonly get: (call: DanaconnectV2Call) => Promise<string>
  /** Says that the vendor did not accept this token, so that it is not given out again. */
  readonly refuse: (token: string) => void
}

export interface DanaconnectV2Options extends Omit<ObservedOptions, 'observe' | 'replySecrets' | 'signal'> {
  /** Defaults to `DANACONNECT_BASE_URLS`. */
  readonly baseUrls?: { readonly appserv: string; readonly auth: string }
  readonly credentials: DanaconnectClientCredentials
  /** Default `conversation:access2api`, which starts need. */
  readonly scope?: string
  /** Where id and secret stand in the request for a token. Default `basic`; whether the vendor takes `body` is not confirmed. */
  readonly clientAuthentication?: 'basic' | 'body'
  /** Where tokens come from. Default: a cache of its own over the token endpoint. */
  readonly tokens?: DanaconnectTokenSource
  /** Name of the query variable of `records.retrieve`. Default `fields`. */
  readonly fieldsParameter?: FieldsParameter
}

/** A client of version 2 of the DANAConnect HTTP API: one HTTP request per call, beside that for a token. */
export interface DanaconnectV2 {
  readonly token: Tokens
  readonly conversations: Conversations<DanaconnectV2Call>
  readonly records: Records<DanaconnectV2Call>
}

/**
 * Creates a client for one OAuth2 client. A token that the vendor refuses is given up, and the call throws: whether to
 * call once more is the caller's decision.
 *
 * @throws EncodeError `AUTH_CHARACTER` when id or secret holds a character that Basic authentication cannot carry.
 * @see https://dev.danaconnect.com/openapi/conversation-reference/v2.0
 */
export function createDanaconnectV2(options: DanaconnectV2Options): DanaconnectV2 {
  const {
    baseUrls = DANACONNECT_BASE_URLS,
    credentials,
    scope = CONVERSATION_SCOPE,
    clientAuthentication = 'basic',
    tokens,
    fieldsParameter,
    ...send
  } = options
  const token = createTokens({ baseUrl: baseUrls.auth, credentials, scope, clientAuthentication, send })
  const source = tokens ?? cacheTokens(token, send.nowMs)

  const callApi: CallApi = async (api, call = {}) => {
    const bearer = await source.get(call)
    const authorization = new Secret('bearer', formatBearer(bearer))
    const access = { baseUrl: baseUrls.appserv, authorization, secrets: [authorization], send }
    try {
      return await sendApiCall(api, access, call)
    } catch (error) {
      if (error instanceof UpstreamError && TOKEN_CODES.has(error.code)) source.refuse(bearer)
      throw error
    }
  }

  return {
    token,
    conversations: createConversations(callApi, 'v2'),
    records: createRecords(callApi, 'v2', fieldsParameter),
  }
}

function cacheTokens(token: Tokens, nowMs: () => number): DanaconnectTokenSource {
  return createTokenCache<DanaconnectV2Call>({
    // A client is for one account.
    keyOf: () => 'account',
    // Calls that wait for one token share its fetch, so no caller's signal may end it.
    fetchToken: ({ observeToken }) => token.get(observeToken === undefined ? {} : { observe: observeToken }),
    nowMs,
    renewBeforeMs: RENEW_BEFORE_MS,
  })
}
