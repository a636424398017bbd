import { VerifyError } from '@sluice/errors'
import { type BasicCredentials, CONTROL_CHARACTER } from './format.ts'

const HEADER = /^basic +([A-Za-z0-9+/]+={0,2})$/i

/**
 * Reads the login in an `Authorization: Basic` header. The first colon ends the user.
 *
 * @param header - Raw header value; null or undefined when absent.
 * @throws VerifyError `AUTH_MISSING` absent or empty; `AUTH_MALFORMED` another scheme, not strict base64, not UTF-8, no
 * colon, or a control character.
 * @see RFC 7617 section 2 https://www.rfc-editor.org/rfc/rfc7617#section-2
 */
export function parseBasicAuth(header: string | null | undefined): BasicCredentials {
  if (header === null || header === undefined || header === '')
    throw new VerifyError('AUTH_MISSING', 'basic auth: no login')
  const encoded = HEADER.exec(header)?.[1]
  if (encoded === undefined) throw malformed('the header is not "Basic" and base64')
  const text = decodeText(decodeBase64(encoded))
  const colon = text.indexOf(':')
  if (colon === -1) throw malformed('the login has no colon')
  if (CONTROL_CHARACTER.test(text)) throw malformed('the login has a control character')
  return { user: text.slice(0, colon), password: text.slice(colon + 1) }
}

function decodeBase64(encoded: string): Uint8Array {
  let binary: string
  try {
    binary = atob(encoded)
  } catch (cause) {
    throw malformed('the login is not base64', cause)
  }
  // atob forgives absent padding and stray last bits: two headers for one login would both pass.
  if (btoa(binary) !== encoded) throw malformed('the login is not canonical base64')
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw malformed('the login is not UTF-8', cause)
  }
}

function malformed(reason: string, cause?: unknown): VerifyError {
  return new VerifyError('AUTH_MALFORMED', `basic auth: ${reason}`, cause)
}
