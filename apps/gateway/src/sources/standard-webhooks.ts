import { VerifyError } from '@sluice/errors'
import { decodeBase64, joinBytes } from './encoding.ts'
import { createHmacKeys } from './hmac-keys.ts'
import { MAX_SIGNATURES } from './hmac-scheme.ts'
import type { ReceivedRequest, Scheme } from './scheme.ts'
import { checkTime, parseTimeMs, TOLERANCE_SECONDS, toleranceFaults, type ToleranceSetting } from './tolerance.ts'

const NAME = 'standard-webhooks'
const SECRET_PREFIX = 'whsec_'
const PUBLIC_KEY_PREFIX = 'whpk_'
/** The specification asks for 24 to 64 bytes. */
const MIN_SECRET_BYTES = 24
const MAX_SECRET_BYTES = 64
/** RFC 8032 section 5.1.5 and 5.1.6 */
const ED25519_KEY_BYTES = 32
const ED25519_SIGNATURE_BYTES = 64
const SECRET_FAULT = 'a secret is `whsec_` and the base64 of 24 to 64 bytes'
const PUBLIC_KEY_FAULT = 'a public key is `whpk_` and the base64 of 32 bytes'
/** Svix, from which the specification comes, sends its own names of the headers. */
const HEADER_PREFIXES = ['webhook', 'svix']

/** Settings of {@link standardWebhooks} beside its keys. */
export interface StandardWebhooksSettings extends ToleranceSetting {
  /** As `whsec_<base64>` (HMAC, `v1`) or `whpk_<base64>` (Ed25519, `v1a`); several while one is being replaced. */
  readonly keys: readonly string[]
}

type Signature = Uint8Array<ArrayBuffer>

/**
 * Accepts requests signed by the Standard Webhooks specification, over `{id}.{timestamp}.{body}`: `webhook-id`,
 * `webhook-timestamp` and `webhook-signature`, or the same of Svix.
 *
 * @param settings - The keys alone, or with a tolerance: see {@link StandardWebhooksSettings}.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function standardWebhooks(...settings: readonly string[] | readonly [StandardWebhooksSettings]): Scheme {
  const { keys, toleranceSeconds = TOLERANCE_SECONDS } = settingsOf(settings)
  const publicKeys = keys.filter((key) => key.startsWith(PUBLIC_KEY_PREFIX)).map(decodePublicKey)
  const secrets = keys.filter((key) => !key.startsWith(PUBLIC_KEY_PREFIX)).map(decodeSecret)
  const hmacKeys = createHmacKeys('SHA-256', secrets.filter(isUsable))
  const ed25519Keys = publicKeys.filter(isUsable).map(importPublicKey)
  return {
    name: NAME,
    faults: [
      ...(keys.length === 0 ? ['no key is given: nothing would be accepted'] : []),
      ...(secrets.every(isUsable) ? [] : [SECRET_FAULT]),
      ...(publicKeys.every(isUsable) ? [] : [PUBLIC_KEY_FAULT]),
      ...toleranceFaults(toleranceSeconds),
    ],
    toleranceSeconds,
    async verify(request, nowMs) {
      const { id, timestamp, signatures } = readHeaders(request)
      const message = joinBytes(`${id}.${timestamp}.`, request.body)
      const matches =
        (await hmacKeys.matches(ofVersion(signatures, 'v1'), message)) ||
        (await isSignedBy(await Promise.all(ed25519Keys), ofVersion(signatures, 'v1a'), message))
      if (!matches) throw new VerifyError('AUTH_REJECTED', `${NAME}: no signature matches`)
      checkTime(parseTimeMs(timestamp, 'seconds', NAME), nowMs, toleranceSeconds, NAME)
      return { messageId: id, signedContent: message }
    },
  }
}

function settingsOf(settings: readonly string[] | readonly [StandardWebhooksSettings]): StandardWebhooksSettings {
  const [first] = settings
  return typeof first === 'object' ? first : { keys: settings.filter((key) => typeof key === 'string') }
}

const isUsable = (bytes: Signature | null): bytes is Signature => bytes !== null

function decodeSecret(secret: string): Signature | null {
  const bytes = decodeLoosely(secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : secret)
  return bytes === null || bytes.length < MIN_SECRET_BYTES || bytes.length > MAX_SECRET_BYTES ? null : bytes
}

/** A secret is what somebody pasted: without its padding it is the same. */
function decodeLoosely(text: string): Signature | null {
  return decodeBase64(text) ?? decodeBase64(text + '='.repeat((4 - (text.length % 4)) % 4))
}

function decodePublicKey(key: string): Signature | null {
  const bytes = decodeLoosely(key.slice(PUBLIC_KEY_PREFIX.length))
  return bytes?.length === ED25519_KEY_BYTES ? bytes : null
}

/** Null for 32 bytes that are no key of a runtime that looks at them. */
function importPublicKey(bytes: Signature): Promise<CryptoKey | null> {
  return crypto.subtle.importKey('raw', bytes, { name: 'Ed25519' }, false, ['verify']).catch(() => null)
}

function readHeaders({ headers }: ReceivedRequest) {
  const prefix = HEADER_PREFIXES.find((candidate) => headers.has(`${candidate}-id`)) ?? ''
  const id = headers.get(`${prefix}-id`)
  const timestamp = headers.get(`${prefix}-timestamp`)
  const signatures = headers.get(`${prefix}-signature`)
  if (id === null || timestamp === null || signatures === null) {
    throw new VerifyError('AUTH_MISSING', `${NAME}: a header is missing`)
  }
  // With a full stop in an id, a part of the body could become a part of it: the specification warns its senders of that.
  if (!/^[^.]+$/.test(id) || !/^[1-9]\d{0,11}$/.test(timestamp)) {
    throw new VerifyError('AUTH_MALFORMED', `${NAME}: id or timestamp cannot be read`)
  }
  return { id, timestamp, signatures }
}

function ofVersion(signatures: string, version: 'v1' | 'v1a'): readonly Signature[] {
  return signatures.split(' ', MAX_SIGNATURES).flatMap((entry) => {
    const [given, encoded = ''] = entry.split(',', 2)
    return given === version ? (decodeLoosely(encoded) ?? []) : []
  })
}

async function isSignedBy(
  keys: readonly (CryptoKey | null)[],
  signatures: readonly Signature[],
  message: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  for (const signature of signatures) {
    if (signature.length !== ED25519_SIGNATURE_BYTES) continue
    for (const key of keys) {
      if (key !== null && (await crypto.subtle.verify('Ed25519', key, signature, message))) return true
    }
  }
  return false
}
