import { VerifyError } from '@sluice/errors'
import { decodeBytes, type Encoding } from './encoding.ts'
import { createTextKeys, type HmacHash, type HmacKeys, secretFaults } from './hmac-keys.ts'
import type { ReceivedRequest, Scheme } from './scheme.ts'
import { checkTime, parseTimeMs, TOLERANCE_SECONDS, toleranceFaults, type ToleranceSetting } from './tolerance.ts'

/** More signatures than any rotation of secrets makes: each one costs a check against every secret. */
export const MAX_SIGNATURES = 16

/** What every scheme needs that signs with a shared secret. */
export interface SecretsSetting {
  /** Shared with the sender; several while one is being replaced by another. */
  readonly secrets: readonly string[]
}

/** A setting of schemes whose sender gives every delivery an id that it does not sign. */
export interface DeliveryIdSetting {
  /**
   * Whether the id of the delivery is believed although nobody signs it. By default it is not, and requests with the same
   * signed content are one event: whoever captured one could make new events of it by changing the id. Say true where
   * this sender sends bodies that are equal to the last byte and still mean two events. Default false.
   */
  readonly believeDeliveryId?: boolean
}

/** What a request presents, none of it believed yet. */
export interface Presented {
  /** As the header has them, without prefixes. */
  readonly signatures: readonly string[]
  /** As it was signed; absent where no time is. */
  readonly timestamp?: string
  readonly messageId?: string | null
}

/** What makes a scheme of HMAC: what differs between senders. */
export interface HmacParts extends SecretsSetting, ToleranceSetting {
  readonly name: string
  readonly hash?: HmacHash
  readonly encoding: Encoding
  readonly timeUnit?: 'seconds' | 'milliseconds'
  /** Whether this sender signs a time. */
  readonly signsTime: boolean
  readonly faults?: readonly string[]
  readonly idempotencyPath?: string
  readonly tryCount?: string
  readonly unbounded?: Scheme['unbounded']
  readonly handshake?: (keys: HmacKeys) => Scheme['handshake']
  /** @throws VerifyError `AUTH_MISSING`, `AUTH_MALFORMED`. */
  read(request: ReceivedRequest): Presented
  /**
   * Everything that is signed, in every form that is as good as another; the first is what a repeat is known by.
   *
   * @throws VerifyError `AUTH_MALFORMED` the request can have no right signature.
   */
  contents(request: ReceivedRequest, presented: Presented): Promise<Contents> | Contents
  /** What a repeat is known by, where this sender signs something else with every try. */
  sameEveryTry?(request: ReceivedRequest): Content | null
}

type Content = Uint8Array<ArrayBuffer>
type Contents = readonly [Content, ...Content[]]

/** Makes a scheme that accepts what was signed with a shared secret, by HMAC. */
export function hmacScheme(parts: HmacParts): Scheme {
  const {
    name,
    hash = 'SHA-256',
    secrets,
    signsTime,
    timeUnit = 'seconds',
    idempotencyPath,
    tryCount,
    handshake,
    unbounded,
  } = parts
  const toleranceSeconds = parts.toleranceSeconds ?? TOLERANCE_SECONDS
  const keys = createTextKeys(hash, secrets)
  const answers = handshake?.(keys)
  return {
    name,
    faults: [...secretFaults(secrets), ...toleranceFaults(toleranceSeconds), ...(parts.faults ?? [])],
    ...(idempotencyPath === undefined ? {} : { idempotencyPath }),
    ...(tryCount === undefined ? {} : { tryCount }),
    ...(unbounded === undefined ? {} : { unbounded }),
    ...(signsTime ? { toleranceSeconds } : {}),
    ...(answers === undefined ? {} : { handshake: answers }),
    async verify(request, nowMs) {
      const presented = parts.read(request)
      const signedAtMs = signsTime ? parseTimeMs(presented.timestamp ?? '', timeUnit, name) : null
      const signatures = decodeAll(presented.signatures, parts.encoding)
      const contents = await parts.contents(request, presented)
      if (!(await matchesAny(keys, signatures, contents))) {
        throw new VerifyError('AUTH_REJECTED', `${name}: no signature matches`)
      }
      if (signedAtMs !== null) checkTime(signedAtMs, nowMs, toleranceSeconds, name)
      return { messageId: presented.messageId ?? null, signedContent: parts.sameEveryTry?.(request) ?? contents[0] }
    },
  }
}

function decodeAll(texts: readonly string[], encoding: Encoding): readonly Content[] {
  return texts.slice(0, MAX_SIGNATURES).flatMap((text) => decodeBytes(text, encoding) ?? [])
}

async function matchesAny(keys: HmacKeys, signatures: readonly Content[], contents: Contents): Promise<boolean> {
  for (const content of contents) if (await keys.matches(signatures, content)) return true
  return false
}

/**
 * Reads a header that has to be there.
 *
 * @throws VerifyError `AUTH_MISSING`.
 */
export function requiredHeader({ headers }: ReceivedRequest, name: string, scheme: string): string {
  const value = headers.get(name)
  if (value === null || value === '') throw new VerifyError('AUTH_MISSING', `${scheme}: ${name} is missing`)
  return value
}

/**
 * Takes a prefix off that has to be there.
 *
 * @throws VerifyError `AUTH_MALFORMED`.
 */
export function withoutPrefix(text: string, prefix: string, scheme: string): string {
  if (!text.startsWith(prefix)) throw new VerifyError('AUTH_MALFORMED', `${scheme}: the signature has another prefix`)
  return text.slice(prefix.length)
}

/** What makes a scheme of those that sign the body, and nothing else. */
export interface BodySchemeParts extends SecretsSetting, DeliveryIdSetting {
  readonly name: string
  /** The header of the signature. */
  readonly header: string
  readonly prefix?: string
  readonly encoding: Encoding
  /** The header of the id that nobody signs. */
  readonly deliveryIdHeader?: string
  readonly idempotencyPath?: string
  readonly handshake?: NonNullable<HmacParts['handshake']>
  /** Refuses bodies that this sender does not send. @throws VerifyError */
  readonly checkBody?: (body: Uint8Array) => void
}

/** Makes a scheme that accepts a body that was signed by HMAC-SHA256, alone, in one header. */
export function bodyScheme(parts: BodySchemeParts): Scheme {
  const { name, header, prefix = '', deliveryIdHeader, believeDeliveryId = false, checkBody, ...rest } = parts
  return hmacScheme({
    ...rest,
    name,
    signsTime: false,
    read: (request) => ({
      signatures: [withoutPrefix(requiredHeader(request, header, name), prefix, name)],
      messageId: believeDeliveryId && deliveryIdHeader !== undefined ? request.headers.get(deliveryIdHeader) : null,
    }),
    contents({ body }) {
      checkBody?.(body)
      return [new Uint8Array(body)]
    },
  })
}
