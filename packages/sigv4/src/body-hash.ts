import type { HashFunctions } from './hash-functions.ts'

/** SHA-256 of nothing: requests without a body are spared a hash. */
const EMPTY_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/** Hashes a body to hexadecimal SHA-256. */
export function bodyHashOf(body: Uint8Array | string, hashes: HashFunctions): string | Promise<string> {
  return body.length === 0 ? EMPTY_HASH : hashes.sha256Hex(body)
}
