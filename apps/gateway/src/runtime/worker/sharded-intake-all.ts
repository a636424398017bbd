import { StoreError } from '@sluice/errors'
import type { Handling } from '../../config.ts'
import { type IntakeAll, type Item, type ItemResult, keepAll, makeItem } from '../../flow/store-all.ts'
import type { NewId } from '../../ports.ts'
import { RequestError } from '../../problem.ts'
import type { AcceptMode, NewEvent } from '../../store/port.ts'
import { resultOf } from './answer.ts'
import { idsAt, type Place, type Places, tagOf } from './places.ts'
import type { ShardAt } from './remote-shard.ts'

/**
 * Creates the intake of the edge for events that came in one request. Each goes to the shard of its key, those of one shard
 * in one call and one transaction.
 *
 * All or nothing: everything is mapped, and every shard looks whether it could take its part, before any of them stores
 * anything. A shard that fails after that leaves a part of the batch stored, which is told as `BATCH_INCOMPLETE`; the same
 * batch completes it by its keys. A key that another request takes with another body at this very moment is a conflict
 * of its item, and the others are kept.
 */
export function createShardedIntakeAll(places: Places, shardAt: ShardAt, newId: NewId): IntakeAll {
  return async (items, handling) => {
    const placed = await placesOf(items, places, shardAt)
    const made = await Promise.all(
      items.map((item, index) => makeItem(item, idsAt(newId, placed[index] ?? anywhere()))),
    )
    const placeOf = new Map(made.flatMap((item, index) => (item.kind === 'made' ? [[item.event, placed[index]]] : [])))
    return keepAll(made, handling, (events) => {
      const parts = grouped(events, (event) => placeOf.get(event) ?? anywhere())
      return keepParts(events, parts, handling)
    })
  }

  function anywhere(): never {
    throw new Error('an item has no place')
  }

  async function keepParts(
    events: readonly NewEvent[],
    parts: readonly Part<NewEvent>[],
    handling: Handling,
  ): Promise<readonly ItemResult[]> {
    if (handling === 'strict' && parts.length > 1) {
      const looked = await askParts(events, parts, 'look')
      if (looked.some(({ kind }) => kind !== 'withheld' && kind !== 'repeated')) return looked
    }
    // A part of which something turns out to be taken meanwhile must not hold back what the other parts have stored.
    return askParts(events, parts, parts.length > 1 ? 'lenient' : handling)
  }

  async function askParts(
    events: readonly NewEvent[],
    parts: readonly Part<NewEvent>[],
    mode: AcceptMode,
  ): Promise<readonly ItemResult[]> {
    const answers = await Promise.allSettled(
      parts.map(async ({ place, members }) => {
        const results = await resultOf(shardAt(place).acceptAll(members, mode))
        return members.map((event, index) => [event, answered(results[index])] as const)
      }),
    )
    const failed = answers.find((answer) => answer.status === 'rejected')
    if (failed !== undefined) throw failureOf(failed.reason, parts.length, mode)
    const resultOfEvent = new Map(answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : [])))
    return events.map((event) => answered(resultOfEvent.get(event)))
  }
}

/** Of several shards some may have stored their part when one failed. A bug stays what it is. */
function failureOf(error: unknown, parts: number, mode: AcceptMode): unknown {
  return parts > 1 && mode !== 'look' && error instanceof StoreError ? new RequestError('BATCH_INCOMPLETE') : error
}

function answered(result: ItemResult | undefined): ItemResult {
  if (result === undefined) throw new Error('a shard answered for fewer events than it was given')
  return result
}

/**
 * Chooses where each item is kept: where an older generation holds it back, and else in the shard of its key. What has no
 * key at all stays together.
 */
async function placesOf(items: readonly Item[], places: Places, shardAt: ShardAt): Promise<readonly Place[]> {
  const any = places.any()
  const chosen = items.map(({ address }) => {
    const key = address.shardKey ?? address.idempotencyKey
    return key === null ? { now: any, before: [] } : places.ofKey(key)
  })
  const held = new Map<number, Place>()
  // The newest of the older generations first, as with a single event.
  for (let age = 0; chosen.some(({ before }) => before.length > age); age += 1) {
    const open = chosen.flatMap(({ before }, index) => {
      const place = before[age]
      return place === undefined || held.has(index) ? [] : [{ place, index }]
    })
    await Promise.all(
      grouped(open, ({ place }) => place).map(async ({ place, members }) => {
        const addresses = members.flatMap(({ index }) => items[index]?.address ?? [])
        const answers = await resultOf(shardAt(place).findHeld(addresses))
        members.forEach(({ index }, at) => {
          if (answers[at] ?? false) held.set(index, place)
        })
      }),
    )
  }
  return chosen.map(({ now }, index) => held.get(index) ?? now)
}

interface Part<Member> {
  readonly place: Place
  readonly members: readonly Member[]
}

function grouped<Member>(all: readonly Member[], placeOf: (member: Member) => Place): readonly Part<Member>[] {
  const parts = new Map<string, { readonly place: Place; readonly members: Member[] }>()
  for (const member of all) {
    const place = placeOf(member)
    const part = parts.get(tagOf(place))
    if (part === undefined) parts.set(tagOf(place), { place, members: [member] })
    else part.members.push(member)
  }
  return [...parts.values()]
}
