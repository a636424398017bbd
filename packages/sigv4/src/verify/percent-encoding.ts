const encoder = new TextEncoder()

/** Encodes each byte of a text's UTF-8 form as `%XX`. */
function escapeText(text: string): string {
  let escaped = ''
  for (const byte of encoder.encode(text)) escaped += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  return escaped
}

/**
 * Encodes a path as it is on the wire once more: `%20` becomes `%2520`. Slashes and unreserved characters stay.
 *
 * @see RFC 3986 section 2.3 https://www.rfc-editor.org/rfc/rfc3986#section-2.3
 */
export function encodePath(path: string): string {
  return path.replaceAll(/[^A-Za-z0-9\-._~/]+/gu, escapeText)
}

/**
 * Decodes a query name or value once, byte by byte, and encodes it again in the one form of RFC 3986. Bytes that are not
 * UTF-8 survive, and a `%` that starts no escape stands for itself.
 *
 * @see RFC 3986 section 6.2.2 https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2
 */
export function recodeComponent(component: string): string {
  return component.replaceAll(/%([0-9a-f]{2})|[^A-Za-z0-9\-._~]/giu, (match: string, hex: string | undefined) =>
    hex === undefined ? escapeText(match) : recodeByte(Number.parseInt(hex, 16)),
  )
}

function recodeByte(byte: number): string {
  const character = String.fromCharCode(byte)
  return /[A-Za-z0-9\-._~]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
}
