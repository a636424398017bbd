import { EncodeError } from '@sluice/errors'

/** A login. The user may be empty, and may hold anything but a colon; the password may hold colons. */
export interface BasicCredentials {
  readonly user: string
  readonly password: string
}

/** Control characters, which the RFC forbids on both sides. */
export const CONTROL_CHARACTER = /\p{Cc}/u

/** Half of a surrogate pair: it has no UTF-8 form, and an encoder would send U+FFFD in its place. */
const LONE_SURROGATE = /\p{Cs}/u

/**
 * Writes the value of an `Authorization: Basic` header, in UTF-8.
 *
 * @throws EncodeError `AUTH_CHARACTER` a colon in the user, or a control character or half a surrogate pair in either.
 * @see RFC 7617 section 2 https://www.rfc-editor.org/rfc/rfc7617#section-2
 */
export function formatBasicAuth(credentials: BasicCredentials): string {
  const { user, password } = credentials
  if (user.includes(':')) throw refused('the user has a colon')
  const text = `${user}:${password}`
  if (CONTROL_CHARACTER.test(text)) throw refused('the login has a control character')
  if (LONE_SURROGATE.test(text)) throw refused('the login has half a surrogate pair')
  // btoa takes one character per byte.
  return `Basic ${btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''))}`
}

function refused(reason: string): EncodeError {
  return new EncodeError('AUTH_CHARACTER', `basic auth: ${reason}`)
}
