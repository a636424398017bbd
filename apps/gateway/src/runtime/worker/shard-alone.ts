import { createIds } from '../../ids.ts'
import type { SqlDatabase } from '../../store/sql.ts'
import type { Clock } from './clock.ts'
import { openShard, type Shard, type ShardOptions } from './shard.ts'

/** What a test of shards may want otherwise. */
interface Otherwise {
  readonly clock?: Partial<Clock>
  readonly limits?: Partial<ShardOptions['limits']>
  /** How large its database is, in bytes. */
  readonly bytes?: number
}

/** When it is for a shard of a test. */
export const NOW = Date.parse('2026-11-25T09:00:00Z')
export const newId = createIds(
  () => NOW,
  (bytes) => void crypto.getRandomValues(bytes),
)

/** Opens a shard for a test: it has no destinations, and nobody rings its alarm. */
export function openShardAlone(
  database: SqlDatabase,
  { clock = {}, limits = {}, bytes = 0 }: Otherwise = {},
): Promise<Shard> {
  return openShard({
    config: { sources: new Map(), destinations: new Map(), keys: [], retentionDays: 30 },
    database,
    size: () => bytes,
    limits: { objectBytes: 100, pageBytes: 1000, answerBytes: 1000, leasedBytes: 1000, rowBytes: 100, ...limits },
    ports: {
      control: { readAlias: () => Promise.resolve(null) },
      fetch: () => Promise.reject(new Error('nothing is sent')),
      nowMs: () => NOW,
      newId,
      newToken: () => 'token',
      random: () => 0.5,
      sleep: () => Promise.resolve(),
      log: () => undefined,
    },
    clock: {
      wakeAt: () => undefined,
      soon: () => undefined,
      reopened: () => undefined,
      assist: () => undefined,
      ring: () => Promise.resolve(),
      isSet: () => Promise.resolve(false),
      rearm: () => Promise.resolve(false),
      ...clock,
    },
    gatekeepers: () => {
      throw new Error('there is no destination')
    },
  })
}
