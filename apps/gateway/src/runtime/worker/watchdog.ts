import { ConfigError } from '@sluice/errors'
import type { ConfigFile } from '../../config.ts'
import type { Log } from '../../ports.ts'
import { readSettings } from './environment.ts'
import { type GenerationsKeeper, keeperAmong } from './generations.ts'
import { ANSWER_MS, inTime, type StartTimer } from './in-time.ts'
import { PLATFORM_LIMITS } from './limits.ts'
import { createPlaces, type Place, tagOf } from './places.ts'

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
  startTimer: StartTimer,
): Promise<void> {
  const watchOne = async (place: Place): Promise<void> => {
    const shard = tagOf(place)
    try {
      if (await inTime(shards.getByName(shard), ANSWER_MS.shard, startTimer).watch())
        log('warn', 'a lost alarm was set again', { shard })
    } catch (error) {
      log('error', 'shard not reached', { shard, error: error instanceof Error ? error.name : 'unknown' })
    }
  }
  for (let index = 0; index < places.length; index += AT_ONCE) {
    await Promise.all(places.slice(index, index + AT_ONCE).map(watchOne))
  }
}

/** What the watchdog does each minute. While the Worker is not configured that is to say so: no shard would open. */
export async function runWatchdog(
  file: ConfigFile,
  environment: { readonly OUTBOX_SHARDS: { getByName(name: string): WatchedShard & GenerationsKeeper } },
  log: Log,
  startTimer: StartTimer,
): Promise<void> {
  const generations = configuredShards(file, environment)
  if (generations === null) {
    log('warn', 'not configured: no shard is looked at', {})
    return
  }
  // What shards keep that SHARDS does not name any more has to be delivered all the same.
  const noted = await keeperAmong(environment.OUTBOX_SHARDS, startTimer)
    .useGenerations(generations)
    .catch(() => generations)
  await watchShards(createPlaces(noted, Math.random).all, environment.OUTBOX_SHARDS, log, startTimer)
}

function configuredShards(file: ConfigFile, environment: object): readonly number[] | null {
  try {
    return readSettings(file, environment, PLATFORM_LIMITS).generations
  } catch (error) {
    if (error instanceof ConfigError) return null
    throw error
  }
}
