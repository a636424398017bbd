import type { MiddlewareHandler } from 'hono'
import { type RequestCode, RequestError } from '../problem.ts'

/** Longest path of a request as it was sent, in characters. The longest that means something has 150. */
export const MAX_PATH_LENGTH = 2048
/** Longest query, in characters. */
export const MAX_QUERY_LENGTH = 4096
/** Most parameters of a query. The route with the most knows 12. */
export const MAX_QUERY_PARAMETERS = 64
/** Most header fields. A sender behind two proxies has about 30. */
export const MAX_HEADERS = 100
/** Largest header section, names and values in characters: below 16 kB, at which Bun refuses it without a word. */
export const MAX_HEADER_LENGTH = 12_288

/** Refuses a request by its head. It comes before any route, and behind what lets a page read why. */
export const limitHead: MiddlewareHandler = async (context, next) => {
  const fault = headFault(context.req.raw)
  if (fault !== null) throw new RequestError(fault)
  await next()
}

/** Says what is wrong with the head of a request that is larger than anything that is meant; null for nothing. */
export function headFault({ url, headers }: Pick<Request, 'url' | 'headers'>): RequestCode | null {
  const schemeEnd = url.indexOf('://')
  // QUIRK bun: what no address can be made of, by its Host or by its target, arrives as a path alone.
  if (schemeEnd < 0) return 'HOST_INVALID'
  const pathAt = url.indexOf('/', schemeEnd + 3)
  const queryAt = url.indexOf('?')
  const end = queryAt < 0 ? url.length : queryAt
  if (end - pathAt > MAX_PATH_LENGTH || url.length - end > MAX_QUERY_LENGTH) return 'URI_TOO_LONG'
  if (queryAt >= 0 && hasTooManyParameters(url.slice(queryAt))) return 'URI_TOO_LONG'
  let count = 0
  let length = 0
  headers.forEach((value, name) => {
    count += 1
    length += name.length + value.length
  })
  return count > MAX_HEADERS || length > MAX_HEADER_LENGTH ? 'HEADERS_TOO_LARGE' : null
}

const hasTooManyParameters = (query: string): boolean =>
  query.split('&', MAX_QUERY_PARAMETERS + 1).length > MAX_QUERY_PARAMETERS
