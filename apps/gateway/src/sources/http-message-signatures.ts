import { VerifyError } from '@sluice/errors'
import { type BareItem, type InnerList, isInnerList } from 'structured-headers'
import { checkContentDigest, parseFields } from './content-digest.ts'
import { joinBytes } from './encoding.ts'
import { requiredHeader } from './hmac-scheme.ts'
import { importMessageKey, type MessageKey, messageKeyFaults, type VerifyingMessageKey } from './message-keys.ts'
import { calledUrl, type PublicUrlSetting, publicUrlFaults, targetOf } from './public-url.ts'
import type { ReceivedRequest, Scheme, Verified } from './scheme.ts'
import { type Component, readComponents, signatureBase } from './signature-base.ts'
import { checkTime, TOLERANCE_SECONDS, toleranceFaults, type ToleranceSetting } from './tolerance.ts'

const NAME = 'http-message-signatures'
/** A message may be signed by several; each one costs a check. One with more is refused: all are looked at, or none. */
const MAX_SIGNATURES = 4

/** Settings of {@link httpMessageSignatures}. */
export interface HttpMessageSignaturesSettings extends ToleranceSetting, PublicUrlSetting {
  /** Several while one is being replaced by another. The key decides about the algorithm, never the message. */
  readonly keys: readonly MessageKey[]
  /**
   * What a signature must cover at least, such as `@method` or `content-type`, in place of method and address: by default
   * `@method`, and either `@target-uri` or `@authority` with `@path` and, where there is one, the query. A body must always be
   * covered, by `content-digest`.
   */
  readonly required?: readonly string[]
  /** Only signatures with this `tag` are looked at. */
  readonly tag?: string
}

/**
 * Accepts requests with an HTTP Message Signature: one of those that it has must be by a key that is known, new enough
 * (`created` is required, `expires` is obeyed), and cover enough. An `Idempotency-Key` is believed where it is covered.
 *
 * @see RFC 9421 section 3.2 https://www.rfc-editor.org/rfc/rfc9421#section-3.2
 */
export function httpMessageSignatures(settings: HttpMessageSignaturesSettings): Scheme {
  const { publicUrl, toleranceSeconds = TOLERANCE_SECONDS } = settings
  const faults = [
    ...(settings.keys.length === 0 ? ['no key is given: nothing would be accepted'] : []),
    ...settings.keys.flatMap(messageKeyFaults),
    ...publicUrlFaults(publicUrl),
    ...toleranceFaults(toleranceSeconds),
  ]
  const keys = faults.length > 0 ? [] : settings.keys.map(importMessageKey)
  return {
    name: NAME,
    faults,
    toleranceSeconds,
    async verify(received, nowMs) {
      const request = { ...received, url: calledUrl(publicUrl, received.url) }
      let reason = new VerifyError('AUTH_REJECTED', `${NAME}: no signature that can be looked at`)
      const right: RightSignature[] = []
      for (const presented of readSignatures(request, settings.tag)) {
        try {
          right.push(await verifyOne(request, presented, keys, settings))
        } catch (error) {
          // The next may be right: proxies sign beside the sender. If none is, the last one's reason is as good as another's.
          if (!(error instanceof VerifyError)) throw error
          reason = error
        }
      }
      return identify(request, right, (signature) => checkTimes(signature, nowMs, toleranceSeconds), reason)
    },
  }
}

/** A signature by a key that is known, which covers enough; its time is not yet looked at. */
interface RightSignature {
  readonly created: number
  readonly expires: BareItem | undefined
  /** Covered by it; null where none is. */
  readonly idempotencyKey: string | null
}

/**
 * Tells what a message is known by. Anybody can take signatures away from it, so it is told only where all that are right,
 * whatever their times, tell the same: otherwise the one message could be two events.
 *
 * @param check - Throws a VerifyError where the time of a signature is not right.
 * @param reason - Why none is right, where none is.
 */
function identify(
  { body }: ReceivedRequest,
  right: readonly RightSignature[],
  check: (signature: RightSignature) => void,
  reason: VerifyError,
): Verified {
  const [first, ...others] = right
  if (first === undefined) throw reason
  const isSame = (other: RightSignature) =>
    other.idempotencyKey === first.idempotencyKey && (first.idempotencyKey !== null || other.created === first.created)
  if (!others.every(isSame)) {
    throw new VerifyError('AUTH_REJECTED', `${NAME}: its signatures differ in what a repeat would be known by`)
  }
  const faults = right.flatMap((signature) => faultOf(() => check(signature)) ?? [])
  if (faults.length === right.length) throw faults[0] ?? reason
  // Not the whole of what a signature covers, which the next one may cover in another way.
  return { messageId: first.idempotencyKey, signedContent: joinBytes(`${first.created} `, body) }
}

function faultOf(check: () => void): VerifyError | null {
  try {
    check()
    return null
  } catch (error) {
    if (error instanceof VerifyError) return error
    throw error
  }
}

/** A signature as a request presents it: read, and nothing of it believed yet. */
interface PresentedSignature {
  readonly input: InnerList
  readonly signature: ArrayBuffer
}

function readSignatures(request: ReceivedRequest, tag: string | undefined): readonly PresentedSignature[] {
  const inputs = parseFields(requiredHeader(request, 'signature-input', NAME), NAME)
  const signatures = parseFields(requiredHeader(request, 'signature', NAME), NAME)
  const presented = [...inputs].flatMap(([label, input]) => {
    const signature = signatures.get(label)?.[0]
    if (!isInnerList(input) || !(signature instanceof ArrayBuffer)) return []
    return tag === undefined || input[1].get('tag') === tag ? [{ input, signature }] : []
  })
  if (presented.length > MAX_SIGNATURES) throw new VerifyError('AUTH_MALFORMED', `${NAME}: too many signatures`)
  return presented
}

async function verifyOne(
  request: ReceivedRequest,
  { input, signature }: PresentedSignature,
  keys: readonly VerifyingMessageKey[],
  { required }: HttpMessageSignaturesSettings,
): Promise<RightSignature> {
  const [, parameters] = input
  const components = readComponents(input, NAME)
  checkCoverage(request, components, required)
  const content = joinBytes(signatureBase(request, components, input, NAME))
  const algorithm = parameters.get('alg')
  const candidates = keys.filter((key) => key.keyId === parameters.get('keyid'))
  const usable = candidates.filter((key) => algorithm === undefined || algorithm === key.algorithm)
  if (!(await isSignedByAny(usable, signature, content))) {
    throw new VerifyError('AUTH_REJECTED', `${NAME}: the signature does not match`)
  }
  const created = parameters.get('created')
  if (typeof created !== 'number') {
    throw new VerifyError('AUTH_MALFORMED', `${NAME}: it does not say when it was created`)
  }
  const covers = (name: string) => components.some((component) => component.identifier === `"${name}"`)
  if (covers('content-digest')) {
    await checkContentDigest(requiredHeader(request, 'content-digest', NAME), request.body, NAME)
  }
  const idempotencyKey = covers('idempotency-key') ? request.headers.get('idempotency-key') : null
  return { created, expires: parameters.get('expires'), idempotencyKey }
}

async function isSignedByAny(
  keys: readonly VerifyingMessageKey[],
  signature: ArrayBuffer,
  content: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  for (const key of keys) if (await key.verify(signature, content)) return true
  return false
}

function checkCoverage(
  { url, body }: ReceivedRequest,
  components: readonly Component[],
  required: readonly string[] | undefined,
): void {
  const covered = new Set(components.map(({ identifier }) => identifier))
  const covers = (...names: readonly string[]) => names.every((name) => covered.has(`"${name}"`))
  const query = targetOf(url).query === null ? [] : ['@query']
  const isEnough =
    required === undefined
      ? covers('@method') && (covers('@target-uri') || covers('@authority', '@path', ...query))
      : covers(...required.map((name) => name.toLowerCase()))
  if (!isEnough) throw new VerifyError('AUTH_REJECTED', `${NAME}: the signature does not cover enough`)
  if (body.length > 0 && !covers('content-digest')) {
    throw new VerifyError('AUTH_REJECTED', `${NAME}: the signature does not cover the body`)
  }
}

function checkTimes({ created, expires }: RightSignature, nowMs: number, toleranceSeconds: number): void {
  checkTime(created * 1000, nowMs, toleranceSeconds, NAME)
  if (expires === undefined) return
  if (typeof expires !== 'number') throw new VerifyError('AUTH_MALFORMED', `${NAME}: expires is no time`)
  if (expires * 1000 < nowMs) throw new VerifyError('AUTH_EXPIRED', `${NAME}: the signature has expired`)
}
