import type { SendOptions } from '@sluice/http-client'
import { createTokenCache } from '@sluice/token-auth'
import { type ContactnowCall, createDataCalls, type TokenSource } from './data-calls.ts'
import { createDatasets, type Datasets } from './datasets.ts'
import type { Format } from './formats.ts'
import { createRecords, type Records } from './records.ts'
import { type ContactnowCredentials, createTokenCalls, type TokenCalls } from './token-calls.ts'

/** The vendor's host for Europe and the rest of the world. The base goes with the host of the web log-in. */
export const CONTACTNOW_BASE_URL = 'https://api-106.dxi.eu/'

/** How long before its end a token is renewed, as in the vendor's own client. */
const RENEW_BEFORE_MS = 60_000

export interface ContactnowOptions extends Omit<SendOptions, 'observe' | 'replySecrets' | 'signal'> {
  /** May hold a path, to which the scripts are appended. Default {@link CONTACTNOW_BASE_URL}. */
  readonly baseUrl?: string
  readonly credentials: ContactnowCredentials
  /** Format of requests and replies. Default `json`. */
  readonly format?: Format
  /** Addresses, at most 10, from which the token is to work. Default: the one from which it is asked for. */
  readonly addresses?: readonly string[]
  /** Where tokens come from. Default: a cache of its own over `token.php`. */
  readonly tokens?: TokenSource
  /** Name of a row's element in XML. Default `ecnow_records`. */
  readonly xmlElement?: string
}

/** A client of the 8x8 ContactNow API: one function per operation, one HTTP request per call, beside that for a token. */
export interface Contactnow {
  readonly token: TokenCalls
  readonly datasets: Datasets
  readonly records: Records
}

/**
 * Creates a client for one account.
 *
 * @see https://github.com/8x8-dxi/ContactNowAPI
 */
export function createContactnow(options: ContactnowOptions): Contactnow {
  const {
    baseUrl: base = CONTACTNOW_BASE_URL,
    credentials,
    format = 'json',
    addresses,
    tokens,
    xmlElement,
    ...send
  } = options
  const baseUrl = base.endsWith('/') ? base : `${base}/`
  const token = createTokenCalls({
    baseUrl,
    credentials,
    format,
    send,
    ...(addresses === undefined ? {} : { addresses }),
  })
  const callData = createDataCalls({
    baseUrl,
    format,
    send,
    tokens: tokens ?? createTokens(token, send.nowMs),
    ...(xmlElement === undefined ? {} : { xmlElement }),
  })
  return { token, datasets: createDatasets(callData), records: createRecords(callData) }
}

function createTokens(token: TokenCalls, nowMs: () => number): TokenSource {
  return createTokenCache<ContactnowCall>({
    // Calls that wait for one token share its fetch, so no caller's signal may end it.
    fetchToken: ({ format, observeToken }) =>
      token.get(
        {},
        {
          ...(format === undefined ? {} : { format }),
          ...(observeToken === undefined ? {} : { observe: observeToken }),
        },
      ),
    nowMs,
    renewBeforeMs: RENEW_BEFORE_MS,
  })
}
