import { RequestError } from '../problem.ts'

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

/**
 * Refuses a request whose head is larger than anything that is meant, before anything reads it.
 *
 * @throws RequestError `HOST_INVALID`; `URI_TOO_LONG`, also for too many parameters; `HEADERS_TOO_LARGE`.
 */
export function checkHead({ url, headers }: Pick<Request, 'url' | 'headers'>): void {
  const schemeEnd = url.indexOf('://')
  // QUIRK bun: what no address can be made of, by its Host or by its target, arrives as a path alone.
  if (schemeEnd < 0) throw new RequestError('HOST_INVALID')
  const pathAt = url.indexOf('/', schemeEnd + 3)
  const queryAt = url.indexOf('?')
  const end = queryAt < 0 ? url.length : queryAt
  const isLong = end - pathAt > MAX_PATH_LENGTH || url.length - end > MAX_QUERY_LENGTH
  if (isLong || (queryAt >= 0 && hasTooManyParameters(url.slice(queryAt)))) throw new RequestError('URI_TOO_LONG')
  let count = 0
  let length = 0
  headers.forEach((value, name) => {
    count += 1
    length += name.length + value.length
  })
  if (count > MAX_HEADERS || length > MAX_HEADER_LENGTH) throw new RequestError('HEADERS_TOO_LARGE')
}

const hasTooManyParameters = (query: string): boolean =>
  query.split('&', MAX_QUERY_PARAMETERS + 1).length > MAX_QUERY_PARAMETERS
