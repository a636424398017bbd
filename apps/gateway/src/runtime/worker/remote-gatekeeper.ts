import { StoreError } from '@sluice/errors'
import type { Gatekeeper } from '../../flow/gatekeeper.ts'
import type { SharedTokens } from '../../destinations/destination.ts'
import type { GateSignal } from '../../flow/gate.ts'
import type { Log, Now } from '../../ports.ts'
import { TRANSIT_MS } from './rate-window.ts'
import type { SharedGate } from './shared-gate.ts'

/**
 * How often as long as the gate last took to answer its next grant may be on the way to the upstream. Half of that is for the answer,
 * which must not always come too late where the gate is far away or busy.
 */
const TRANSIT_OF_ANSWER = 4
/** How long a request waits for room: after 30 s it would count as one that may have been sent, and this one never was. */
const PATIENCE_MS = 20_000
/** How long a word that must reach the gate waits before it is sent again, should it not get through. */
const AGAIN_AFTER_MS = [100, 1000]

/** Where the gate is. Each call may fail, as any call of another object may. */
export type RemoteGate = Pick<
  SharedGate,
  'take' | 'giveBack' | 'died' | 'leave' | 'request' | 'pause' | 'resume' | 'state'
>

export interface RemoteGatekeeperOptions {
  readonly destination: string
  /** Under which name the calls are held. */
  readonly holder: string
  readonly gate: () => RemoteGate
  /** Whether the gate counts requests, and on their being begun at once. */
  readonly hasRate: boolean
  readonly nowMs: Now
  readonly sleep: (ms: number) => Promise<void>
  readonly log: Log
  readonly tokens?: SharedTokens
}

/** A request that was granted with its call. */
interface GrantedRequest {
  /** It goes by then, or another one is asked for. */
  readonly untilMs: number
  /** What the gate calls it. */
  readonly arriveByMs: number
}

const namesOf = (requests: readonly GrantedRequest[]): readonly number[] => requests.map(({ arriveByMs }) => arriveByMs)

/**
 * Creates the gatekeeper of a destination whose gate another object keeps. A word that does not reach the gate costs
 * nothing but time: what is held there is taken back when the holder next asks for calls, or runs out.
 */
export function createRemoteGatekeeper(options: RemoteGatekeeperOptions): Gatekeeper {
  const { destination, holder, gate, hasRate, nowMs, sleep, log, tokens } = options
  let closedUntilMs = 0
  let transitMs = TRANSIT_MS
  /** Until when the last calls may begin. */
  let freshUntilMs = -Infinity
  /** The requests that were granted with their calls and did not go yet, the oldest first. */
  let granted: GrantedRequest[] = []
  /** Requests of calls under way that were not let go: their calls count them, and the gate must not. */
  let notSent = 0
  /** Calls that are under way, or that the gate may not know yet to have ended. */
  let holding = 0
  let taking = 0
  /** The number of the last word. A holder that lives again goes on above what it said before. */
  let lastWord = nowMs() * 1000

  /**
   * Asks the gate for something. It was granted at some time between the question and the answer, so its age counts from the question.
   *
   * @returns the answer, and until when what it grants has to begin: the gate counts on it.
   */
  const ask = async <Answer>(
    question: (transitMs: number) => Promise<Answer>,
  ): Promise<{ readonly answer: Answer; readonly untilMs: number }> => {
    const askedAtMs = nowMs()
    const untilMs = askedAtMs + transitMs / 2
    const answer = await question(transitMs)
    transitMs = Math.max(TRANSIT_MS, TRANSIT_OF_ANSWER * (nowMs() - askedAtMs))
    return { answer, untilMs }
  }

  /** @throws StoreError `STORE_UNAVAILABLE` the gate was not reached, or had no room in time: nothing is sent. */
  const waitForRoom = async (): Promise<void> => {
    const giveUpAtMs = nowMs() + PATIENCE_MS
    for (;;) {
      const { answer: atMs, untilMs } = await ask((withinMs) => gate().request(withinMs))
      // One that comes too late lapses at the gate by itself.
      if (atMs === null && nowMs() <= untilMs) return
      const nextMs = Math.max(atMs ?? 0, nowMs() + 1)
      if (nextMs > giveUpAtMs) throw new StoreError('STORE_UNAVAILABLE', 'store: the gate had no room in time')
      if (atMs !== null) await sleep(nextMs - nowMs())
    }
  }

  const admit = async (): Promise<void> => {
    granted = granted.filter(({ untilMs }) => nowMs() <= untilMs)
    if (granted.shift() !== undefined) return
    try {
      await waitForRoom()
    } catch (error) {
      notSent += 1
      throw error
    }
  }

  /** Sends a word under a number of its own, by which the gate knows it when it comes twice. */
  const tell = async (what: string, say: (word: number) => Promise<void>): Promise<void> => {
    const word = (lastWord += 1)
    for (let tries = 0; ; tries += 1) {
      try {
        await say(word)
        return
      } catch (error) {
        const afterMs = AGAIN_AFTER_MS[tries]
        if (afterMs === undefined) {
          const name = error instanceof Error ? error.name : 'unknown'
          log('error', 'gate not reached', { destination, what, error: name })
          return
        }
        await sleep(afterMs)
      }
    }
  }

  return {
    async take(calls) {
      // What another answer that is on its way grants is not known here.
      const known = taking === 0 ? holding : null
      taking += 1
      try {
        const { answer: grant, untilMs } = await ask((withinMs) =>
          gate().take(holder, calls, known, (lastWord += 1), withinMs),
        )
        closedUntilMs = grant.closedUntilMs
        holding += grant.calls
        if (grant.calls > 0) freshUntilMs = untilMs
        const { arriveByMs } = grant
        if (hasRate) granted.push(...Array.from({ length: grant.calls }, () => ({ untilMs, arriveByMs })))
        return { calls: grant.calls, opensAtMs: grant.opensAtMs, test: false }
      } finally {
        taking -= 1
      }
    },
    async giveBack(calls) {
      const unused = namesOf(granted.splice(Math.max(0, granted.length - calls)))
      await tell('give back', (word) => gate().giveBack(holder, calls, word, unused))
      holding -= calls
    },
    isOpen: () => closedUntilMs <= nowMs() && (!hasRate || nowMs() <= freshUntilMs),
    async leave({ outcome, throttled, retryAfterMs }, requests) {
      const signal: GateSignal = { outcome, throttled, retryAfterMs }
      if (retryAfterMs !== null) closedUntilMs = Math.max(closedUntilMs, nowMs() + retryAfterMs)
      const sent = Math.max(0, requests - notSent)
      notSent -= requests - sent
      const unused = requests === 0 ? namesOf(granted.splice(0, 1)) : []
      await tell('leave', async (word) => {
        closedUntilMs = await gate().leave(holder, signal, sent, word, unused)
      })
      holding -= 1
      return null
    },
    async died() {
      // Nobody waits for it: a gate that does not answer must not keep its holder from beginning to live.
      void tell('died', (word) => gate().died(holder, word))
    },
    // The object that keeps the gate tests the credentials itself.
    tested: () => Promise.resolve(null),
    async pause(word) {
      await gate().pause(word)
      return null
    },
    async resume(word) {
      await gate().resume(word)
      return null
    },
    state: () => gate().state(),
    ...(hasRate ? { admit } : {}),
    ...(tokens === undefined ? {} : { tokens }),
  }
}
