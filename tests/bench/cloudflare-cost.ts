/** What one event takes on Cloudflare, on average; null for what was not measured. */
export interface PerEvent {
  /** Requests to the Worker that Cloudflare bills. */
  readonly workerRequests: number | null
  readonly workerCpuMs: number | null
  /** Requests to Durable Objects: calls of one, and alarms. */
  readonly objectRequests: number | null
  /** Wall-clock time in which an object is active, in seconds, for which 128 MB are billed. */
  readonly objectSeconds: number | null
  readonly rowsRead: number | null
  /** With one for each alarm that was set. */
  readonly rowsWritten: number | null
  /** What stays on disk for as long as the event is kept, in bytes. */
  readonly storedBytes: number | null
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
  workerCpuMs: 'Worker CPU, ms',
  objectRequests: 'Durable Object requests and alarms',
  objectSeconds: 'Durable Object duration, s',
  rowsRead: 'rows read',
  rowsWritten: 'rows written',
  storedBytes: 'stored, bytes (for a month)',
}

const MEASURES: readonly (keyof PerEvent)[] = Object.keys(LABELS) as (keyof PerEvent)[]

/** Works out what a million events cost in dollars by one measure; null where it was not measured. */
export function dollarsPerMillionEvents(perEvent: PerEvent, measure: keyof PerEvent): number | null {
  const { dollarsPerMillion, unitsPerMeasure } = PRICES[measure]
  const measured = perEvent[measure]
  return measured === null ? null : measured * unitsPerMeasure * dollarsPerMillion
}

/** Writes the table of what was measured and what it costs. */
export function costTable(perEvent: PerEvent): string {
  const costs = MEASURES.map((measure) => dollarsPerMillionEvents(perEvent, measure))
  const rows = MEASURES.map((measure, index) => {
    const [measured, cost] = [perEvent[measure], costs[index] ?? null]
    return `| ${LABELS[measure]} | ${measured === null ? NOT_MEASURED : shortened(measured)} | ${dollars(cost)} |`
  })
  const all = costs.includes(null) ? null : costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0)
  return [
    '| per event | measured | a million events cost |',
    '|---|---|---|',
    ...rows,
    `| all | | ${dollars(all)} |`,
  ].join('\n')
}

const NOT_MEASURED = 'not measured yet'
const START = '<!-- measured: `bun run bench worker` -->'
const END = '<!-- end of what was measured -->'

/**
 * Puts a table in the place of the one that the document has.
 *
 * @throws Error the document has no place for it.
 */
export function withCostTable(document: string, table: string): string {
  const [start, end] = [document.indexOf(START), document.indexOf(END)]
  if (start < 0 || end < start) throw new Error('cloudflare-cost: the document has no place for the table')
  return `${document.slice(0, start + START.length)}\n\n${table}\n\n${document.slice(end)}`
}

const dollars = (amount: number | null): string => (amount === null ? '' : `$${amount.toFixed(2)}`)

/** At most three digits after the point, and none that say nothing. */
const shortened = (measured: number): string => String(Number(measured.toFixed(3)))
