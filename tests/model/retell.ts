import type { Kind } from './faults.ts'
import type { Look } from './look.ts'
import type { Callback, Exchange } from './observe.ts'
import type { Sought } from './setups.ts'
import { CALLBACK_WAIT_MS, SETTLE_MS } from './sluice.config.ts'

/** Attempts of the published schedule. */
const MOST_ATTEMPTS = 10

/** What the gateway noted of an attempt: only what it did, not how it judged. */
export interface Noted {
  readonly startedAtMs: number
  readonly endedAtMs: number
  readonly counted: boolean
  /** What the upstream said when it was asked; null where it was not. */
  readonly look: Look | null
  readonly sought: Sought
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
  return new Retelling(told).tell()
}

class Retelling {
  readonly #told: Told
  readonly #faults: string[] = []
  #state: Expected['state'] = 'pending'
  #counted = 0
  /** Calls that were accounted for. */
  #next = 0
  #unsureAtMs: number | null = null
  /** The load whose callback decides, and since when it is waited for. */
  #waiting: { readonly batchId: string; readonly sinceMs: number } | null = null
  /** The load that was given up, and is to be sent again: its callback may still come first. */
  #givenUp: string | null = null

  constructor(told: Told) {
    this.#told = told
  }

  tell(): Expected {
    const { attempts, exchanges, untilMs } = this.#told
    for (const [index, attempt] of attempts.entries()) {
      this.#decide(index)
      this.#passTo(attempt.startedAtMs)
      if (this.#state !== 'pending') this.#blame(`an attempt of one that is ${this.#state}`)
      const before = this.#counted
      this.#givenUp = null
      this.#try(attempt)
      if (attempt.counted !== this.#counted > before) this.#blame(`attempt ${index + 1} is counted wrongly`)
    }
    this.#decide(attempts.length)
    this.#passTo(untilMs)
    return { state: this.#state, counted: this.#counted, open: exchanges.length - this.#next, faults: this.#faults }
  }

  #try(attempt: Noted): void {
    if (attempt.diedAtSeq !== null) {
      while ((this.#told.exchanges[this.#next]?.seq ?? Infinity) <= attempt.diedAtSeq) this.#next += 1
      this.#becomeUnsure(attempt)
      return
    }
    if (this.#unsureAtMs !== null) this.#reconcile(attempt, this.#unsureAtMs)
    else if (attempt.look !== null) this.#blame('a look for what was never unsure')
    if (attempt.sent) this.#send(attempt)
  }

  #send(attempt: Noted): void {
    const exchange = this.#told.exchanges[this.#next]
    if (exchange === undefined) return this.#blame('an attempt without a call')
    this.#next += 1
    if (exchange.batchId !== attempt.batchId) this.#blame('an attempt with the call of another')
    switch (exchange.end) {
      case 'taken':
        this.#counted += 1
        if (this.#told.kind === 'load') this.#await(attempt)
        else this.#state = 'delivered'
        return
      case 'refused':
        // A load that is refused as a whole is divided until the row that is to blame stands alone; that uses up nothing.
        if (exchange.events.length > 1) return
        this.#counted += 1
        this.#state = 'dead'
        return
      case 'unsure':
        return this.#becomeUnsure(attempt)
      case 'throttled':
      case 'unauthorized':
    }
  }

  #becomeUnsure(attempt: Noted): void {
    this.#counted += 1
    const isLast = this.#counted >= MOST_ATTEMPTS
    switch (this.#told.kind) {
      case 'upsert':
        if (isLast) this.#state = 'dead'
        return
      case 'start':
        this.#state = 'parked'
        return
      case 'load':
        return this.#await(attempt)
      case 'record':
        if (isLast || attempt.sought.column === null) this.#state = 'parked'
        else this.#unsureAtMs = attempt.endedAtMs
    }
  }

  #await({ batchId, endedAtMs }: Noted): void {
    this.#state = 'awaiting-callback'
    this.#waiting = { batchId: batchId ?? '', sinceMs: endedAtMs }
  }

  /** Nothing of what is unsure is sent but after a look that proves that it is not there. */
  #reconcile({ startedAtMs, sent, look, sought }: Noted, unsureAtMs: number): void {
    const isSettled = startedAtMs >= unsureAtMs + SETTLE_MS
    const effects = this.#told.exchanges.slice(0, this.#next).filter(({ hadEffect }) => hadEffect).length
    if (sent && effects > 0) this.#blame('sent again what had landed')
    if (sent && look !== 'none') this.#blame(`sent again after a look that was ${look}`)
    if (sent && !isSettled) this.#blame('sent again before an absence proves anything')
    if (!sought.isThere) {
      // Its id stands nowhere that today's route names: nobody can be asked.
      if (look !== null) this.#blame('a look where its id was never put')
      this.#state = 'parked'
      this.#unsureAtMs = null
      return
    }
    switch (look) {
      case null:
        return this.#blame('an attempt at what is unsure without a look')
      case 'throttled':
      case 'unauthorized':
        return
      case 'failed':
        this.#counted += 1
        if (this.#counted >= MOST_ATTEMPTS) this.#state = 'parked'
        return
      case 'none':
        if (effects > 0) this.#blame('the upstream lists what it has as missing')
        if (isSettled && !sent) this.#blame('an absence that was proven was not believed')
        if (sent) this.#unsureAtMs = null
        return
      case 'found':
        if (effects === 0) this.#blame('found what never landed')
        this.#state = 'delivered'
        this.#unsureAtMs = null
        return
      case 'refused':
      case 'unclear':
        this.#state = 'parked'
        this.#unsureAtMs = null
    }
  }

  /** Callbacks that came and deadlines that passed until a time. */
  #passTo(atMs: number): void {
    if (this.#waiting === null) return this.#takeProof(atMs)
    const { batchId, sinceMs } = this.#waiting
    const callback = this.#told.callbacks.get(batchId)
    if (callback !== undefined && callback.atMs <= atMs) {
      this.#state = judgeCallback(callback, sizeOf(this.#told, batchId))
      this.#waiting = null
    } else if (sinceMs + CALLBACK_WAIT_MS <= atMs) {
      // A callback that still comes decides about it nevertheless.
      this.#state = 'parked'
    }
  }

  /** Whatever a person decided: what has landed is not sent again. */
  #takeProof(atMs: number): void {
    const callback = this.#givenUp === null ? undefined : this.#told.callbacks.get(this.#givenUp)
    if (this.#state !== 'pending' || callback === undefined || callback.atMs > atMs) return
    if (judgeCallback(callback, sizeOf(this.#told, this.#givenUp ?? '')) === 'delivered') this.#state = 'delivered'
  }

  #decide(afterAttempts: number): void {
    for (const { as, atMs } of this.#told.decisions.filter((one) => one.afterAttempts === afterAttempts)) {
      this.#passTo(atMs)
      if (this.#state !== 'parked' && this.#state !== 'dead') this.#blame(`a decision about one that is ${this.#state}`)
      this.#givenUp = this.#waiting?.batchId ?? null
      this.#waiting = null
      this.#unsureAtMs = null
      if (as === 'resend') this.#counted = 0
      this.#state = as === 'resend' ? 'pending' : as === 'drop' ? 'dropped' : 'delivered'
    }
  }

  #blame(fault: string): void {
    this.#faults.push(fault)
  }
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
