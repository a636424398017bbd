import { Database } from 'bun:sqlite'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { bundleWorker } from '@sluice/gateway/build'
import { z } from 'zod'
import { startWorkerd, type WorkerdOptions } from '../runtime/workerd.ts'
import { ADMIN_TOKEN } from './event.ts'
import type { Effort } from './ingest.ts'
import { runToResult } from './processes.ts'
import { median } from './statistics.ts'

const WARM_UP_SECONDS = 2
const FOLDER = join(import.meta.dirname, '../../node_modules/.cache/sluice-bench')
const LoadResult = z.object({ perSecond: z.number(), p50Ms: z.number(), p99Ms: z.number(), replies: z.number() })
type Measurement = z.output<typeof LoadResult>

/** One that takes events, and how it is run. */
interface Contender {
  readonly name: string
  /** Writes the Worker, and says where it is. */
  readonly make: (folder: string) => Promise<string>
  readonly path: string
  readonly objects?: WorkerdOptions['objects']
  /** The class of the objects that keep the events. */
  readonly keeper: string
  /** Rows that each accepted event must have left, by table. */
  readonly rowsPerEvent: Readonly<Record<string, number>>
  readonly shards: number
}

const gateway = {
  make: (folder: string) => bundleWorker({ configPath: join(import.meta.dirname, 'worker.config.ts'), folder }),
  path: '/webhooks/demo',
  keeper: 'OutboxShard',
  rowsPerEvent: { events: 1, deliveries: 3 },
}

/** In the order in which they take their turns. */
const CONTENDERS: readonly Contender[] = [
  { ...gateway, name: 'the Worker, three deliveries, 1 shard', shards: 1 },
  { ...gateway, name: 'the Worker, three deliveries, 8 shards', shards: 8 },
  {
    name: 'a bare Worker, one row to an object',
    make: (folder) => {
      cpSync(join(import.meta.dirname, 'yardstick-worker.js'), join(folder, 'worker.js'))
      return Promise.resolve(join(folder, 'worker.js'))
    },
    path: '/',
    objects: { YARDSTICKS: 'Yardstick' },
    keeper: 'Yardstick',
    rowsPerEvent: { events: 1 },
    shards: 1,
  },
]

/**
 * Measures how many events per second are accepted in a local workerd, in turn with a bare Worker that writes one row to a
 * Durable Object. Prints a table, and a line of JSON.
 *
 * @throws Error a reply was no 202, or an accepted event is not on disk.
 */
export async function benchWorker(effort: Effort): Promise<void> {
  const results = new Map<Contender, Measurement[]>(CONTENDERS.map((contender) => [contender, []]))
  for (let round = 1; round <= effort.rounds; round += 1) {
    for (const [contender, measured] of results) {
      measured.push(await measure(contender, effort))
      process.stderr.write(`round ${round}: ${contender.name}: ${whole(measured.at(-1)?.perSecond ?? 0)} per second\n`)
    }
  }
  const middle = (contender: Contender | undefined, figure: keyof Measurement) =>
    contender === undefined ? Number.NaN : median((results.get(contender) ?? []).map((one) => one[figure]))
  const [one, eight, bare] = CONTENDERS
  const rows = CONTENDERS.map((contender) => [
    contender.name.padEnd(40),
    whole(middle(contender, 'perSecond')).padStart(12),
    middle(contender, 'p50Ms').toFixed(1).padStart(12),
    middle(contender, 'p99Ms').toFixed(1).padStart(12),
  ])
  const { seconds, rounds, connections } = effort
  const ratio = (contender: Contender | undefined) =>
    Number((middle(contender, 'perSecond') / middle(bare, 'perSecond')).toFixed(3))
  process.stdout.write(
    [
      `500-byte events, ${connections} connections, ${rounds} rounds of ${seconds} s in turn, medians`,
      '',
      ['', 'per second', 'p50 ms', 'p99 ms']
        .map((head, at) => (at === 0 ? head.padEnd(40) : head.padStart(12)))
        .join(''),
      ...rows.map((row) => row.join('')),
      '',
      JSON.stringify({
        bench: 'worker',
        ours: Math.round(middle(one, 'perSecond')),
        eightShards: Math.round(middle(eight, 'perSecond')),
        yardstick: Math.round(middle(bare, 'perSecond')),
        ratio: ratio(one),
        eightShardsRatio: ratio(eight),
        p50Ms: Number(middle(one, 'p50Ms').toFixed(2)),
        p99Ms: Number(middle(one, 'p99Ms').toFixed(2)),
        ...effort,
      }),
      '',
    ].join('\n'),
  )
}

async function measure(contender: Contender, { seconds, connections }: Effort): Promise<Measurement> {
  mkdirSync(FOLDER, { recursive: true })
  const folder = mkdtempSync(join(FOLDER, 'worker-'))
  const storagePath = join(folder, 'storage')
  const { objects, shards, path, keeper, rowsPerEvent } = contender
  const workerd = await startWorkerd({
    workerPath: await contender.make(folder),
    storagePath,
    port: 0,
    environment: { SHARDS: String(shards) },
    ...(objects === undefined ? {} : { objects }),
  })
  try {
    if (keeper === gateway.keeper) await pauseAll(workerd.url)
    const load = [`${workerd.url}${path}`, connections, seconds, WARM_UP_SECONDS].map(String)
    const result = LoadResult.parse(await runToResult('load-process.ts', seconds + WARM_UP_SECONDS, ...load))
    await workerd.kill()
    checkStored(join(storagePath, keeper), result.replies, rowsPerEvent)
    return result
  } finally {
    await workerd.kill()
    rmSync(folder, { recursive: true })
  }
}

/** Nothing is sent: what is measured is what it takes to accept. */
async function pauseAll(url: string): Promise<void> {
  for (const name of ['danaconnect', 'contactnow', 'datatalks']) {
    const reply = await fetch(`${url}/v1/destinations/${name}/pause`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ why: 'nothing is sent' }),
    })
    if (!reply.ok) throw new Error(`bench: ${name} was not paused: ${reply.status}`)
  }
}

/** workerd was killed right under load: whatever it answered with 202 has to be there nevertheless. */
function checkStored(folder: string, accepted: number, rowsPerEvent: Readonly<Record<string, number>>): void {
  const files = readdirSync(folder).filter((file) => file.endsWith('.sqlite') && file !== 'metadata.sqlite')
  for (const [name, rows] of Object.entries(rowsPerEvent)) {
    const stored = files.reduce((sum, file) => sum + countRows(join(folder, file), name), 0)
    if (stored < accepted * rows) throw new Error(`bench: ${accepted} events accepted, but ${stored} rows in ${name}`)
  }
}

function countRows(path: string, table: string): number {
  const database = new Database(path)
  try {
    return database.query<{ rows: number }, []>(`SELECT count(*) AS rows FROM ${table}`).get()?.rows ?? 0
  } finally {
    database.close()
  }
}

const whole = (value: number) => Math.round(value).toLocaleString('en')
