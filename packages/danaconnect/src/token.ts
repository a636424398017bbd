import { formatBasicAuth } from '@sluice/basic-auth'
import { TransportError } from '@sluice/errors'
import { type HttpReply, type HttpRequest, Secret, type Text } from '@sluice/http-client'
import { sendObserved, type ObservedOptions } from '@sluice/http-client/observe'

import { endpoint } from './base-urls.ts'
import { operations } from './operations.ts'
import { judgeToken } from './replies.ts'
import type { Token } from './wire.ts'

const PATH = '/oauth2/token'
const OPERATION = 'v2.token.get'

/** Id and secret of a client, which the vendor's account manager hands out. */
export interface DanaconnectClientCredentials {
  readonly clientId: string
  readonly clientSecret: string
}

/** How one token is asked for. */
export type TokenCall = Pick<ObservedOptions, 'observe' | 'signal'>

/** The operation on tokens. */
export interface Tokens {
  /**
   * Gets a token. There is no refresh: the same call gets the next one.
   *
   * @throws TransportError; UpstreamError with a `DanaconnectCode`.
   * @see https://dev.danaconnect.com/developer-portal/oauth2
   */
  readonly get: (call?: TokenCall) => Promise<Token>
}

/** What a client knows about tokens. */
export interface TokenOptions {
  readonly baseUrl: string
  readonly credentials: DanaconnectClientCredentials
  readonly scope: string
  readonly clientAuthentication: 'basic' | 'body'
  readonly send: ObservedOptions
}

/**
 * Creates the operation on tokens.
 *
 * @throws EncodeError `AUTH_CHARACTER` when id or secret holds a character that Basic authentication cannot carry.
 */
export function createTokens(options: TokenOptions): Tokens {
  const { baseUrl, credentials, scope, send } = options
  const secret = new Secret('clientSecret', credentials.clientSecret)
  const byHeader = options.clientAuthentication === 'basic'
  const basic = byHeader
    ? [new Secret('basic', formatBasicAuth({ user: credentials.clientId, password: credentials.clientSecret }))]
    : []
  const login: [string, Text][] = byHeader
    ? []
    : [
        ['client_id', credentials.clientId],
        ['client_secret', secret],
      ]
  const request: HttpRequest = {
    method: 'POST',
    url: endpoint(baseUrl, PATH),
    pathTemplate: PATH,
    headers: { Accept: 'application/json', ...(basic[0] === undefined ? {} : { Authorization: basic[0] }) },
    body: { kind: 'form', fields: [['grant_type', 'client_credentials'], ['scope', scope], ...login] },
  }
  return {
    async get(call) {
      const reply = await sendObserved(request, { ...send, ...call, replySecrets: tokensIn }).catch(
        TransportError.rethrow(operations[OPERATION].effect),
      )
      return judgeToken(reply, { operation: OPERATION, nowMs: send.nowMs(), secrets: [secret, ...basic] })
    },
  }
}

/** Finds tokens by their place in the text: a reply that is cut off, malformed or in another format brings its token too. */
function tokensIn(reply: HttpReply): { slot: string; value: string }[] {
  const text = new TextDecoder().decode(reply.bytes)
  const found = text.matchAll(/access_token(?:["']?\s*[:=]\s*["']?|>\s*)([^"'<>&,}\s]+)/g)
  return [...found].flatMap(([, value]) => (value === undefined ? [] : [{ slot: 'token', value }]))
}
