import { VerifyError } from '@sluice/errors'
import { type InnerList, isInnerList, serializeInnerList, serializeItem } from 'structured-headers'
import { parseFields } from './content-digest.ts'
import { targetOf } from './public-url.ts'
import type { ReceivedRequest } from './scheme.ts'

/** A part of a message that a signature covers, read from `Signature-Input`. */
export interface Component {
  readonly name: string
  /** Only `key`, a member of a dictionary, and `name`, a parameter of the query. */
  readonly parameter: string | null
  /** As it stands in the signature base, such as `"@method"` or `"@query-param";name="a"`. */
  readonly identifier: string
}

/** More than any message has that is worth signing: each one is looked up. */
const MAX_COMPONENTS = 32
const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/
const DERIVED = ['@method', '@target-uri', '@authority', '@scheme', '@request-target', '@path', '@query']
const PRINTABLE = /^[\x20-\x7e\t]*$/

/**
 * Reads the components that a signature covers.
 *
 * @throws VerifyError `AUTH_MALFORMED` one is not known here (`sf`, `bs`, `tr`, `req` among them), or there twice.
 * @see RFC 9421 section 2 https://www.rfc-editor.org/rfc/rfc9421#section-2
 */
export function readComponents([items]: InnerList, scheme: string): readonly Component[] {
  if (items.length > MAX_COMPONENTS) throw malformed(scheme, 'it covers too many components')
  const components = items.map(([name, parameters]): Component => {
    const [first, ...others] = [...parameters]
    if (typeof name !== 'string' || others.length > 0) throw malformed(scheme, 'a component is not known')
    const expected = name === '@query-param' ? 'name' : DERIVED.includes(name) ? null : 'key'
    const isField = expected === 'key'
    if (isField && !FIELD_NAME.test(name)) throw malformed(scheme, 'a component is not known')
    if (first === undefined && name === '@query-param') throw malformed(scheme, 'a component is not known')
    const [parameter, value] = first ?? []
    if (parameter !== undefined && (parameter !== expected || typeof value !== 'string')) {
      throw malformed(scheme, 'a parameter of a component is not known')
    }
    return {
      name,
      parameter: typeof value === 'string' ? value : null,
      identifier: serializeItem([name, parameters]),
    }
  })
  const identifiers = new Set(components.map(({ identifier }) => identifier))
  if (identifiers.size < components.length) throw malformed(scheme, 'it covers a component twice')
  return components
}

/**
 * Builds what was signed.
 *
 * @param request - With the address that the sender called.
 * @param input - The member of `Signature-Input`.
 * @throws VerifyError `AUTH_MALFORMED` the message has no such component.
 * @see RFC 9421 section 2.5 https://www.rfc-editor.org/rfc/rfc9421#section-2.5
 */
export function signatureBase(
  request: ReceivedRequest,
  components: readonly Component[],
  input: InnerList,
  scheme: string,
): string {
  const lines = components.map((component) => {
    const value = componentValue(request, component, scheme)
    if (!PRINTABLE.test(value)) throw malformed(scheme, 'a component is not printable')
    return `${component.identifier}: ${value}`
  })
  return [...lines, `"@signature-params": ${serializeInnerList(input)}`].join('\n')
}

function componentValue(request: ReceivedRequest, { name, parameter }: Component, scheme: string): string {
  const { method, url, headers } = request
  const { path, query } = targetOf(url)
  switch (name) {
    case '@method':
      return method
    case '@target-uri':
      return url
    case '@authority':
      return new URL(url).host
    case '@scheme':
      return new URL(url).protocol.slice(0, -1)
    case '@request-target':
      return `${path || '/'}${query === null ? '' : `?${query}`}`
    case '@path':
      return path || '/'
    case '@query':
      return `?${query ?? ''}`
    case '@query-param':
      return queryParameter(query ?? '', parameter ?? '', scheme)
    default:
      return fieldValue(headers, name, parameter, scheme)
  }
}

/** RFC 9421 section 2.2.8 */
function queryParameter(query: string, name: string, scheme: string): string {
  const [value, ...others] = new URLSearchParams(query).getAll(decode(name, scheme))
  if (value === undefined || others.length > 0) throw malformed(scheme, 'a parameter is not there exactly once')
  return encodeURIComponent(value).replaceAll(
    /[!'()~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function decode(name: string, scheme: string): string {
  try {
    return decodeURIComponent(name)
  } catch (error) {
    throw new VerifyError('AUTH_MALFORMED', `${scheme}: a parameter's name cannot be read`, error)
  }
}

function fieldValue(headers: Headers, name: string, key: string | null, scheme: string): string {
  const value = headers.get(name)
  if (value === null) throw malformed(scheme, 'a header that it covers is missing')
  if (key === null) return value.trim()
  const member = parseFields(value, scheme).get(key)
  if (member === undefined) throw malformed(scheme, 'a member that it covers is missing')
  return isInnerList(member) ? serializeInnerList(member) : serializeItem(member)
}

function malformed(scheme: string, reason: string): VerifyError {
  return new VerifyError('AUTH_MALFORMED', `${scheme}: ${reason}`)
}
