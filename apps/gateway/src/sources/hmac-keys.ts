/** A hash that HMAC is made with. */
export type HmacHash = 'SHA-1' | 'SHA-256' | 'SHA-512'

/** Bytes of a signature, by its hash. */
const SIGNATURE_BYTES: Readonly<Record<HmacHash, number>> = { 'SHA-1': 20, 'SHA-256': 32, 'SHA-512': 64 }
/** Shortest shared secret, in characters: a shorter one can be guessed from one request that was seen. */
const MIN_SECRET_LENGTH = 12

/** The keys of one sender: several while one is being replaced by another. */
export interface HmacKeys {
  /** Whether one of the signatures is that of a message, by one of the keys, in time that does not tell where it differs. */
  matches(signatures: readonly Uint8Array<ArrayBuffer>[], message: Uint8Array<ArrayBuffer>): Promise<boolean>
  /** Signs a text with the first key. */
  sign(text: string): Promise<Uint8Array<ArrayBuffer>>
}

/** Creates keys of their bytes, none of which is empty. */
export function createHmacKeys(hash: HmacHash, secrets: readonly Uint8Array<ArrayBuffer>[]): HmacKeys {
  const imported = secrets.map((secret) =>
    crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash }, false, ['sign', 'verify']),
  )
  return {
    async matches(signatures, message) {
      const keys = await Promise.all(imported)
      for (const signature of signatures) {
        if (signature.length !== SIGNATURE_BYTES[hash]) continue
        for (const key of keys) {
          // `verify` of WebCrypto compares in constant time.
          if (await crypto.subtle.verify('HMAC', key, signature, message)) return true
        }
      }
      return false
    },
    async sign(text) {
      const [key] = await Promise.all(imported)
      if (key === undefined) throw new TypeError('there is no key to sign with')
      return new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text)))
    },
  }
}

/** Creates keys of secrets that are texts. Those that cannot be keys are left out: {@link secretFaults} tells of them. */
export function createTextKeys(hash: HmacHash, secrets: readonly string[]): HmacKeys {
  const usable = secrets.filter((secret) => secret !== '')
  return createHmacKeys(
    hash,
    usable.map((secret) => new TextEncoder().encode(secret)),
  )
}

/** Tells what is wrong with shared secrets that are texts, and shows none. */
export function secretFaults(secrets: readonly string[]): readonly string[] {
  if (secrets.length === 0) return ['no secret is given: nothing would be accepted']
  return secrets.some((secret) => secret.length < MIN_SECRET_LENGTH)
    ? [`a secret is shorter than ${MIN_SECRET_LENGTH} characters`]
    : []
}
