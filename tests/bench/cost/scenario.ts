import { Database } from 'bun:sqlite'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openSqlite } from '@sluice/gateway/bun'
import { createSqliteStore } from '@sluice/gateway/store'
import type { Workerd } from '../../runtime/workerd.ts'
import type { PerEvent } from './cloudflare-cost.ts'
import type { Counts } from './counts.ts'
import { checkDelivered, countsOf, deliver, DELIVERIES, withStage } from './stage.ts'

/** How events come. */
export interface Scenario {
  readonly name: string
  readonly shards: number
  readonly events: number
  /** Null where each comes when the last one is delivered. */
  readonly perSecond: number | null
}

/** How long an upstream takes to reply, in milliseconds. */
const UPSTREAM_MS = 200
/** Events before the count begins: they open the objects and fetch the tokens. */
const WARM_UP_EVENTS = 40

/**
 * Rows that its removal writes when its time is over, which no measurement waits for: the event, its deliveries, an
 * attempt of each, and what was told of the event and of each end. `count-rows-written.test.ts` holds it to what is removed.
 */
export const REMOVAL_ROWS = 2 + DELIVERIES * 3

/** Plays a scenario in workerd, and returns what one of its events took. */
export async function play(scenario: Scenario, workerPath: string): Promise<PerEvent> {
  return withStage({ ...scenario, workerPath, upstreamMs: UPSTREAM_MS }, async (stage) => {
    const { workerd, storagePath } = stage
    await deliver({ events: WARM_UP_EVENTS, perSecond: WARM_UP_EVENTS }, stage, 0)
    const [before, cpuBeforeMs] = [await countsOf(workerd), cpuMsOf(workerd)]
    await deliver(scenario, stage, WARM_UP_EVENTS)
    const [after, cpuAfterMs] = [await countsOf(workerd), cpuMsOf(workerd)]
    await checkDelivered(workerd, WARM_UP_EVENTS + scenario.events)
    await workerd.kill()
    const took = (count: keyof Counts) => (after[count] - before[count]) / scenario.events
    const bytes = storedBytes(join(storagePath, 'OutboxShard')) - scenario.shards * emptyBytes()
    return {
      workerRequests: took('workerRequests'),
      workerCpuMs: (cpuAfterMs - cpuBeforeMs) / scenario.events,
      objectRequests: took('objectRequests'),
      objectSeconds: took('activeMs') / 1000,
      rowsRead: took('rowsRead'),
      rowsWritten: took('rowsWritten') + REMOVAL_ROWS,
      storedBytes: bytes / (WARM_UP_EVENTS + scenario.events),
    }
  })
}

/** CPU time of the whole workerd so far: that of the Worker, and of what Cloudflare does not bill. */
function cpuMsOf({ pid }: Workerd): number {
  const MS_PER_TICK = 10
  // Fields 14 and 15, counted behind the name, which may have blanks in it.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK
}

/** Bytes of the databases in a folder, as `databaseSize` tells them. */
function storedBytes(folder: string): number {
  const files = readdirSync(folder).filter((file) => file.endsWith('.sqlite') && file !== 'metadata.sqlite')
  return files.reduce((sum, file) => {
    const database = new Database(join(folder, file))
    try {
      return sum + bytesOf((sql) => database.query<Record<string, number>, []>(sql).get())
    } finally {
      database.close()
    }
  }, 0)
}

/** Bytes of a database that holds nothing yet. */
function emptyBytes(): number {
  const database = openSqlite(':memory:')
  createSqliteStore({ database, newId: (prefix) => prefix, defer: setImmediate })
  return bytesOf((sql) => database.all(sql)[0] ?? null)
}

function bytesOf(pragma: (sql: string) => Readonly<Record<string, unknown>> | null): number {
  return Number(pragma('PRAGMA page_count')?.['page_count']) * Number(pragma('PRAGMA page_size')?.['page_size'])
}
