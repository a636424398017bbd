import { hexOf } from './hexadecimal.ts'

/**
 * The two functions that a signature is made with. Where a runtime has them without a promise, as `node:crypto` does,
 * the caller passes them in: three short hashes take a few microseconds, and three promises of WebCrypto a hundred.
 *
 * They return hexadecimal digits in lower case, because that is what all but a few of the results are written as.
 */
export interface HashFunctions {
  /** Returns the SHA-256 of bytes, or of a text's UTF-8 form. */
  readonly sha256Hex: (content: Uint8Array | string) => string | Promise<string>
  /** Returns the HMAC-SHA-256 of a text's UTF-8 form. */
  readonly hmacSha256Hex: (key: Uint8Array, text: string) => string | Promise<string>
}

/** SHA-256 of nothing: requests without a body are spared a hash. */
const EMPTY_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/** Hashes a body to hexadecimal SHA-256. */
export function bodyHashOf(body: Uint8Array | string, hashes: HashFunctions): string | Promise<string> {
  return body.length === 0 ? EMPTY_HASH : hashes.sha256Hex(body)
}

const encoder = new TextEncoder()
const HMAC = { name: 'HMAC', hash: 'SHA-256' }

/** Imported keys by the bytes that they were made of, for as long as somebody keeps those. */
const importedKeys = new WeakMap<Uint8Array, CryptoKey>()

/** What every runtime has. */
export const webCryptoHashes: HashFunctions = {
  async sha256Hex(content) {
    const bytes = typeof content === 'string' ? encoder.encode(content) : ownBytes(content)
    return hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
  },
  async hmacSha256Hex(key, text) {
    const imported = importedKeys.get(key) ?? (await importKey(key))
    return hexOf(new Uint8Array(await crypto.subtle.sign(HMAC, imported, encoder.encode(text))))
  },
}

async function importKey(bytes: Uint8Array): Promise<CryptoKey> {
  const key = await crypto.subtle.importKey('raw', ownBytes(bytes), HMAC, false, ['sign'])
  importedKeys.set(bytes, key)
  return key
}

/** Views bytes as what WebCrypto takes: it refuses shared memory, which is copied. */
function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes)
}
