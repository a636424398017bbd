import { Database } from 'bun:sqlite'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { runToResult, startServer } from './processes.ts'
import { median } from './statistics.ts'

export interface Effort {
  readonly seconds: number
  readonly rounds: number
  readonly connections: number
}

interface Measurement {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

type Measure = (effort: Effort, folder: string) => Promise<Measurement>

/** Every round starts a new process, and in its first second the engine is still compiling: it takes half as long again. */
const WARM_UP_SECONDS = 2
/** Beside the code, since a temporary folder may be in memory, where an fsync costs nothing. */
const FOLDER = join(import.meta.dirname, '../../node_modules/.cache/sluice-bench')

const LoadResult = z.object({ perSecond: z.number(), p50Ms: z.number(), p99Ms: z.number(), replies: z.number() })
const FsyncResult = z.object({ perSecond: z.number() })

/** In the order in which they take their turns. */
const CONTENDERS = {
  ours: {
    name: 'gateway, three deliveries stored',
    measure: serve('gateway-process.ts', '/webhooks/demo', 'sluice.sqlite', { events: 1, deliveries: 3 }),
  },
  eventOnly: {
    name: 'gateway, no route',
    measure: serve('gateway-process.ts', '/webhooks/unrouted', 'sluice.sqlite', { events: 1, deliveries: 0 }),
  },
  yardstick: {
    name: 'bare server, group commit',
    measure: serve('yardstick-process.ts', '/', 'yardstick.sqlite', { events: 1 }),
  },
  fsync: { name: 'SQLite alone, an fsync per event', measure: commitOneByOne },
} satisfies Record<string, { name: string; measure: Measure }>

type Contender = keyof typeof CONTENDERS

/**
 * Measures how many events per second are accepted, each of them on disk before its 202, in turn with a bare server that
 * keeps the same promise. Prints a table, and a line of JSON.
 *
 * @throws Error a reply was no 202, or an accepted event is not on disk.
 */
export async function benchIngest(effort: Effort): Promise<void> {
  const results = await takeTurns(effort)
  process.stdout.write(`${table(effort, results)}\n${JSON.stringify(summary(effort, results))}\n`)
}

async function takeTurns(effort: Effort): Promise<Record<Contender, Measurement[]>> {
  const results: Record<Contender, Measurement[]> = { ours: [], eventOnly: [], yardstick: [], fsync: [] }
  for (let round = 1; round <= effort.rounds; round += 1) {
    for (const contender of Object.keys(CONTENDERS) as Contender[]) {
      const measured = await inFreshFolder((folder) => CONTENDERS[contender].measure(effort, folder))
      results[contender].push(measured)
      process.stderr.write(`round ${round}: ${CONTENDERS[contender].name}: ${whole(measured.perSecond)} per second\n`)
    }
  }
  return results
}

async function inFreshFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  mkdirSync(FOLDER, { recursive: true })
  const folder = mkdtempSync(join(FOLDER, 'run-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** @param rowsPerEvent - Rows that each accepted event must have left, by table. */
function serve(file: string, path: string, databaseFile: string, rowsPerEvent: Record<string, number>): Measure {
  return async ({ seconds, connections }, folder) => {
    const server = await startServer(file, folder)
    try {
      const load = [`${server.url}${path}`, connections, seconds, WARM_UP_SECONDS].map(String)
      const result = LoadResult.parse(await runToResult('load-process.ts', seconds + WARM_UP_SECONDS, ...load))
      await server.kill()
      checkStored(join(folder, databaseFile), result.replies, rowsPerEvent)
      return result
    } finally {
      await server.kill()
    }
  }
}

/** The server was killed right under load: whatever it answered with 202 has to be there nevertheless. */
function checkStored(path: string, accepted: number, rowsPerEvent: Record<string, number>): void {
  const database = new Database(path)
  for (const [name, rows] of Object.entries(rowsPerEvent)) {
    const { stored } = database.query<{ stored: number }, []>(`SELECT count(*) AS stored FROM ${name}`).get() ?? {
      stored: 0,
    }
    if (stored < accepted * rows) throw new Error(`bench: ${accepted} events accepted, but ${stored} rows in ${name}`)
  }
  database.close()
}

async function commitOneByOne({ seconds }: Effort, folder: string): Promise<Measurement> {
  const { perSecond } = FsyncResult.parse(await runToResult('fsync-process.ts', seconds, folder, String(seconds)))
  return { perSecond, p50Ms: Number.NaN, p99Ms: Number.NaN }
}

function middle(measurements: readonly Measurement[], figure: keyof Measurement): number {
  return median(measurements.map((measurement) => measurement[figure]))
}

function table({ seconds, rounds, connections }: Effort, results: Record<Contender, Measurement[]>): string {
  const rows = (Object.keys(CONTENDERS) as Contender[]).map((contender) => {
    const measured = results[contender]
    const milliseconds = (figure: 'p50Ms' | 'p99Ms') => {
      const value = middle(measured, figure)
      return Number.isNaN(value) ? '-' : value.toFixed(1)
    }
    return [
      CONTENDERS[contender].name,
      whole(middle(measured, 'perSecond')),
      milliseconds('p50Ms'),
      milliseconds('p99Ms'),
    ]
  })
  const lines = [['', 'per second', 'p50 ms', 'p99 ms'], ...rows].map(
    ([name = '', ...figures]) => name.padEnd(34) + figures.map((figure) => figure.padStart(12)).join(''),
  )
  const title = `500-byte events, ${connections} connections, ${rounds} rounds of ${seconds} s in turn, medians`
  return [title, '', ...lines, ''].join('\n')
}

function summary({ seconds, rounds, connections }: Effort, results: Record<Contender, Measurement[]>) {
  const perSecond = (contender: Contender) => Math.round(middle(results[contender], 'perSecond'))
  const yardstick = perSecond('yardstick')
  const ratio = (contender: Contender) => Number((perSecond(contender) / yardstick).toFixed(3))
  const p99Ms = (contender: Contender) => Number(middle(results[contender], 'p99Ms').toFixed(2))
  return {
    bench: 'ingest',
    ours: perSecond('ours'),
    yardstick,
    ratio: ratio('ours'),
    p99Ms: p99Ms('ours'),
    eventOnly: perSecond('eventOnly'),
    eventOnlyRatio: ratio('eventOnly'),
    yardstickP99Ms: p99Ms('yardstick'),
    fsyncPerEvent: perSecond('fsync'),
    seconds,
    rounds,
    connections,
  }
}

const whole = (value: number) => Math.round(value).toLocaleString('en')
