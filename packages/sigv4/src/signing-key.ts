import { BoundedMap } from './bounded-map.ts'
import type { HashFunctions } from './hash-functions.ts'
import { bytesOf } from './hexadecimal.ts'

/** The last part of every credential scope. */
export const TERMINATOR = 'aws4_request'

/** What a signing key is derived from, and what it is good for. */
export interface SigningKeyParts {
  readonly secretAccessKey: string
  /** `YYYYMMDD`. */
  readonly date: string
  readonly region: string
  readonly service: string
}

/** Keys that are kept together: a key serves one day and saves four rounds per request. */
export const KEYS_KEPT = 64

/** Apart for each pair of functions: a key that somebody's wrong function made must not serve anybody else. */
const keptKeys = new WeakMap<HashFunctions, BoundedMap<string, Uint8Array>>()

const encoder = new TextEncoder()

/** Returns the key that signs for one secret, day, region and service. It is derived once, and kept. */
export function signingKey(parts: SigningKeyParts, hashes: HashFunctions): Uint8Array | Promise<Uint8Array> {
  const keys = keysOf(hashes)
  const slot = `${parts.secretAccessKey}\n${parts.date}\n${parts.region}\n${parts.service}`
  return keys.get(slot) ?? deriveKey(parts, hashes, (key) => keys.set(slot, key))
}

async function deriveKey(
  { secretAccessKey, date, region, service }: SigningKeyParts,
  hashes: HashFunctions,
  keep: (key: Uint8Array) => void,
): Promise<Uint8Array> {
  let key: Uint8Array = encoder.encode(`AWS4${secretAccessKey}`)
  for (const step of [date, region, service, TERMINATOR]) key = bytesOf(await hashes.hmacSha256Hex(key, step))
  keep(key)
  return key
}

function keysOf(hashes: HashFunctions): BoundedMap<string, Uint8Array> {
  const known = keptKeys.get(hashes)
  if (known !== undefined) return known
  const keys = new BoundedMap<string, Uint8Array>(KEYS_KEPT)
  keptKeys.set(hashes, keys)
  return keys
}
