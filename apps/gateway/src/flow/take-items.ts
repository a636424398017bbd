import { DecodeError } from '@sluice/errors'
import type { Handling } from '../config.ts'
import { type Problem, problemOf, RequestError } from '../problem.ts'
import type { Acceptance } from '../store/port.ts'
import { readContentType } from './content-type.ts'
import { ITEM_CONTENT_TYPE } from './items.ts'
import type { Item, ItemResult, RefusedItem } from './store-all.ts'
import { eventOf, type TakeInParts, type TakenIn, type VerifiedRequest } from './new-event.ts'
import { validate } from './validate.ts'
import { idempotencyKeyOf } from './verify.ts'

/** What became of one item of a batch. */
export type ItemAnswer =
  | ({ readonly index: number; readonly status: 202 } & Acceptance)
  | { readonly index: number; readonly status: number; readonly problem: Problem }

/**
 * Takes in the items of a batch, each as an event of its own.
 *
 * @returns 207 with what became of each, all of them on disk or some; 422 none is, because of what is wrong with all of them,
 * or with one where all or nothing was asked for.
 * @throws DecodeError the batch is no JSON.
 * @throws StoreError nothing was kept.
 * @throws RequestError `BATCH_INCOMPLETE` some may have been kept: the same batch with the same key completes it.
 */
export async function takeItems(
  request: VerifiedRequest,
  bodies: readonly Uint8Array[],
  parts: TakeInParts,
): Promise<TakenIn> {
  const { source, received } = request
  const preferred = preferredHandling(received.headers.get('prefer'))
  const handling = preferred ?? source.batches?.handling ?? 'lenient'
  const read = await Promise.all(bodies.map((body, index) => readItem(request, body, index)))
  const results = await keepRead(read, handling, parts)
  const kept = results.filter(({ kind }) => kind === 'stored' || kind === 'repeated').length
  wakeFor(results, parts)
  if (kept < results.length)
    parts.log('warn', 'a batch was not taken whole', { source: source.name, items: results.length, kept })
  const isWhole = kept === results.length || kept === 0
  const applied = preferred !== null && (preferred === 'lenient' || isWhole)
  return {
    ...answerOf(results, kept),
    headers: applied ? { 'preference-applied': `handling=${preferred}` } : {},
  }
}

/** The preference of RFC 7240 section 4.4; of several the first counts, as section 2 has it. */
export function preferredHandling(header: string | null): Handling | null {
  for (const preference of (header ?? '').split(',')) {
    const [, wish] = /^\s*handling\s*=\s*"?(strict|lenient)"?\s*(?:;|$)/i.exec(preference) ?? []
    if (wish !== undefined) return wish.toLowerCase() === 'strict' ? 'strict' : 'lenient'
  }
  return null
}

/** Reads one item. What is wrong with it is its own affair, but for what makes the whole of an array no JSON. */
async function readItem(request: VerifiedRequest, body: Uint8Array, index: number): Promise<Item | RefusedItem> {
  const { source, received, keys } = request
  try {
    const { data, sent } = validate(source, ITEM_CONTENT_TYPE, body)
    const idempotencyKey = idempotencyKeyOf(source, keys, sent, index)
    return await eventOf(request, { contentType: ITEM_CONTENT_TYPE, body, data, idempotencyKey })
  } catch (error) {
    if (error instanceof DecodeError && (error.code === 'JSON_SYNTAX' || error.code === 'JSON_ENCODING')) {
      const isArray = readContentType(received.headers.get('content-type'))?.format === 'json'
      if (isArray) throw new DecodeError(error.code, `item ${index} of the batch: ${error.message}`)
    }
    if (problemOf(error).problem.status >= 500) throw error
    return { kind: 'refused', error }
  }
}

async function keepRead(
  read: readonly (Item | RefusedItem)[],
  handling: Handling,
  { intakeAll }: TakeInParts,
): Promise<readonly ItemResult[]> {
  const items = read.flatMap((one) => ('make' in one ? [one] : []))
  if (handling === 'strict' && items.length < read.length)
    return read.map((one) => ('make' in one ? { kind: 'withheld' } : one))
  const results = items.length === 0 ? [] : await intakeAll(items, handling)
  const resultOf = new Map(items.map((item, index) => [item, results[index]]))
  return read.map((one) => {
    const result = 'make' in one ? resultOf.get(one) : one
    if (result === undefined) throw new Error('the intake answered for fewer items than it was given')
    return result
  })
}

function wakeFor(results: readonly ItemResult[], { outbox }: TakeInParts): void {
  const destinations = results.flatMap((result) => (result.kind === 'stored' ? result.acceptance.deliveries : []))
  for (const destination of new Set(destinations.map((delivery) => delivery.destination))) outbox.wake(destination)
}

function answerOf(results: readonly ItemResult[], kept: number): Pick<TakenIn, 'status' | 'body'> {
  const items = results.flatMap((result, index) => itemAnswer(result, index) ?? [])
  if (kept > 0 || results.length === 0) return { status: 207, body: { items } }
  return { status: 422, body: { ...problemOf(new RequestError('BATCH_REFUSED')).problem, items } }
}

/** Null for an item with which nothing is wrong, and that was not kept because of others. */
function itemAnswer(result: ItemResult, index: number): ItemAnswer | null {
  switch (result.kind) {
    case 'stored':
    case 'repeated':
      return { index, status: 202, ...result.acceptance }
    case 'conflict':
      return itemProblem(new RequestError('IDEMPOTENCY_KEY_REUSED'), index)
    case 'refused':
      return itemProblem(result.error, index)
    case 'withheld':
      return null
  }
}

function itemProblem(error: unknown, index: number): ItemAnswer {
  const { problem } = problemOf(error)
  return { index, status: problem.status, problem }
}
