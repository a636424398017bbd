import { rawRequest } from './raw.ts'

/** What a request is answered: a status and, where it is a problem of ours, its code; `null` for what the runtime says. */
export type HeadRow = readonly [name: string, bytes: string, status: number, code: string | null]

const fields = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `X-Field-${at}: 1`)
const query = (count: number): string => Array.from({ length: count }, (_, at) => `p${at}=1`).join('&')

/** Heads that are larger than anything that is meant: each is refused by its own status, and says so. */
export const LARGE_HEADS: readonly HeadRow[] = [
  ['90 header fields', rawRequest('GET /healthz HTTP/1.1', fields(88)), 200, null],
  ['110 header fields', rawRequest('GET /healthz HTTP/1.1', fields(110)), 431, 'HEADERS_TOO_LARGE'],
  ['11 kB of header', rawRequest('GET /healthz HTTP/1.1', [`X-Long: ${'a'.repeat(11_000)}`]), 200, null],
  ['13 kB of header', rawRequest('GET /healthz HTTP/1.1', [`X-Long: ${'a'.repeat(13_000)}`]), 431, 'HEADERS_TOO_LARGE'],
  ['a path of 2,048 characters', rawRequest(`GET /${'a'.repeat(2047)} HTTP/1.1`), 404, 'NOT_FOUND'],
  ['a path of 2,049 characters', rawRequest(`GET /${'a'.repeat(2048)} HTTP/1.1`), 414, 'URI_TOO_LONG'],
  ['a path of 10,000 characters', rawRequest(`GET /${'a'.repeat(9999)} HTTP/1.1`), 414, 'URI_TOO_LONG'],
  ['a query of 4,096 characters', rawRequest(`GET /healthz?${'a'.repeat(4095)} HTTP/1.1`), 200, null],
  ['a query of 4,097 characters', rawRequest(`GET /healthz?${'a'.repeat(4096)} HTTP/1.1`), 414, 'URI_TOO_LONG'],
  ['64 parameters', rawRequest(`GET /healthz?${query(64)} HTTP/1.1`), 200, null],
  ['65 parameters', rawRequest(`GET /healthz?${query(65)} HTTP/1.1`), 414, 'URI_TOO_LONG'],
]

/** Ways to write a path: none of them reaches a route past its guard, and none is a fault of ours. */
export const PATHS: readonly HeadRow[] = [
  ['a slash too many at the front', rawRequest('GET //v1/deliveries HTTP/1.1'), 404, 'NOT_FOUND'],
  ['a slash too many within', rawRequest('GET /v1//deliveries HTTP/1.1'), 404, 'NOT_FOUND'],
  ['a slash at the end', rawRequest('GET /v1/deliveries/ HTTP/1.1'), 404, 'NOT_FOUND'],
  ['a dot at the end', rawRequest('GET /v1/deliveries. HTTP/1.1'), 404, 'NOT_FOUND'],
  ['upper case', rawRequest('GET /V1/DELIVERIES HTTP/1.1'), 404, 'NOT_FOUND'],
  ['dots that lead up', rawRequest('GET /healthz/../v1/deliveries HTTP/1.1'), 401, 'UNAUTHENTICATED'],
  ['dots that lead up, encoded', rawRequest('GET /healthz/%2e%2e/v1/deliveries HTTP/1.1'), 401, 'UNAUTHENTICATED'],
  ['dots that lead out', rawRequest('GET /../../etc/passwd HTTP/1.1'), 404, 'NOT_FOUND'],
  ['a slash, encoded', rawRequest('GET /v1%2fdeliveries HTTP/1.1'), 404, 'NOT_FOUND'],
  ['a letter, encoded', rawRequest('GET /v1/%64eliveries HTTP/1.1'), 401, 'UNAUTHENTICATED'],
  ['a letter, encoded twice', rawRequest('GET /v1/%2564eliveries HTTP/1.1'), 404, 'NOT_FOUND'],
  ['NUL, encoded', rawRequest('GET /v1/deliveries%00 HTTP/1.1'), 404, 'NOT_FOUND'],
  ['NUL, encoded, where an id stands', rawRequest('POST /webhooks/%00 HTTP/1.1'), 404, 'SOURCE_UNKNOWN'],
  ['a line break, encoded', rawRequest('POST /webhooks/a%0d%0aX-Evil:%201 HTTP/1.1'), 404, 'SOURCE_UNKNOWN'],
  ['overlong UTF-8 for dots', rawRequest('GET /%c0%ae%c0%ae/v1/deliveries HTTP/1.1'), 404, 'NOT_FOUND'],
  ['UTF-8 that is none', rawRequest('POST /webhooks/%ff%fe HTTP/1.1'), 404, 'SOURCE_UNKNOWN'],
  ['a percent sign alone', rawRequest('POST /webhooks/% HTTP/1.1'), 404, 'SOURCE_UNKNOWN'],
  ['__proto__ for a source', rawRequest('POST /webhooks/__proto__ HTTP/1.1'), 404, 'SOURCE_UNKNOWN'],
  ['constructor for a source', rawRequest('POST /webhooks/constructor HTTP/1.1'), 404, 'SOURCE_UNKNOWN'],
  ['a matrix parameter', rawRequest('GET /v1/deliveries;a=b HTTP/1.1'), 404, 'NOT_FOUND'],
]

const PREFLIGHT: readonly string[] = [
  'Origin: https://evil.test',
  'Access-Control-Request-Method: POST',
  'Access-Control-Request-Headers: authorization',
]

/** Ways to write a method. `X-HTTP-Method-Override` is a header like any other. */
export const METHODS: readonly HeadRow[] = [
  ['TRACE', rawRequest('TRACE /healthz HTTP/1.1', ['X-Secret: echo-me']), 405, 'METHOD_NOT_ALLOWED'],
  ['OPTIONS, as a preflight does', rawRequest('OPTIONS /webhooks/demo HTTP/1.1', PREFLIGHT), 405, 'METHOD_NOT_ALLOWED'],
  ['PUT', rawRequest('PUT /webhooks/demo HTTP/1.1'), 405, 'METHOD_NOT_ALLOWED'],
  [
    'a method in a header',
    rawRequest('GET /webhooks/demo HTTP/1.1', ['X-HTTP-Method-Override: POST', 'X-Method-Override: POST']),
    405,
    'METHOD_NOT_ALLOWED',
  ],
  ['a method in the query', rawRequest('GET /webhooks/demo?_method=POST HTTP/1.1'), 405, 'METHOD_NOT_ALLOWED'],
]

/**
 * Requests of which two readers could think two things: where the next one begins, or whom it is for. Each carries another
 * one within, which must never be answered.
 */
const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: gateway.test\r\n\r\n'
const post = (headers: readonly string[], body: string) => rawRequest('POST /webhooks/demo HTTP/1.1', headers, body)
export const AMBIGUOUS: readonly (readonly [name: string, bytes: string])[] = [
  ['a length and chunks', post(['Content-Length: 6', 'Transfer-Encoding: chunked'], `0\r\n\r\n${SMUGGLED}`)],
  ['chunks and a length', post(['Transfer-Encoding: chunked', 'Content-Length: 6'], `0\r\n\r\n${SMUGGLED}`)],
  ['two lengths', post(['Content-Length: 0', 'Content-Length: 44'], SMUGGLED)],
  ['a list of lengths', post(['Content-Length: 0, 44'], SMUGGLED)],
  ['a length with a sign', post(['Content-Length: +0'], SMUGGLED)],
  ['a negative length', post(['Content-Length: -1'], SMUGGLED)],
  ['a length in hexadecimal', post(['Content-Length: 0x0'], SMUGGLED)],
  ['a length beyond all numbers', post(['Content-Length: 99999999999999999999'], SMUGGLED)],
  ['a blank before the colon', post(['Transfer-Encoding : chunked'], `0\r\n\r\n${SMUGGLED}`)],
  ['a coding that is none', post(['Transfer-Encoding: xchunked'], `0\r\n\r\n${SMUGGLED}`)],
  ['chunks that are not last', post(['Transfer-Encoding: chunked, identity'], `0\r\n\r\n${SMUGGLED}`)],
  ['a chunk without a length', post(['Transfer-Encoding: chunked'], `zz\r\n\r\n${SMUGGLED}`)],
  ['a header on two lines', post(['X-Folded: a', ' Content-Length: 0'], SMUGGLED)],
  ['NUL in a header', post(['X-Nul: a\0b'], SMUGGLED)],
  ['a bare CR in a header', post(['X-Bare: a\rContent-Length: 0'], SMUGGLED)],
]
