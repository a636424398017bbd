import { incomplete, missing } from './verify-error.ts'

/** Where a signature may stand: in the `Authorization` header, in the query, or in either of them (never both). */
export type SignatureForm = 'header' | 'query' | 'either'

/** A signature as a request presents it: read, and nothing of it believed yet. */
export interface PresentedSignature {
  readonly algorithm: string
  readonly credential: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
  readonly signedAt: string
  readonly securityToken: string | null
  /** How long the signature says it holds; null where it says nothing, as the header form never does. */
  readonly expiresSeconds: number | null
}

/** Query parameters that make up a signature in the query. */
export const SIGNATURE_PARAMETERS = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-SignedHeaders',
  'X-Amz-Signature',
] as const

/** Longest life of a signature in the query: seven days. */
const MAX_EXPIRES_SECONDS = 604_800

/**
 * Reads the signature of a request from the place that is allowed.
 *
 * @param query - Raw query, without the question mark.
 * @throws SigV4VerifyError `AUTH_MISSING` no signature there; `AUTH_MALFORMED` it cannot be read, or is in both places.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html (read 2026-11-22)
 */
export function presentedSignature(headers: Headers, query: string, form: SignatureForm): PresentedSignature {
  const header = headers.get('authorization') ?? ''
  const parameters = new URLSearchParams(query)
  const inQuery = parameters.has('X-Amz-Signature') || parameters.has('X-Amz-Algorithm')
  if (header !== '' && inQuery) {
    // The words of AWS for this case are not known: these are ours.
    throw incomplete('in the header and in the query', 'Only one of header and query may carry a signature.')
  }
  if (inQuery && form !== 'header') return fromQuery(parameters)
  if (header !== '' && form !== 'query') return fromHeader(header, headers)
  throw missing()
}

function fromHeader(header: string, headers: Headers): PresentedSignature {
  const [algorithm = '', ...pieces] = header.split(/[\s,]+/).filter((piece) => piece !== '')
  const fields = fieldsOf(pieces, header)
  const signedAt = headers.get('x-amz-date') ?? headers.get('date') ?? ''
  const faults = ['Credential', 'Signature', 'SignedHeaders']
    .filter((name) => (fields.get(name) ?? '') === '')
    .map((name) => `Authorization header requires '${name}' parameter.`)
  if (signedAt === '') {
    faults.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
  }
  if (faults.length > 0) {
    throw incomplete('a part of it, or its date, is absent', `${faults.join(' ')} Authorization=${header}`)
  }
  // Nobody signed it, and somebody may take it for one of these.
  const unknown = [...fields.keys()].find((name) => !FIELDS.has(name))
  if (unknown !== undefined)
    throw incomplete('a part of the header is not known', `'${unknown}' is not a known parameter.`)
  return {
    algorithm,
    credential: fields.get('Credential') ?? '',
    signedHeaders: namesOf(fields.get('SignedHeaders') ?? ''),
    signature: fields.get('Signature') ?? '',
    signedAt,
    securityToken: headers.get('x-amz-security-token'),
    expiresSeconds: null,
  }
}

const FIELDS: ReadonlySet<string> = new Set(['Credential', 'SignedHeaders', 'Signature'])

/** Reads the fields of the header. */
function fieldsOf(pieces: readonly string[], header: string): Map<string, string> {
  const fields = new Map<string, string>()
  for (const piece of pieces) {
    const equalSign = piece.indexOf('=')
    if (equalSign === -1) {
      const words = `'${piece}' not a valid key=value pair (missing equal-sign) in Authorization header: '${header}'.`
      throw incomplete('a part of the header is not key=value', words)
    }
    const name = piece.slice(0, equalSign)
    if (fields.has(name)) throw incomplete('a part of the header is there twice', `'${name}' must not be repeated.`)
    fields.set(name, piece.slice(equalSign + 1))
  }
  return fields
}

function fromQuery(parameters: URLSearchParams): PresentedSignature {
  const absent = SIGNATURE_PARAMETERS.filter((name) => (parameters.get(name) ?? '') === '')
  if (absent.length > 0) {
    throw incomplete('a query parameter of it is absent', `The query requires ${absent.join(', ')}.`)
  }
  const repeated = SIGNATURE_PARAMETERS.filter((name) => parameters.getAll(name).length > 1)
  if (repeated.length > 0) {
    throw incomplete('a query parameter of it is there twice', `${repeated.join(', ')} must not be repeated.`)
  }
  return {
    algorithm: parameters.get('X-Amz-Algorithm') ?? '',
    credential: parameters.get('X-Amz-Credential') ?? '',
    signedHeaders: namesOf(parameters.get('X-Amz-SignedHeaders') ?? ''),
    signature: parameters.get('X-Amz-Signature') ?? '',
    signedAt: parameters.get('X-Amz-Date') ?? '',
    securityToken: parameters.get('X-Amz-Security-Token'),
    expiresSeconds: expiresSecondsOf(parameters.get('X-Amz-Expires')),
  }
}

function expiresSecondsOf(text: string | null): number | null {
  if (text === null) return null
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (seconds < 1 || seconds > MAX_EXPIRES_SECONDS) {
    throw incomplete('X-Amz-Expires is out of range', 'X-Amz-Expires must be a number from 1 to 604800.')
  }
  return seconds
}

function namesOf(list: string): string[] {
  return list.split(';').map((name) => name.toLowerCase())
}
