import { decodeBase64 } from './encoding.ts'

/** RFC 9421 section 3.3, without the curve that nobody sends webhooks with. */
export type MessageAlgorithm = MessageKey['algorithm']

/** A key of whoever signs messages. */
export type MessageKey =
  | { readonly keyId: string; readonly algorithm: 'hmac-sha256'; readonly secretBase64: string }
  | {
      readonly keyId: string
      readonly algorithm: 'ed25519' | 'ecdsa-p256-sha256' | 'rsa-pss-sha512' | 'rsa-v1_5-sha256'
      /** As a JSON Web Key, or as the text of a PEM file (`-----BEGIN PUBLIC KEY-----`). */
      readonly publicKey: JsonWebKey | string
    }

/** A key that can check signatures. */
export interface VerifyingMessageKey {
  readonly keyId: string
  readonly algorithm: MessageAlgorithm
  /** False also where the key turned out to be none. */
  verify(signature: BufferSource, message: Uint8Array<ArrayBuffer>): Promise<boolean>
}

type Parameters = RsaHashedImportParams & EcKeyImportParams & HmacImportParams & RsaPssParams & EcdsaParams

/** What an algorithm is in WebCrypto: to import a key, and to check with it. */
const ALGORITHMS: Readonly<Record<MessageAlgorithm, Partial<Parameters> & { readonly name: string }>> = {
  'hmac-sha256': { name: 'HMAC', hash: 'SHA-256' },
  ed25519: { name: 'Ed25519' },
  'ecdsa-p256-sha256': { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  'rsa-pss-sha512': { name: 'RSA-PSS', hash: 'SHA-512', saltLength: 64 },
  'rsa-v1_5-sha256': { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
}
/** What a JSON Web Key of an algorithm must be; the rest is for the runtime to say. */
const KEY_TYPES: Readonly<Record<Exclude<MessageAlgorithm, 'hmac-sha256'>, readonly [kty: string, crv?: string]>> = {
  ed25519: ['OKP', 'Ed25519'],
  'ecdsa-p256-sha256': ['EC', 'P-256'],
  'rsa-pss-sha512': ['RSA'],
  'rsa-v1_5-sha256': ['RSA'],
}
/** As many as the hash has: RFC 2104 section 3. */
const MIN_SECRET_BYTES = 32
const PEM = /^\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*$/

/** Tells what is wrong with a key, and shows nothing of it. */
export function messageKeyFaults(key: MessageKey): readonly string[] {
  if (key.keyId === '') return ['a key has no keyId']
  const isKey = key.algorithm === 'hmac-sha256' ? isSecret(key.secretBase64) : isPublicKey(key.publicKey, key.algorithm)
  return isKey ? [] : [`key ${JSON.stringify(key.keyId)}: not a key of its algorithm`]
}

function isSecret(secretBase64: string): boolean {
  return (decodeBase64(secretBase64)?.length ?? 0) >= MIN_SECRET_BYTES
}

function isPublicKey(key: JsonWebKey | string, algorithm: keyof typeof KEY_TYPES): boolean {
  const [kty, crv] = KEY_TYPES[algorithm] ?? []
  if (kty === undefined) return false
  if (typeof key === 'string') return decodePem(key) !== null
  // A private key is more than a gateway should have.
  return key.kty === kty && (crv === undefined || key.crv === crv) && key.d === undefined
}

/** Makes a key that checks signatures. */
export function importMessageKey(key: MessageKey): VerifyingMessageKey {
  const { keyId, algorithm } = key
  const parameters = ALGORITHMS[algorithm]
  // Whether a key is one is told only by the runtime, and only later; until it is mended it accepts nothing.
  const imported = importKey(key, parameters as Parameters).catch(() => null)
  return {
    keyId,
    algorithm,
    async verify(signature, message) {
      const cryptoKey = await imported
      return cryptoKey !== null && crypto.subtle.verify(parameters, cryptoKey, signature, message)
    },
  }
}

async function importKey(key: MessageKey, parameters: Parameters): Promise<CryptoKey | null> {
  if (key.algorithm === 'hmac-sha256') {
    const secret = decodeBase64(key.secretBase64)
    return secret === null ? null : crypto.subtle.importKey('raw', secret, parameters, false, ['verify'])
  }
  if (typeof key.publicKey === 'string') {
    const spki = decodePem(key.publicKey)
    return spki === null ? null : crypto.subtle.importKey('spki', spki, parameters, false, ['verify'])
  }
  // What else it says it is for may be more, or other, than what is asked for here.
  const { alg: _alg, key_ops: _operations, use: _use, ...bare } = key.publicKey
  return crypto.subtle.importKey('jwk', bare, parameters, false, ['verify'])
}

function decodePem(text: string): Uint8Array<ArrayBuffer> | null {
  const [, encoded] = PEM.exec(text) ?? []
  return encoded === undefined ? null : decodeBase64(encoded.replaceAll(/\s/g, ''))
}
