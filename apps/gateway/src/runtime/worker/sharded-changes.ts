import type { Change, ChangesRead, HttpStore } from '../../store/port.ts'
import { type Place, tagOf } from './places.ts'
import { readPositions, writePositions } from './positions.ts'
import { askShard, type ShardAt } from './remote-shard.ts'

/** Before all that a shard has told. One that was added since is read from here. */
const BEGINNING = '0'

/**
 * Creates the reading of changes as the edge sees it: a place is one in each shard, so that nothing is told twice or left out
 * although the shards number what they commit each by itself. Changes of two shards come in the order of their times.
 */
export function createShardedChanges(places: readonly Place[], shardAt: ShardAt): Pick<HttpStore, 'readChanges'> {
  return {
    async readChanges({ after, match, limit, maxBytes }) {
      const from = after === null ? null : readPositions(after, places)
      const reads = await Promise.all(
        places.map(async (place): Promise<[string, ChangesRead]> => {
          const own = after === null ? null : (from?.get(tagOf(place)) ?? BEGINNING)
          const bytes = Math.ceil(maxBytes / places.length)
          return [
            tagOf(place),
            await askShard(shardAt(place), 'readChanges', { after: own, match, limit, maxBytes: bytes }),
          ]
        }),
      )
      const position = writePositions(new Map(reads.map(([tag, read]) => [tag, read.position])))
      const lost = (after !== null && from === null) || reads.some(([, read]) => read.lost)
      if (lost) return { changes: [], position, more: false, lost }
      const begin = new Map(reads.map(([tag]) => [tag, from?.get(tag) ?? BEGINNING]))
      return { changes: merge(reads, begin), position, more: reads.some(([, read]) => read.more), lost }
    },
  }
}

/** Merges what the shards told, each in its own order, and gives each change the place of all. */
function merge(reads: readonly (readonly [string, ChangesRead])[], at: Map<string, string>): readonly Change[] {
  const queues = reads.map(([tag, { changes }]) => ({ tag, left: [...changes] }))
  const merged: Change[] = []
  for (;;) {
    const waiting = queues.flatMap(({ tag, left }) => (left[0] === undefined ? [] : [{ tag, left, head: left[0] }]))
    const [next] = waiting.toSorted((one, other) => one.head.atMs - other.head.atMs)
    if (next === undefined) return merged
    next.left.shift()
    at.set(next.tag, next.head.position)
    merged.push({ ...next.head, position: writePositions(at) })
  }
}
