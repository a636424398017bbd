const encoder = new TextEncoder()

/** Views bytes as what WebCrypto takes: it refuses shared memory, which is copied. */
export function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes)
}

/** Writes bytes as lower-case hexadecimal digits. */
export function hexOf(bytes: ArrayBuffer): string {
  let hex = ''
  for (const byte of new Uint8Array(bytes)) hex += byte.toString(16).padStart(2, '0')
  return hex
}

/** Hashes bytes, or the UTF-8 form of a text, to hexadecimal SHA-256. */
export async function sha256Hex(content: Uint8Array | string): Promise<string> {
  const bytes = typeof content === 'string' ? encoder.encode(content) : ownBytes(content)
  return hexOf(await crypto.subtle.digest('SHA-256', bytes))
}
