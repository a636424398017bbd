import type { Found, HttpStore, Searched, SearchRequest } from '../../store/port.ts'
import type { PlatformLimits } from './limits.ts'
import { type Place, tagOf } from './places.ts'
import { readPositions, writePositions } from './positions.ts'
import { askShard, type RemoteShard, type ShardAt } from './remote-shard.ts'

/** Where a shard is of which nothing is left. */
const END = '-'

/**
 * Creates the search as the edge sees it: every shard has an index of its own, and a part of what all find begins where the
 * part before ended in each of them.
 */
export function createShardedSearch(
  places: readonly Place[],
  shardAt: ShardAt,
  { pageBytes, pagesAtOnce }: Pick<PlatformLimits, 'pageBytes' | 'pagesAtOnce'>,
): Pick<HttpStore, 'searchEvents' | 'searchDeliveries' | 'searchAttempts'> {
  const maxBytes = Math.min(pageBytes, Math.ceil((pageBytes * pagesAtOnce) / places.length))

  return {
    searchEvents: (request) => search(request, (shard, own) => askShard(shard, 'searchEvents', own)),
    searchDeliveries: (request) => search(request, (shard, own) => askShard(shard, 'searchDeliveries', own)),
    searchAttempts: (request) => search(request, (shard, own) => askShard(shard, 'searchAttempts', own)),
  }

  async function search<Match, Row extends { readonly id: string }>(
    request: SearchRequest<Match>,
    ask: (shard: RemoteShard, request: SearchRequest<Match>) => Promise<Found<Row>>,
  ): Promise<Found<Row>> {
    const from = request.from === undefined ? new Map<string, string>() : readPositions(request.from, places)
    if (from === null) return { rows: [], next: null, searched: { fromMs: null, toMs: null }, lost: true }
    const asked = places.filter((place) => from.get(tagOf(place)) !== END)
    const found = await Promise.all(
      asked.map(async (place): Promise<[string, Found<Row>]> => {
        const own = { ...request, from: from.get(tagOf(place)), maxBytes: Math.min(maxBytes, request.maxBytes) }
        return [tagOf(place), await ask(shardAt(place), own)]
      }),
    )
    return merge(found, from, places, request.limit)
  }
}

/** Merges the parts of the shards, the newest first, until one of them may have more of what comes next. */
function merge<Row extends { readonly id: string }>(
  found: readonly (readonly [string, Found<Row>])[],
  from: ReadonlyMap<string, string>,
  places: readonly Place[],
  limit: number,
): Found<Row> {
  const at = new Map(from)
  const queues = found.map(([tag, { rows, next }]) => ({ tag, left: [...rows], next }))
  const merged: Found<Row>['rows'][number][] = []
  const advance = () => {
    for (const { tag, left, next } of queues) if (left.length === 0) at.set(tag, next ?? END)
  }
  while (merged.length < limit && queues.every(({ left, next }) => left.length > 0 || next === null)) {
    const waiting = queues.flatMap(({ tag, left }) => (left[0] === undefined ? [] : [{ tag, left, head: left[0] }]))
    const [next] = waiting.toSorted((one, other) => (one.head.row.id < other.head.row.id ? 1 : -1))
    if (next === undefined) break
    next.left.shift()
    at.set(next.tag, next.head.position)
    merged.push({ row: next.head.row, position: writePositions(at) })
  }
  advance()
  const isEnd = places.every((place) => at.get(tagOf(place)) === END)
  return {
    rows: merged,
    next: isEnd ? null : writePositions(at),
    searched: joinSearched(found.map(([, { searched }]) => searched)),
    lost: found.some(([, { lost }]) => lost),
  }
}

/** All shards know all of the time that each of them does. */
function joinSearched(all: readonly Searched[]): Searched {
  const from = all.flatMap(({ fromMs }) => fromMs ?? [])
  const to = all.flatMap(({ toMs }) => toMs ?? [])
  return { fromMs: from.length === 0 ? null : Math.max(...from), toMs: to.length === 0 ? null : Math.min(...to) }
}
