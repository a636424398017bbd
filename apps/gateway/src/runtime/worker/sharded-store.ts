import type { Intake } from '../../flow/store.ts'
import type { NewId } from '../../ports.ts'
import type { AcceptResult, DeliveryCount, HttpStore, NewEvent } from '../../store/port.ts'
import { type Answer, resultOf } from './answer.ts'
import { idsAt, type Place, type Places } from './places.ts'

/** A shard as the edge calls it. */
export interface RemoteShard {
  accept(event: NewEvent): Promise<Answer<AcceptResult>>
  acceptHeld(event: NewEvent, shardKey: string | null): Promise<Answer<AcceptResult | null>>
  ask(method: keyof HttpStore, parameters: readonly unknown[]): Promise<Answer<unknown>>
}

/** Where the shards are. */
export type ShardAt = (place: Place) => RemoteShard

/**
 * Creates the intake of the edge: an event goes to the shard of its key. While an older generation knows its idempotency key,
 * or has something waiting with its shard key, the event goes there.
 */
export function createShardedIntake(places: Places, shardAt: ShardAt, newId: NewId): Intake {
  return async ({ idempotencyKey, shardKey }, make) => {
    const key = shardKey ?? idempotencyKey
    if (key === null) return keepAt(places.any())
    const { now, before } = places.ofKey(key)
    for (const place of before) {
      const event = await make(idsAt(newId, place))
      const result = await resultOf(shardAt(place).acceptHeld(event, shardKey))
      if (result !== null) return result
    }
    return keepAt(now)

    async function keepAt(place: Place): Promise<AcceptResult> {
      return resultOf(shardAt(place).accept(await make(idsAt(newId, place))))
    }
  }
}

/** Asks a shard's store. */
function askShard<Method extends keyof HttpStore>(
  shard: RemoteShard,
  method: Method,
  ...parameters: Parameters<HttpStore[Method]>
): ReturnType<HttpStore[Method]> {
  return resultOf(shard.ask(method, parameters)) as ReturnType<HttpStore[Method]>
}

/**
 * Creates the store as the edge sees it: what is about one thing is asked of the shard that its id names, lists are merged from all. Ids
 * begin with their time, so a list is merged by them alone, and a cursor is an id as in any store.
 */
export function createShardedStore(places: Places, shardAt: ShardAt): HttpStore {
  // Asked anew each time: what reaches an object belongs to the request that it was made in.
  const shards = () => places.all.map(shardAt)
  const shardOf = (id: string): RemoteShard | null => {
    const place = places.ofId(id)
    return place === null ? null : shardAt(place)
  }
  return {
    async readEvent(id) {
      const shard = shardOf(id)
      return shard === null ? null : askShard(shard, 'readEvent', id)
    },
    async readDelivery(id) {
      const shard = shardOf(id)
      return shard === null ? null : askShard(shard, 'readDelivery', id)
    },
    async resolve(request) {
      const shard = shardOf(request.id)
      return shard === null ? false : askShard(shard, 'resolve', request)
    },
    async findBatch(tokenHash, nowMs) {
      const place = places.ofToken(tokenHash)
      return place === null ? null : askShard(shardAt(place), 'findBatch', tokenHash, nowMs)
    },
    async settleBatch(request) {
      const shard = shardOf(request.batchId)
      // Its id was read from the very shard a moment ago.
      if (shard === null) return 'conflict'
      return askShard(shard, 'settleBatch', request)
    },
    async listDeliveries(filter) {
      const lists = await Promise.all(shards().map((shard) => askShard(shard, 'listDeliveries', filter)))
      return lists
        .flat()
        .toSorted((left, right) => (left.id < right.id ? 1 : -1))
        .slice(0, filter.limit)
    },
    async countDeliveries() {
      return sum((await Promise.all(shards().map((shard) => askShard(shard, 'countDeliveries')))).flat())
    },
    async check(nowMs) {
      await Promise.all(shards().map((shard) => askShard(shard, 'check', nowMs)))
    },
  }
}

/** Adds up what is counted of the same destination and state. */
function sum(counts: readonly DeliveryCount[]): readonly DeliveryCount[] {
  const sums = new Map<string, DeliveryCount>()
  for (const one of counts) {
    const key = `${one.destination} ${one.state}`
    sums.set(key, { ...one, count: one.count + (sums.get(key)?.count ?? 0) })
  }
  return [...sums.values()]
}
