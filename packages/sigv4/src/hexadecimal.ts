const PAIRS: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Writes bytes as lower-case hexadecimal digits. */
export function hexOf(bytes: Uint8Array): string {
  let hex = ''
  // By index: an iterator takes three times as long, and there are three of these per signature.
  for (let index = 0; index < bytes.length; index += 1) hex += PAIRS[bytes[index] ?? 0] ?? ''
  return hex
}

/** Reads hexadecimal digits, two for each byte. */
export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, index) =>
    Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16),
  )
}
