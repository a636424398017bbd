import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SANDBOX_KEYS, sandboxEnvironment } from '@sluice/gateway/bun'
import { startWorkerd, type Workerd } from '../../runtime/workerd.ts'
import { eventually } from '../../stories/eventually.ts'
import { allDelivered, contactOf, postContact } from '../../stories/running.ts'
import { COUNTS_PATH, type Counts } from './counts.ts'
import { type SlowUpstreams, startSlowUpstreams } from './slow-upstreams.ts'

/** Deliveries that each event makes. */
export const DELIVERIES = 3
const DEADLINE_MS = 120_000

/** A counting Worker, and its upstreams. */
export interface Stage {
  readonly workerd: Workerd
  readonly upstreams: SlowUpstreams
  readonly storagePath: string
}

export interface StageOptions {
  readonly workerPath: string
  readonly shards: number
  /** How long an upstream takes to reply. */
  readonly upstreamMs: number
}

/** Has some work done on a stage of its own. */
export async function withStage<Result>(
  { workerPath, shards, upstreamMs }: StageOptions,
  work: (stage: Stage) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-cost-'))
  const storagePath = join(folder, 'storage')
  const upstreams = startSlowUpstreams(upstreamMs)
  const environment = { ...sandboxEnvironment(upstreams.url), SHARDS: String(shards), FIXED_EGRESS: 'yes' }
  const workerd = await startWorkerd({ workerPath, storagePath, port: 0, environment })
  try {
    return await work({ workerd, upstreams, storagePath })
  } finally {
    await workerd.kill()
    await upstreams.stop()
    rmSync(folder, { recursive: true })
  }
}

/**
 * Checks that everything was delivered.
 *
 * @throws Error it was not, or not at the first try.
 */
export async function checkDelivered({ url }: Workerd, events: number): Promise<void> {
  const isAll = await allDelivered(url, events * DELIVERIES, SANDBOX_KEYS.SLUICE_ADMIN_TOKEN)
  if (isAll !== true) throw new Error('cost: not everything was delivered at the first try')
}

/** How many events come, and how often. */
export interface Flow {
  readonly events: number
  /** Null where each comes when the last one is delivered. */
  readonly perSecond: number | null
}

/** Posts events numbered from `from`, and waits until they and all before are delivered. */
export async function deliver({ events, perSecond }: Flow, stage: Stage, from: number): Promise<void> {
  const startedAtMs = performance.now()
  const posts: Promise<void>[] = []
  for (let index = 0; index < events; index += 1) {
    const posted = post(stage.workerd.url, from + index)
    posts.push(posted)
    if (perSecond === null) {
      await posted
      await delivered(stage, from + index + 1)
    } else await Bun.sleep(Math.max(0, startedAtMs + ((index + 1) * 1000) / perSecond - performance.now()))
  }
  await Promise.all(posts)
  await delivered(stage, from + events)
}

/** Waits until so many events are delivered, and no object is active. No object is asked for that: it would count. */
export async function delivered({ workerd, upstreams }: Stage, events: number): Promise<void> {
  const look = async () => {
    if (upstreams.taken() < events * DELIVERIES) return undefined
    return (await countsOf(workerd)).activeObjects === 0 || undefined
  }
  await eventually(`${events} events delivered`, look, DEADLINE_MS)
}

/**
 * Posts an event.
 *
 * @throws Error it was not accepted.
 */
export async function post(url: string, number: number): Promise<void> {
  const reply = await postContact(url, contactOf(number), { 'idempotency-key': `cost-${number}` })
  if (reply.status !== 202) throw new Error(`cost: event ${number} was answered with ${reply.status}`)
}

/** Asks what was counted so far. */
export async function countsOf({ url }: Workerd): Promise<Counts> {
  return (await (await fetch(url + COUNTS_PATH)).json()) as Counts
}
