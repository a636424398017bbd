import type { Intake } from '../../flow/store.ts'
import type { NewId } from '../../ports.ts'
import type { AcceptResult, HttpStore } from '../../store/port.ts'
import { resultOf } from './answer.ts'
import type { PlatformLimits } from './limits.ts'
import { mergePages, sumCounts, trimPage } from './merge.ts'
import { idsAt, type Place, type Places } from './places.ts'
import { type AskAll, askShard, type MergeAll, type RemoteShard, type ShardAt } from './remote-shard.ts'
import { createShardedChanges } from './sharded-changes.ts'
import { createShardedJobs } from './sharded-jobs.ts'
import { createShardedSearch } from './sharded-search.ts'

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

/**
 * Creates the store as the edge sees it: what is about one thing is asked of the shard that its id names, lists are merged from all. Ids
 * begin with their time, so a list is merged by them alone, and a cursor is an id as in any store.
 */
export function createShardedStore(
  places: Places,
  shardAt: ShardAt,
  limits: Pick<PlatformLimits, 'pageBytes' | 'pagesAtOnce'>,
): HttpStore {
  // Asked anew each time: what reaches an object belongs to the request that it was made in.
  const all: AskAll = (ask) => Promise.all(places.all.map((place, index) => ask(shardAt(place), index)))
  /** Has a few pages in memory, however many shards there are: what is merged is a page like any. */
  const mergeAll: MergeAll = async (ask, limit, join) => {
    let merged = trimPage(mergePages(await inTurn(0), limit, join), limits.pageBytes)
    for (let from = limits.pagesAtOnce; from < places.all.length; from += limits.pagesAtOnce)
      merged = trimPage(mergePages([merged, ...(await inTurn(from))], limit, join), limits.pageBytes)
    return merged

    function inTurn(from: number) {
      return Promise.all(places.all.slice(from, from + limits.pagesAtOnce).map((place) => ask(shardAt(place))))
    }
  }
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
    async readBatch(id) {
      const shard = shardOf(id)
      return shard === null ? null : askShard(shard, 'readBatch', id)
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
    async replay(request) {
      const shard = shardOf(request.eventId)
      return shard === null ? false : askShard(shard, 'replay', request)
    },
    // An answer is kept where its key belongs; one that an older generation knows stays there.
    async beginAnswer(request) {
      const { now, before } = places.ofKey(answerKey(request))
      for (const place of before) {
        const claim = await askShard(shardAt(place), 'beginAnswer', { ...request, onlyKnown: true })
        if (claim.kind !== 'unknown') return claim
      }
      return askShard(shardAt(now), 'beginAnswer', request)
    },
    async endAnswer(request) {
      const { now, before } = places.ofKey(answerKey(request))
      // Where the key is not known nothing happens.
      for (const place of [now, ...before]) await askShard(shardAt(place), 'endAnswer', request)
    },
    async listEvents(filter) {
      return mergeAll((shard) => askShard(shard, 'listEvents', filter), filter.limit)
    },
    async listDeliveries(filter) {
      return mergeAll((shard) => askShard(shard, 'listDeliveries', filter), filter.limit)
    },
    async countDeliveries() {
      return sumCounts((await all((shard) => askShard(shard, 'countDeliveries'))).flat())
    },
    async check(nowMs) {
      await all((shard) => askShard(shard, 'check', nowMs))
    },
    async listAttempts(filter) {
      return mergeAll((shard) => askShard(shard, 'listAttempts', filter), filter.limit)
    },
    async readAttempt(id) {
      const shard = shardOf(id)
      return shard === null ? null : askShard(shard, 'readAttempt', id)
    },
    ...createShardedSearch(places.all, shardAt, limits),
    ...createShardedChanges(places.all, shardAt),
    ...createShardedJobs(all, mergeAll),
  }
}

const answerKey = ({ caller, key }: { readonly caller: string; readonly key: string }): string => `${caller} ${key}`
