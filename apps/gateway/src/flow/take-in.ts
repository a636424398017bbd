import { readContentType } from './content-type.ts'
import { contentCodings, inflate } from './inflate.ts'
import { mayBeBatch, splitItems } from './items.ts'
import type { ConfiguredSource } from './map.ts'
import { eventOf, type TakeInParts, type TakenIn, type VerifiedRequest } from './new-event.ts'
import type { ReceiveLimits } from './receive.ts'
import { store } from './store.ts'
import { takeItems } from './take-items.ts'
import { refuseOtherFormat } from './told-format.ts'
import { validate } from './validate.ts'
import { idempotencyKeyOf } from './verify.ts'

/** How much of a source's body is read, and for how long: a batch may be larger than one event. */
export function receiveLimits(source: ConfiguredSource, headers: Headers): ReceiveLimits {
  const { maxBodyBytes, bodyTimeoutMs: timeoutMs, batches } = source
  if (batches === null) return { maxBytes: maxBodyBytes, timeoutMs }
  const format = readContentType(headers.get('content-type'))?.format ?? null
  const isBatch = format !== null && mayBeBatch(format)
  return { maxBytes: isBatch ? Math.max(batches.maxBytes, maxBodyBytes) : maxBodyBytes, timeoutMs }
}

/**
 * Takes in what a verified request holds, one event or a batch of them: inflate, validate, map, store. Nobody who was not
 * verified can make us inflate anything.
 *
 * @throws RequestError, DecodeError, SchemaError what is wrong with the event, or with the batch as a whole.
 * @throws StoreError nothing was kept.
 */
export async function takeIn(request: VerifiedRequest, parts: TakeInParts): Promise<TakenIn> {
  const { source, received } = request
  const { headers } = received
  const contentType = headers.get('content-type')
  const codings = contentCodings(headers.get('content-encoding'))
  const { maxBytes } = receiveLimits(source, headers)
  const body = codings.length === 0 ? received.body : await inflate(received.body, codings, maxBytes)
  refuseOtherFormat(source, request.keys, contentType, body)
  const items = splitItems(source.batches, contentType, body)
  if (items !== null) return takeItems(request, items, parts)
  const { data, sent } = validate(source, contentType, body)
  const idempotencyKey = idempotencyKeyOf(source, request.keys, sent)
  const { address, make } = await eventOf(request, { contentType: contentType ?? '', body, data, idempotencyKey })
  const { repeated, ...acceptance } = await store(parts.intake, address, make)
  if (!repeated) for (const { destination } of acceptance.deliveries) parts.outbox.wake(destination)
  return { status: 202, body: acceptance, headers: {} }
}
