/** Returns the SHA-256 of a text in hexadecimal: what is kept of a key or a token in place of it. */
export function sha256Hex(text: string): Promise<string> {
  return sha256HexOf(new TextEncoder().encode(text))
}

/** Returns the SHA-256 of bytes in hexadecimal. */
export async function sha256HexOf(bytes: Uint8Array): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Returns the SHA-256 of a text in base64, as a Content-Security-Policy names what may stand in a page. */
export async function sha256Base64(text: string): Promise<string> {
  return btoa(String.fromCharCode(...(await sha256(text))))
}

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
}
