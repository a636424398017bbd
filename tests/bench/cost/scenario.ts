import { Database } from 'bun:sqlite'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite, SANDBOX_KEYS, sandboxEnvironment } from '@sluice/gateway/bun'
import { createSqliteStore } from '@sluice/gateway/store'
import { startWorkerd, type Workerd } from '../../runtime/workerd.ts'
import { eventually } from '../../stories/eventually.ts'
import { allDelivered, contactOf, postContact } from '../../stories/running.ts'
import type { PerEvent } from './cloudflare-cost.ts'
import { COUNTS_PATH, type Counts } from './counts.ts'
import { type SlowUpstreams, startSlowUpstreams } from './slow-upstreams.ts'

/** How events come. */
export interface Scenario {
  readonly name: string
  readonly shards: number
  readonly events: number
  /** Null where each comes when the last one is delivered. */
  readonly perSecond: number | null
}

/** Deliveries that each event makes. */
export const DELIVERIES = 3
/** How long an upstream takes to reply, in milliseconds. */
export const UPSTREAM_MS = 200
/** Events before the count begins: they open the objects and fetch the tokens. */
const WARM_UP_EVENTS = 40
const DEADLINE_MS = 120_000

/**
 * Rows that its removal writes when its time is over, which no measurement waits for: the event, its deliveries, and an
 * attempt of each. `count-rows-written.test.ts` holds it to what is removed.
 */
export const REMOVAL_ROWS = 1 + DELIVERIES * 2

/** Plays a scenario in workerd, and returns what one of its events took. */
export async function play(scenario: Scenario, workerPath: string): Promise<PerEvent> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-cost-'))
  const storagePath = join(folder, 'storage')
  const upstreams = startSlowUpstreams(UPSTREAM_MS)
  const workerd = await startWorkerd({
    workerPath,
    storagePath,
    port: 0,
    environment: environmentOf(scenario, upstreams),
  })
  try {
    const stage = { workerd, upstreams }
    await deliver({ events: WARM_UP_EVENTS, perSecond: WARM_UP_EVENTS }, stage, 0)
    const [before, cpuBeforeMs] = [await countsOf(workerd), cpuMsOf(workerd)]
    await deliver(scenario, stage, WARM_UP_EVENTS)
    const [after, cpuAfterMs] = [await countsOf(workerd), cpuMsOf(workerd)]
    const isAll = await allDelivered(
      workerd.url,
      (WARM_UP_EVENTS + scenario.events) * DELIVERIES,
      SANDBOX_KEYS.SLUICE_ADMIN_TOKEN,
    )
    if (isAll !== true) throw new Error('cost: not everything is delivered at the first try')
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
  } finally {
    await workerd.kill()
    await upstreams.stop()
    rmSync(folder, { recursive: true })
  }
}

const environmentOf = ({ shards }: Scenario, { url }: SlowUpstreams) => ({
  ...sandboxEnvironment(url),
  SHARDS: String(shards),
  FIXED_EGRESS: 'yes',
})

interface Stage {
  readonly workerd: Workerd
  readonly upstreams: SlowUpstreams
}

/** Posts events, and waits until all are delivered and no object is active. No object is asked for that: it would count. */
async function deliver(
  { events, perSecond }: Pick<Scenario, 'events' | 'perSecond'>,
  { workerd, upstreams }: Stage,
  from: number,
): Promise<void> {
  const taken = upstreams.taken()
  const delivered = (count: number) =>
    eventually(
      `${count} events delivered`,
      async () => {
        if (upstreams.taken() < taken + count * DELIVERIES) return undefined
        return (await countsOf(workerd)).activeObjects === 0 || undefined
      },
      DEADLINE_MS,
    )
  const startedAtMs = performance.now()
  const posts: Promise<void>[] = []
  for (let index = 0; index < events; index += 1) {
    const posted = post(workerd.url, from + index)
    posts.push(posted)
    if (perSecond === null) {
      await posted
      await delivered(index + 1)
    } else await Bun.sleep(Math.max(0, startedAtMs + ((index + 1) * 1000) / perSecond - performance.now()))
  }
  await Promise.all(posts)
  await delivered(events)
}

async function post(url: string, number: number): Promise<void> {
  const reply = await postContact(url, contactOf(number), { 'idempotency-key': `cost-${number}` })
  if (reply.status !== 202) throw new Error(`cost: event ${number} was answered with ${reply.status}`)
}

async function countsOf({ url }: Workerd): Promise<Counts> {
  return (await (await fetch(url + COUNTS_PATH)).json()) as Counts
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
