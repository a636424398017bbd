import type { HashFunctions } from '@sluice/sigv4'
import type { SignatureV4 } from '@smithy/signature-v4'
import { createHash, createHmac } from 'node:crypto'

type HashConstructor = ConstructorParameters<typeof SignatureV4>[0]['sha256']
type Secret = ConstructorParameters<HashConstructor>[0]

/** Views a secret, in whatever form the other signer has it, as bytes. */
export function secretBytes(secret: NonNullable<Secret>): Uint8Array {
  if (typeof secret === 'string') return new TextEncoder().encode(secret)
  return ArrayBuffer.isView(secret)
    ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength)
    : new Uint8Array(secret)
}

/** What our signer is given, to sign by its own steps. */
export const nodeHashes: HashFunctions = {
  sha256Hex: (content) => createHash('sha256').update(content).digest('hex'),
  hmacSha256Hex: (key, text) => createHmac('sha256', key).update(text).digest('hex'),
}

/** The hash that the other signer is given: of another library than the default of the one under test. */
export class NodeSha256 {
  readonly #chunks: Uint8Array[] = []
  readonly #secret: Secret

  constructor(secret?: Secret) {
    this.#secret = secret
  }

  update(chunk: Uint8Array): void {
    this.#chunks.push(chunk)
  }

  digest(): Promise<Uint8Array> {
    const hash = this.#secret === undefined ? createHash('sha256') : createHmac('sha256', secretBytes(this.#secret))
    for (const chunk of this.#chunks) hash.update(chunk)
    return Promise.resolve(new Uint8Array(hash.digest()))
  }

  reset(): void {
    this.#chunks.length = 0
  }
}
