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
/** A message may be signed by several; each one costs a check. */
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
      let reason: unknown = new VerifyError('AUTH_REJECTED', `${NAME}: no signature that can be looked at`)
      for (const presented of readSignatures(request, settings.tag)) {
        try {
          return await verifyOne(request, presented, keys, settings, nowMs)
        } catch (error) {
          // The next may be right: proxies sign beside the sender. If none is, the last one's reason is as good as another's.
          if (!(error instanceof VerifyError)) throw error
          reason = error
        }
      }
      throw reason
    },
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
  return [...inputs]
    .flatMap(([label, input]) => {
      const signature = signatures.get(label)?.[0]
      if (!isInnerList(input) || !(signature instanceof ArrayBuffer)) return []
      return tag === undefined || input[1].get('tag') === tag ? [{ input, signature }] : []
    })
    .slice(0, MAX_SIGNATURES)
}

async function verifyOne(
  request: ReceivedRequest,
  { input, signature }: PresentedSignature,
  keys: readonly VerifyingMessageKey[],
  { required, toleranceSeconds = TOLERANCE_SECONDS }: HttpMessageSignaturesSettings,
  nowMs: number,
): Promise<Verified> {
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
  const created = checkTimes(parameters.get('created'), parameters.get('expires'), nowMs, toleranceSeconds)
  const covers = (name: string) => components.some((component) => component.identifier === `"${name}"`)
  if (covers('content-digest')) {
    await checkContentDigest(requiredHeader(request, 'content-digest', NAME), request.body, NAME)
  }
  // Not the whole of what this signature covers: of a message that was signed twice anybody can take one away.
  const signedContent = joinBytes(`${created} `, request.body)
  return { messageId: covers('idempotency-key') ? request.headers.get('idempotency-key') : null, signedContent }
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

/** @returns when it was created. */
function checkTimes(
  created: BareItem | undefined,
  expires: BareItem | undefined,
  nowMs: number,
  toleranceSeconds: number,
): number {
  if (typeof created !== 'number')
    throw new VerifyError('AUTH_MALFORMED', `${NAME}: it does not say when it was created`)
  checkTime(created * 1000, nowMs, toleranceSeconds, NAME)
  if (expires === undefined) return created
  if (typeof expires !== 'number') throw new VerifyError('AUTH_MALFORMED', `${NAME}: expires is no time`)
  if (expires * 1000 < nowMs) throw new VerifyError('AUTH_EXPIRED', `${NAME}: the signature has expired`)
  return created
}
