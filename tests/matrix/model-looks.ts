/**
 * What a delivery comes to whose route has a marker: after an attempt of which nobody knows whether it landed it is looked
 * for, and only what was not found for a time is sent again.
 */
import type { Ask } from './expected.ts'
import { LOOK_TABLE, type LookRow } from './expected-looks.ts'
import { type Found, isForeign, type Prediction } from './model.ts'
import { isTurnedAway, MAX_ATTEMPTS, Waits } from './schedule.ts'

/** How soon it is looked for, and how long after the attempt an absence is believed. */
const LOOK_AFTER_MS = 2000
const SETTLE_MS = 60_000

const NOTHING_UNUSUAL: LookRow = ['success', '', 'delivered', 'absent']

/** So many replies of one kind, and undisturbed ones after them. */
export interface Strikes<Reply> {
  readonly struck: Reply
  readonly undisturbed: Reply
  readonly times: number
}

/** Looks that nothing strikes. */
export const UNDISTURBED_LOOKS: Strikes<LookRow> = { struck: NOTHING_UNUSUAL, undisturbed: NOTHING_UNUSUAL, times: 0 }

/** Finds the row of a reply to a look; null where the reply cannot strike one. */
export function lookUpLook(reply: string): LookRow | null {
  const row = LOOK_TABLE.rows.find(([name]) => name === reply)
  if (row === undefined && !isForeign(LOOK_TABLE, reply)) throw new Error(`the table of looks says nothing of ${reply}`)
  return row ?? null
}

/** Predicts the end of a delivery with a marker whose first writes and first looks get certain replies. */
export function predictMarked(write: Strikes<Found>, look: Strikes<LookRow>, untilMs: number): Prediction {
  return new Marked(write, look).play(untilMs)
}

class Marked {
  readonly #write: () => Found
  readonly #look: () => LookRow
  readonly #firstOutcome: Found['outcome']
  readonly #waits = new Waits()
  #attempts = 0
  #counted = 0
  #effects = 0
  #unsureAtMs: number | null = null

  constructor(write: Strikes<Found>, look: Strikes<LookRow>) {
    this.#write = inTurn(write)
    this.#look = inTurn(look)
    this.#firstOutcome = (write.times > 0 ? write.struck : write.undisturbed).outcome
  }

  play(untilMs: number): Prediction {
    let state: Prediction['state'] = 'pending'
    while (state === 'pending' && this.#waits.nowMs <= untilMs) state = this.#attempt()
    const { state: end, ...counts } = {
      state,
      attempts: this.#attempts,
      counted: this.#counted,
      effects: this.#effects,
    }
    return { state: end, firstOutcome: this.#firstOutcome, ...counts }
  }

  #attempt(): Prediction['state'] {
    this.#attempts += 1
    const looked = this.#unsureAtMs === null ? 'send' : this.#lookFor(this.#unsureAtMs)
    return looked === 'send' ? this.#send() : looked
  }

  #lookFor(unsureAtMs: number): Prediction['state'] | 'send' {
    const endOf = ([, , landed, notLanded]: LookRow) => (this.#effects > 0 ? landed : notLanded)
    let row = this.#look()
    // A token that was refused is renewed, and the look made once more.
    if (row[1] === 'renew') row = this.#look()
    switch (endOf(row)) {
      case 'delivered':
        return 'delivered'
      case 'parked':
        return 'parked'
      case 'absent':
        if (this.#waits.nowMs >= unsureAtMs + SETTLE_MS) return 'send'
        this.#waits.nowMs = unsureAtMs + SETTLE_MS
        return 'pending'
      case 'unauthorized':
        this.#waits.paused()
        return 'pending'
      case 'unsure':
        return this.#becomeUnsure('')
      case 'busy':
        if (row[1] !== '') {
          this.#waits.asked(row[1])
          return 'pending'
        }
        return this.#again('parked')
    }
  }

  #send(): Prediction['state'] {
    this.#unsureAtMs = null
    let { row, outcome } = this.#call()
    if (outcome === 'unauthorized' && row[2] === 'renew') {
      this.#attempts += 1
      ;({ row, outcome } = this.#call())
    }
    if (outcome === 'unauthorized') {
      this.#waits.paused()
      return 'pending'
    }
    if (isTurnedAway({ outcome, asks: row[2] })) {
      this.#waits.asked(row[2])
      return 'pending'
    }
    if (outcome === 'unsure' || outcome === 'partial') return this.#becomeUnsure(row[2])
    if (outcome === 'busy') return this.#again('dead')
    this.#counted += 1
    return outcome === 'refused' ? 'dead' : 'delivered'
  }

  #call(): Found {
    const found = this.#write()
    if (found.row[1] === 'work') this.#effects += 1
    return found
  }

  #becomeUnsure(ask: Ask): Prediction['state'] {
    this.#counted += 1
    if (this.#counted === MAX_ATTEMPTS) return 'parked'
    this.#unsureAtMs = this.#waits.nowMs
    this.#waits.after(LOOK_AFTER_MS, ask)
    return 'pending'
  }

  #again(last: Prediction['state']): Prediction['state'] {
    this.#counted += 1
    if (this.#counted === MAX_ATTEMPTS) return last
    this.#waits.scheduled(this.#counted)
    return 'pending'
  }
}

function inTurn<Reply>({ struck, undisturbed, times }: Strikes<Reply>): () => Reply {
  let used = 0
  return () => {
    used += 1
    return used <= times ? struck : undisturbed
  }
}
