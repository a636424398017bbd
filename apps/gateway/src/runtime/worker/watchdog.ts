import type { Log } from '../../ports.ts'
import { type Place, tagOf } from './places.ts'

/** How many shards are asked at once. */
const AT_ONCE = 6

/** A shard as the watchdog calls it. */
interface WatchedShard {
  watch(): Promise<boolean>
}

/**
 * Asks every shard whether something is due there and no alarm is set, which then sets it. One that cannot be asked delays
 * no other, and is asked the next time.
 */
export async function watchShards(
  places: readonly Place[],
  shards: { getByName(name: string): WatchedShard },
  log: Log,
): Promise<void> {
  const watchOne = async (place: Place): Promise<void> => {
    const shard = tagOf(place)
    try {
      if (await shards.getByName(shard).watch()) log('warn', 'a lost alarm was set again', { shard })
    } catch (error) {
      log('error', 'shard not reached', { shard, error: error instanceof Error ? error.name : 'unknown' })
    }
  }
  for (let index = 0; index < places.length; index += AT_ONCE) {
    await Promise.all(places.slice(index, index + AT_ONCE).map(watchOne))
  }
}
