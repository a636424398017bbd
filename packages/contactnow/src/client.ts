import type { ObservedOptions } from '@sluice/http-client/observe'
import { createTokenCache } from '@sluice/token-auth'
import { CONTACTNOW_BASE_URLS } from './base-urls.ts'
import { type ContactnowCall, createDataCalls, type TokenSource } from './data-calls.ts'
import { createDatasets, type Datasets } from './datasets.ts'
import type { FilterNames } from './filters.ts'
import type { Format } from './formats.ts'
import { createLists, type Lists } from './lists.ts'
import { createRecords, type Records } from './records.ts'
import { type ContactnowCredentials, createTokenCalls, type TokenCalls } from './token-calls.ts'

/** How long before its end a token is renewed, as in the vendor's own client. */
const RENEW_BEFORE_MS = 60_000

export interface ContactnowOptions extends Omit<ObservedOptions, 'observe' | 'replySecrets' | 'signal'> {
  /** May hold a path, to which the scripts are appended. Default `CONTACTNOW_BASE_URLS.europe`. */
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
  /** How the filters of datasets are spelled. Default `article`: `import_table` and `d_status`; else `table` and `state`. */
  readonly filterNames?: FilterNames
  /** Id of the contact centre, sent with every call about rows. Default: not sent; no page of the vendor explains it. */
  readonly campaign?: string
}

/** A client of the 8x8 ContactNow API: one function per operation, one HTTP request per call, beside that for a token. */
export interface Contactnow extends Lists {
  readonly token: TokenCalls
  readonly datasets: Datasets
  /** Live records. */
  readonly records: Records
  /** Records of datasets, by the vendor's other script; what is known of it is taken from the live records. */
  readonly data: Records
}

/**
 * Creates a client for one account.
 *
 * @see https://github.com/8x8-dxi/ContactNowAPI
 */
export function createContactnow(options: ContactnowOptions): Contactnow {
  const {
    baseUrl: base = CONTACTNOW_BASE_URLS.europe,
    credentials,
    format = 'json',
    addresses,
    tokens,
    xmlElement,
    filterNames = 'article',
    campaign,
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
    ...(campaign === undefined ? {} : { campaign }),
  })
  return {
    token,
    datasets: createDatasets(callData, filterNames),
    records: createRecords(callData, 'records'),
    data: createRecords(callData, 'data'),
    ...createLists(callData),
  }
}

function createTokens(token: TokenCalls, nowMs: () => number): TokenSource {
  return createTokenCache<ContactnowCall>({
    // A client is for one account.
    keyOf: () => 'account',
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
