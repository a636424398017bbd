import { encodePath, recodeComponent } from './percent-encoding.ts'

/** The parts of a request that its signature covers, as they are on the wire. */
export interface CanonicalParts {
  readonly method: string
  /** Still percent-encoded; the empty path is `/`. */
  readonly path: string
  /** Without the question mark, still percent-encoded. */
  readonly query: string
  /** In the order received; one entry per header line. */
  readonly headers: Iterable<readonly [name: string, value: string]>
  /** Lower-case names, in any order. */
  readonly signedHeaders: readonly string[]
  /** Hexadecimal SHA-256 of the body. */
  readonly bodyHash: string
}

/**
 * Writes a request in the one form that both sides hash.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html (read 2026-11-22)
 */
export function canonicalRequest({ method, path, query, headers, signedHeaders, bodyHash }: CanonicalParts): string {
  const values = headerValues(headers)
  const names = signedHeaders.toSorted()
  const lines = names.map((name) => `${name}:${values.get(name) ?? ''}\n`).join('')
  return `${method}\n${canonicalPath(path)}\n${canonicalQuery(query)}\n${lines}\n${names.join(';')}\n${bodyHash}`
}

/** A path that is canonical as it stands, which most are: unreserved characters, no dots at a name's start, no `//`. */
const PLAIN_PATH = /^(?:\/[A-Za-z0-9\-_~][A-Za-z0-9\-._~]*)+\/?$/

/** Resolves `.` and `..`, collapses `//` (every service but S3 does), and encodes what is left once more. */
function canonicalPath(path: string): string {
  if (PLAIN_PATH.test(path)) return path
  const kept: string[] = []
  const segments = path.split('/').slice(1)
  for (const segment of segments) {
    if (segment === '..') kept.pop()
    else if (segment !== '.') kept.push(segment)
  }
  const names = kept.filter((segment) => segment !== '')
  const last = segments.at(-1) ?? ''
  const endsOpen = names.length > 0 && ['', '.', '..'].includes(last)
  return encodePath(`/${names.join('/')}${endsOpen ? '/' : ''}`)
}

/** Sorts the encoded pairs by name, then by value. A name without `=` gets one; an empty pair (`&&`) is no pair. */
function canonicalQuery(query: string): string {
  if (query === '') return ''
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map(canonicalPair)
    .toSorted(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

function canonicalPair(pair: string): [name: string, value: string] {
  const equalSign = pair.indexOf('=')
  if (equalSign === -1) return [recodeComponent(pair), '']
  return [recodeComponent(pair.slice(0, equalSign)), recodeComponent(pair.slice(equalSign + 1))]
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** Joins repeated headers by a comma. */
function headerValues(headers: CanonicalParts['headers']): Map<string, string> {
  const values = new Map<string, string>()
  for (const [name, value] of headers) {
    const key = name.toLowerCase()
    const earlier = values.get(key)
    values.set(key, earlier === undefined ? tidy(value) : `${earlier},${tidy(value)}`)
  }
  return values
}

const UNTIDY = /^ | $| {2}|\t/

/** Makes runs of blanks one, tabs too, because signers disagree about tabs; leaves none at either end. */
function tidy(value: string): string {
  return UNTIDY.test(value) ? value.replaceAll(/[ \t]+/g, ' ').replaceAll(/^ | $/g, '') : value
}
