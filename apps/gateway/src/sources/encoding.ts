/** How a signature is written as text. */
export type Encoding = 'hex' | 'base64' | 'base64url'

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const HEX = /^(?:[0-9a-f]{2})+$/i

/** Reads bytes that are written as text; null where it is not exactly that. */
export function decodeBytes(text: string, encoding: Encoding): Uint8Array<ArrayBuffer> | null {
  switch (encoding) {
    case 'hex':
      return decodeHex(text)
    case 'base64':
      return decodeBase64(text)
    case 'base64url':
      return decodeBase64Url(text)
  }
}

/** Reads hexadecimal digits, in either case. */
export function decodeHex(text: string): Uint8Array<ArrayBuffer> | null {
  if (!HEX.test(text)) return null
  return Uint8Array.from({ length: text.length / 2 }, (_, index) =>
    Number.parseInt(text.slice(2 * index, 2 * index + 2), 16),
  )
}

/** Reads base64 with its padding. RFC 4648 section 4 */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | null {
  // `atob` alone takes blanks, and text without padding.
  return BASE64.test(text) ? Uint8Array.from(atob(text), (character) => character.charCodeAt(0)) : null
}

/** Reads base64url, with or without its padding. RFC 4648 section 5 */
function decodeBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  if (/[+/]/.test(text)) return null
  const bare = text
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replace(/={1,2}$/, '')
  return decodeBase64(bare + '='.repeat((4 - (bare.length % 4)) % 4))
}

/** Writes bytes in base64. */
export function encodeBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

/** Writes bytes in hexadecimal, in lower case. */
export function encodeHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Joins texts, as UTF-8, and bytes. */
export function joinBytes(...parts: readonly (string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder()
  const pieces = parts.map((part) => (typeof part === 'string' ? encoder.encode(part) : part))
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0))
  let offset = 0
  for (const piece of pieces) {
    whole.set(piece, offset)
    offset += piece.length
  }
  return whole
}
