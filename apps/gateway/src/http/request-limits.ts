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
 * @throws RequestError `URI_TOO_LONG`, `HEADERS_TOO_LARGE`, `PARAMETER_INVALID` too many parameters.
 */
export function checkHead({ url, headers }: Pick<Request, 'url' | 'headers'>): void {
  const pathAt = url.indexOf('/', url.indexOf('://') + 3)
  const queryAt = url.indexOf('?')
  const end = queryAt < 0 ? url.length : queryAt
  if (end - pathAt > MAX_PATH_LENGTH || url.length - end > MAX_QUERY_LENGTH) throw new RequestError('URI_TOO_LONG')
  if (queryAt >= 0 && url.split('&', MAX_QUERY_PARAMETERS + 1).length > MAX_QUERY_PARAMETERS) {
    throw new RequestError('PARAMETER_INVALID', [{ path: '', message: 'too many parameters' }])
  }
  let count = 0
  let length = 0
  headers.forEach((value, name) => {
    count += 1
    length += name.length + value.length
  })
  if (count > MAX_HEADERS || length > MAX_HEADER_LENGTH) throw new RequestError('HEADERS_TOO_LARGE')
}
