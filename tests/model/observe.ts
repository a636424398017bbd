import type { LoggedRequest, UpstreamMocks } from '@sluice/upstream-mocks'
import { z } from 'zod'
import { CALLED, type End, ENDS, type Kind } from './faults.ts'

/** One call of an operation, as the upstream saw it. */
export interface Exchange {
  readonly seq: number
  readonly atMs: number
  readonly kind: Kind
  /** The events that it carries: more than one in a load. */
  readonly events: readonly number[]
  readonly end: End
  readonly hadEffect: boolean
  /** The name that a load gives itself. */
  readonly batchId: string | null
}

/** What an upstream said about a load, and the gateway took. */
export interface Callback {
  readonly atMs: number
  readonly result: string
  readonly lineCount: number
}

/** What the upstreams know. */
export interface Observed {
  readonly exchanges: readonly Exchange[]
  readonly callbacks: ReadonlyMap<string, Callback>
  /** How often each event is in the contact list. */
  readonly rows: ReadonlyMap<number, number>
}

/** Returns the n-th event's email, by which every upstream shows what it got. */
export function emailOf(event: number): string {
  return `e${event}@model.example`
}

/** Which events a text names, each once: a call may name one in several places. */
function eventsIn(text: string): number[] {
  const found = text.replaceAll('%40', '@').matchAll(/\be([0-9]+)@model\.example/g)
  return [...new Set(Array.from(found, ([, number]) => Number(number)))]
}

const DanaconnectState = z.object({
  callbacks: z.array(
    z.object({ atMs: z.number(), body: z.record(z.string(), z.unknown()), status: z.number().nullable() }),
  ),
  tables: z.array(z.object({ rows: z.array(z.object({ values: z.record(z.string(), z.string()) })) })),
})
/** What of a callback decides. */
export const CallbackBody = z.object({ fileName: z.string(), result: z.string(), lineCount: z.coerce.number() })

/** Reads what the upstreams got and did, from their own log and state. */
export function observe(mocks: Pick<UpstreamMocks, 'requests' | 'state'>, known: readonly Exchange[]): Observed {
  const after = known.at(-1)?.seq ?? 0
  const exchanges = [...known, ...mocks.requests({ after }).flatMap(exchangeOf)]
  const { callbacks, tables } = DanaconnectState.parse(mocks.state().danaconnect)
  const rows = new Map<number, number>()
  for (const { values } of tables.flatMap((table) => table.rows)) {
    for (const event of eventsIn(values['EMAIL'] ?? '')) rows.set(event, (rows.get(event) ?? 0) + 1)
  }
  const taken = new Map<string, Callback>()
  for (const { atMs, body, status } of callbacks) {
    const { fileName, result, lineCount } = CallbackBody.parse(body)
    const batchId = /(bat_[^./]+)/.exec(fileName)?.[1] ?? ''
    if (status === 200 && !taken.has(batchId)) taken.set(batchId, { atMs, result, lineCount })
  }
  return { exchanges, callbacks: taken, rows }
}

function exchangeOf(request: LoggedRequest): readonly Exchange[] {
  const { seq, atMs, upstream, operation, body, query, fault, effect } = request
  const kind = (Object.keys(CALLED) as Kind[]).find(
    (name) => CALLED[name].upstream === upstream && CALLED[name].operation === operation,
  )
  if (kind === undefined) return []
  const end = fault === null ? 'taken' : ENDS[kind][fault]
  if (end === undefined) throw new Error(`the model does not know ${fault} of ${kind}`)
  const batchId = /filename="?(bat_[^."]+)/.exec(body)?.[1] ?? null
  return [{ seq, atMs, kind, events: eventsIn(`${query} ${body}`), end, hadEffect: effect > 0, batchId }]
}
