/** What one event takes on Cloudflare, on average. */
export interface PerEvent {
  /** Requests to the Worker that Cloudflare bills. */
  readonly workerRequests: number
  /** CPU time of the Worker; at most that of all of workerd. */
  readonly workerCpuMs: number
  /** Requests to Durable Objects: calls of one, and alarms. */
  readonly objectRequests: number
  /** Wall-clock time in which an object is active, in seconds, for which 128 MB are billed. */
  readonly objectSeconds: number
  readonly rowsRead: number
  /** With one for each alarm that was set. */
  readonly rowsWritten: number
  /** What stays on disk for as long as the event is kept, in bytes. */
  readonly storedBytes: number
}

/** An object is billed for this much memory, whatever it uses, in GB. */
const OBJECT_MEMORY_GB = 0.128
const BYTES_PER_GB = 1_000_000_000

/** A price: dollars for a million units, in which unit, and how many units an event's measure is. */
export interface Price {
  readonly unit: string
  readonly dollarsPerMillion: number
  readonly unitsPerMeasure: number
}

/**
 * Prices of the plan Workers Paid beyond what it includes, read on 2026-11-25.
 *
 * @see https://developers.cloudflare.com/workers/platform/pricing/
 * @see https://developers.cloudflare.com/durable-objects/platform/pricing/
 */
export const PRICES: Readonly<Record<keyof PerEvent, Price>> = {
  workerRequests: { unit: 'request', dollarsPerMillion: 0.3, unitsPerMeasure: 1 },
  workerCpuMs: { unit: 'CPU millisecond', dollarsPerMillion: 0.02, unitsPerMeasure: 1 },
  objectRequests: { unit: 'request', dollarsPerMillion: 0.15, unitsPerMeasure: 1 },
  objectSeconds: { unit: 'GB-s', dollarsPerMillion: 12.5, unitsPerMeasure: OBJECT_MEMORY_GB },
  rowsRead: { unit: 'row', dollarsPerMillion: 0.001, unitsPerMeasure: 1 },
  rowsWritten: { unit: 'row', dollarsPerMillion: 1, unitsPerMeasure: 1 },
  storedBytes: { unit: 'GB-month', dollarsPerMillion: 200_000, unitsPerMeasure: 1 / BYTES_PER_GB },
}

/** What each measure is called in the document, in its order. */
const LABELS: Readonly<Record<keyof PerEvent, string>> = {
  workerRequests: 'Worker requests',
  workerCpuMs: 'CPU of all of workerd, ms',
  objectRequests: 'Durable Object requests and alarms',
  objectSeconds: 'Durable Object duration, s',
  rowsRead: 'rows read',
  rowsWritten: 'rows written',
  storedBytes: 'stored, bytes (for a month)',
}

const MEASURES: readonly (keyof PerEvent)[] = Object.keys(LABELS) as (keyof PerEvent)[]

/** Works out what a million events cost in dollars by one measure. */
export function dollarsPerMillionEvents(perEvent: PerEvent, measure: keyof PerEvent): number {
  const { dollarsPerMillion, unitsPerMeasure } = PRICES[measure]
  return perEvent[measure] * unitsPerMeasure * dollarsPerMillion
}

/** What was measured while events came in some way. */
export interface Column {
  readonly name: string
  readonly perEvent: PerEvent
}

/** Writes the table of what was measured and what it costs. */
export function costTable(columns: readonly Column[]): string {
  const line = (label: string, cells: readonly string[]) => `| ${label} | ${cells.join(' | ')} |`
  const sumOf = ({ perEvent }: Column) =>
    MEASURES.reduce((sum, measure) => sum + dollarsPerMillionEvents(perEvent, measure), 0)
  return [
    line(
      'per event, with three deliveries',
      columns.flatMap(({ name }) => [name, 'a million cost']),
    ),
    line(
      '---',
      columns.flatMap(() => ['--:', '--:']),
    ),
    ...MEASURES.map((measure) =>
      line(
        LABELS[measure],
        columns.flatMap(({ perEvent }) => [
          shortened(perEvent[measure]),
          dollars(dollarsPerMillionEvents(perEvent, measure)),
        ]),
      ),
    ),
    line(
      '**all**',
      columns.flatMap((column) => ['', dollars(sumOf(column))]),
    ),
  ].join('\n')
}

/**
 * Reads what {@link costTable} wrote, as far as it was rounded there.
 *
 * @throws Error the document has no place for it.
 */
export function readCostTable(document: string): readonly Column[] {
  const [start, end] = placeIn(document)
  const [head = [], , ...rows] = document
    .slice(start, end)
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
  const valueOf = (measure: keyof PerEvent, at: number): number =>
    Number((rows.find(([, label]) => label === LABELS[measure])?.[at] ?? '').replaceAll(',', '') || Number.NaN)
  return head.flatMap((name, at) => {
    const isMeasured = at >= FIRST_COLUMN && (at - FIRST_COLUMN) % 2 === 0 && name !== ''
    const values = MEASURES.map((measure) => [measure, valueOf(measure, at)])
    return isMeasured ? [{ name, perEvent: Object.fromEntries(values) as PerEvent }] : []
  })
}

/** Says how many events a second were accepted and delivered. */
export function throughputText(oneShard: number, eightShards: number): string {
  const [one, eight] = [oneShard, eightShards].map((perSecond) => String(Math.round(perSecond)))
  return `Flat out, **one shard** accepts and delivers **${one} events a second** here, eight together ${eight}.`
}

/** Before the first bar there is nothing, and behind it the label. */
const FIRST_COLUMN = 2
const START = '<!-- measured: `bun run bench worker --cost` -->'
const END = '<!-- end of what was measured -->'

/**
 * Puts a table in the place of the one that the document has.
 *
 * @throws Error the document has no place for it.
 */
export function withCostTable(document: string, table: string): string {
  const [start, end] = placeIn(document)
  return `${document.slice(0, start)}\n\n${table}\n\n${document.slice(end)}`
}

function placeIn(document: string): readonly [number, number] {
  const [start, end] = [document.indexOf(START), document.indexOf(END)]
  if (start < 0 || end < start) throw new Error('cloudflare-cost: the document has no place for the table')
  return [start + START.length, end]
}

const dollars = (amount: number): string => `$${amount.toFixed(2)}`

/** At most three digits after the point, and none that say nothing. */
const shortened = (measured: number): string => String(Number(measured.toFixed(3)))
