import { DATATALKS_BASE_URLS } from './base-urls.ts'
import { type CommonOptions, createCallApi } from './call-api.ts'
import { createV2, createV3, type DatatalksV2, type DatatalksV3 } from './recent-versions.ts'
import { createV1, type Datatalks } from './v1.ts'
import type { MaxEventDetails } from './wire.ts'

export interface DatatalksOptions extends CommonOptions {
  readonly version?: 'v1'
  /** Default `DATATALKS_BASE_URLS.v1`. On the old host it ends in `/Production`. */
  readonly baseUrl?: string
  /** Group of integrations of the calls that name none. Several brands or markets are several keys. */
  readonly groupKey?: string
  /** Details that an event may have. Default 10. */
  readonly maxEventDetails?: MaxEventDetails
}

export interface DatatalksV2Options extends CommonOptions {
  readonly version: 'v2'
  /** Default `DATATALKS_BASE_URLS.v2`. */
  readonly baseUrl?: string
  /** Group of integrations of the calls that name none. */
  readonly groupKey?: string
}

export interface DatatalksV3Options extends CommonOptions {
  readonly version: 'v3'
  /** Default `DATATALKS_BASE_URLS.v3`. */
  readonly baseUrl?: string
}

/**
 * Creates a client for one access key and one version of the API, the first unless told otherwise.
 *
 * @see https://datatalks.atlassian.net/wiki/spaces/PI/pages/875200525/Datatalks+API%3A+Authentication
 */
export function createDatatalks(options: DatatalksOptions): Datatalks
export function createDatatalks(options: DatatalksV2Options): DatatalksV2
export function createDatatalks(options: DatatalksV3Options): DatatalksV3
export function createDatatalks(
  options: DatatalksOptions | DatatalksV2Options | DatatalksV3Options,
): Datatalks | DatatalksV2 | DatatalksV3 {
  if (options.version === 'v2') {
    const { version, baseUrl = DATATALKS_BASE_URLS[version], groupKey, ...common } = options
    return createV2(createCallApi(baseUrl, common), groupKey)
  }
  if (options.version === 'v3') {
    const { version, baseUrl = DATATALKS_BASE_URLS[version], ...common } = options
    return createV3(createCallApi(baseUrl, common))
  }
  const { version = 'v1', baseUrl = DATATALKS_BASE_URLS[version], groupKey, maxEventDetails = 10, ...common } = options
  return createV1(createCallApi(baseUrl, common), { groupKey, maxEventDetails })
}
