/** The vendor's hosts, by the version of its API. */
export const DATATALKS_BASE_URLS = {
  v1: 'https://api.datatalks.se/v1',
  v2: 'https://api.datatalks.se/v2',
  v3: 'https://api.datatalks.se/v3',
  /** Of version 2 only: for the others no staging host is known. */
  v2Staging: 'https://staging.api.datatalks.se/v2',
} as const

/** The region observed for {@link DATATALKS_BASE_URLS}; the vendor's pages name none. */
export const DATATALKS_REGION = 'eu-north-1'

/** The host of version 1 that the vendor calls deprecated, with its region: `createDatatalks({ ...DATATALKS_OLD_HOST, ... })`. */
export const DATATALKS_OLD_HOST = {
  baseUrl: 'https://htpfdjhk3h.execute-api.eu-west-1.amazonaws.com/Production',
  region: 'eu-west-1',
} as const

/** The name by which Amazon API Gateway signs. */
export const DATATALKS_SERVICE = 'execute-api'
