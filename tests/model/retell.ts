import type { Kind } from './faults.ts'
import type { Callback, Exchange } from './observe.ts'
import { CALLBACK_WAIT_MS, SETTLE_MS } from './sluice.config.ts'

/** Attempts of the published schedule. */
const MOST_ATTEMPTS = 10

/** What the gateway noted of an attempt: only what it did, not how it judged. */
export interface Noted {
  readonly startedAtMs: number
  readonly endedAtMs: number
  readonly counted: boolean
  readonly looked: boolean
  readonly sent: boolean
  readonly batchId: string | null
  /** Its process died in it: calls up to this number in the upstreams' log were its own. Null when it lived. */
  readonly diedAtSeq: number | null
}

/** What a person decided, after so many attempts. */
export interface Decision {
  readonly as: 'resend' | 'delivered' | 'drop'
  readonly afterAttempts: number
  readonly atMs: number
}

/** Everything that happened to a delivery. */
export interface Told {
  readonly kind: Kind
  readonly attempts: readonly Noted[]
  /** The calls that carried it, in order. */
  readonly exchanges: readonly Exchange[]
  readonly callbacks: ReadonlyMap<string, Callback>
  readonly decisions: readonly Decision[]
  /** Up to when a living gateway had time to notice that a callback is overdue. */
  readonly untilMs: number
}

/** Where a delivery has to be. */
export interface Expected {
  readonly state: 'pending' | 'awaiting-callback' | 'parked' | 'dead' | 'delivered' | 'dropped'
  readonly counted: number
  /** Calls that no attempt accounts for: of one that is under way. */
  readonly open: number
  /** What must not have been, a sentence each. */
  readonly faults: readonly string[]
}

/**
 * The model: tells from the rules that are published where a delivery has to be after what happened to it. It knows nothing
 * of the gateway's code, and believes of what the gateway noted only that an attempt was made.
 */
export function retell(told: Told): Expected {
  const { kind, attempts, exchanges, callbacks, decisions } = told
  const faults: string[] = []
  let state: Expected['state'] = 'pending'
  let counted = 0
  let next = 0
  let unsureAtMs: number | null = null
  /** The load whose callback decides, and since when it is waited for. */
  let waiting: { readonly batchId: string; readonly sinceMs: number } | null = null

  const effects = () => exchanges.slice(0, next).filter(({ hadEffect }) => hadEffect).length

  /** Callbacks that came and deadlines that passed until a time. */
  const passTo = (atMs: number): void => {
    if (waiting === null) return
    const callback = callbacks.get(waiting.batchId)
    if (callback !== undefined && callback.atMs <= atMs) {
      state = judgeCallback(callback, sizeOf(told, waiting.batchId))
      waiting = null
    } else if (waiting.sinceMs + CALLBACK_WAIT_MS <= atMs) {
      // A callback that still comes decides about it nevertheless.
      state = 'parked'
    }
  }

  const decide = (afterAttempts: number): void => {
    for (const decision of decisions.filter((one) => one.afterAttempts === afterAttempts)) {
      passTo(decision.atMs)
      if (state !== 'parked' && state !== 'dead') faults.push(`a decision about one that is ${state}`)
      waiting = null
      unsureAtMs = null
      if (decision.as === 'resend') counted = 0
      state = decision.as === 'resend' ? 'pending' : decision.as === 'drop' ? 'dropped' : 'delivered'
    }
  }

  const becomeUnsure = (attempt: Noted): void => {
    counted += 1
    if (kind === 'upsert') state = counted < MOST_ATTEMPTS ? 'pending' : 'dead'
    else if (kind === 'start') state = 'parked'
    else if (kind === 'load') await_(attempt)
    else if (counted < MOST_ATTEMPTS) unsureAtMs = attempt.endedAtMs
    else state = 'parked'
  }

  const await_ = ({ batchId, endedAtMs }: Noted): void => {
    state = 'awaiting-callback'
    waiting = { batchId: batchId ?? '', sinceMs: endedAtMs }
  }

  const look = (attempt: Noted): void => {
    if (unsureAtMs === null) return void faults.push('a look for what was never unsure')
    const isSettled = attempt.startedAtMs >= unsureAtMs + SETTLE_MS
    if (attempt.sent) {
      if (effects() > 0) faults.push('sent again what had landed')
      if (!isSettled) faults.push('sent again before an absence proves anything')
      unsureAtMs = null
    } else if (effects() === 1) {
      state = 'delivered'
      unsureAtMs = null
    } else if (effects() > 1) {
      state = 'parked'
      unsureAtMs = null
    } else if (isSettled) faults.push('an absence that was proven was not believed')
  }

  const send = (attempt: Noted): void => {
    const exchange = exchanges[next]
    if (exchange === undefined) return void faults.push('an attempt without a call')
    next += 1
    if (exchange.batchId !== attempt.batchId) faults.push('an attempt with the call of another')
    counted += exchange.end === 'taken' || (exchange.end === 'refused' && exchange.events.length === 1) ? 1 : 0
    switch (exchange.end) {
      case 'taken':
        if (kind === 'load') await_(attempt)
        else state = 'delivered'
        break
      case 'refused':
        // A load that is refused as a whole is divided until the row that is to blame stands alone.
        if (exchange.events.length === 1) state = 'dead'
        break
      case 'unsure':
        becomeUnsure(attempt)
        break
      case 'throttled':
      case 'unauthorized':
    }
  }

  for (const [index, attempt] of attempts.entries()) {
    decide(index)
    passTo(attempt.startedAtMs)
    if (state !== 'pending') faults.push(`an attempt of one that is ${state}`)
    const before = counted
    if (attempt.diedAtSeq !== null) {
      while ((exchanges[next]?.seq ?? Infinity) <= attempt.diedAtSeq) next += 1
      becomeUnsure(attempt)
    } else {
      if (attempt.looked) look(attempt)
      else if (unsureAtMs !== null) faults.push('sent again without a look')
      if (attempt.sent) send(attempt)
    }
    if (attempt.counted !== counted > before) faults.push(`attempt ${index + 1} is counted wrongly`)
  }
  decide(attempts.length)
  passTo(told.untilMs)
  return { state, counted, open: exchanges.length - next, faults }
}

function judgeCallback({ result, lineCount }: Callback, size: number): Expected['state'] {
  if (result !== 'FINISHED') return 'dead'
  if (lineCount === size) return 'delivered'
  // Of one row it is known which is missing; of several nobody says which.
  return size === 1 ? 'dead' : 'parked'
}

function sizeOf({ exchanges }: Told, batchId: string): number {
  return exchanges.find((exchange) => exchange.batchId === batchId)?.events.length ?? 0
}
