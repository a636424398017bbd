/**
 * The time of this Worker. It stands still until the matrix moves it, so that an outcome never depends on how fast the machine
 * is; and what is under way is counted, so that the matrix knows when nothing happens any more without time.
 */
import { env } from 'cloudflare:workers'

/** Something that waits for a time. */
export interface Waiting {
  readonly dueAtMs: number
  /** Called once, when the time has come; counts as under way until `ended`. */
  readonly fire: () => void
}

/** How far the Worker is. */
export interface Stand {
  /** What has begun and not ended, beside requests to upstreams. */
  readonly busy: number
  /** Changes whenever something begins or ends. */
  readonly activity: number
  /** Requests to upstreams that have not ended. */
  readonly requests: readonly number[]
  /** When the next timer or alarm is due; null for never. */
  readonly nextDueMs: number | null
  /** Cells in which an alarm has ended since this was asked last. */
  readonly touched: readonly string[]
}

const settings: { readonly MATRIX_NOW_MS?: string } = { ...env }
let nowMs = Number(settings.MATRIX_NOW_MS)
let busy = 0
let activity = 0
const waiting = new Set<Waiting>()
/** When the alarm of each object rings, by its name. */
const alarms = new Map<string, number>()
const requests = new Set<number>()
const touched = new Set<string>()

export const now = (): number => nowMs

/** Notes that something begins; it is under way until `ended`. */
export function began(): void {
  busy += 1
  activity += 1
}

/** Notes that something ended. */
export function ended(): void {
  busy -= 1
  activity += 1
}

/** Does work that counts as under way until its promise settles. */
export async function counted<Result>(work: () => Promise<Result>): Promise<Result> {
  began()
  try {
    return await work()
  } finally {
    ended()
  }
}

export function wait(until: Waiting): void {
  waiting.add(until)
  activity += 1
}

export function cancel(until: Waiting): void {
  waiting.delete(until)
}

export function requestBegan(id: number): void {
  requests.add(id)
  activity += 1
}

export function requestEnded(id: number): void {
  requests.delete(id)
  activity += 1
}

export function touch(cell: string): void {
  touched.add(cell)
  activity += 1
}

/** Sets the alarm of an object; null for none. */
export function setAlarm(name: string, atMs: number | null): void {
  activity += 1
  if (atMs === null) alarms.delete(name)
  else alarms.set(name, atMs)
}

export const alarmOf = (name: string): number | null => alarms.get(name) ?? null

/** Forgets the alarms of a cell that is at its end. */
export function forget(cell: string): void {
  for (const name of alarms.keys()) if (name.startsWith(`${cell}/`)) alarms.delete(name)
}

/** Moves the time, and lets every timer ring that is due by then. Returns the objects whose alarms are. */
export function moveTo(atMs: number): readonly string[] {
  nowMs = Math.max(nowMs, atMs)
  for (const one of [...waiting].toSorted((left, right) => left.dueAtMs - right.dueAtMs)) {
    if (one.dueAtMs > nowMs || !waiting.delete(one)) continue
    began()
    one.fire()
  }
  const due = [...alarms].filter(([, dueAtMs]) => dueAtMs <= nowMs).map(([name]) => name)
  for (const name of due) alarms.delete(name)
  return due
}

/** Tells how far the Worker is. */
export function stand(): Stand {
  const times = [...alarms.values(), ...[...waiting].map(({ dueAtMs }) => dueAtMs)]
  const found = [...touched]
  touched.clear()
  return {
    busy,
    activity,
    requests: [...requests],
    nextDueMs: times.length === 0 ? null : Math.min(...times),
    touched: found,
  }
}
