import type { GateLimits, GateSignal, GateState, GateWord } from '../../flow/gate.ts'
import type { Gatekeeper } from '../../flow/gatekeeper.ts'
import type { Now } from '../../ports.ts'
import type { Json } from '../../store/port.ts'
import { type RateWindow, TRANSIT_MS } from './rate-window.ts'

/** How long a holder keeps calls of which nothing is heard: longer than any call, and as long as a delivery is leased. */
const HOLD_MS = 180_000
/** When a holder that waits for somebody else's call asks again, should nobody have told it. */
const ASK_AGAIN_MS = 2000
/** Who waits and has not asked for so long is not there any more, and nothing is kept back for it. */
const FORGET_MS = 3 * ASK_AGAIN_MS
/** How long a holder is kept waiting rather than sent away until its time. */
const PATIENCE_MS = 100
/** How many words of a holder are known again: more than it can send while one is tried again. */
const WORDS_KNOWN = 2000

/** Calls that one holder may have under way. */
export interface Held {
  readonly calls: number
  /** After this time they are taken back: the holder is not there any more. */
  readonly untilMs: number
}

/** What a holder is told when it asks for calls. */
export interface SharedGrant {
  readonly calls: number
  /** When to ask again, should no word come before; null where a person has to open the gate. */
  readonly opensAtMs: number | null
  readonly closedUntilMs: number
  /** By when the first requests of these calls have to arrive, which names them; 0 where none is counted. */
  readonly arriveByMs: number
}

/** The gate of one destination that several holders share: blocks of calls, given out and taken back. */
export interface SharedGate {
  /**
   * Gives out calls.
   *
   * @param holding - How many calls the holder knows to have under way, 0 when it has just begun to live; null where it cannot
   * tell. What it holds beyond them was lost on the way, or died with it, and is taken back.
   * @param word - A number that grows with each word of a holder; so in all that follows. What comes again under its number
   * is heard once.
   * @param transitMs - How long a request of these calls may take to the upstream.
   */
  take(holder: string, calls: number, holding: number | null, word: number, transitMs?: number): Promise<SharedGrant>
  /** @param unused - The names of the requests that were granted with the calls, of those that did not lapse. */
  giveBack(holder: string, calls: number, word: number, unused?: readonly number[]): Promise<void>
  /** Takes back all that a holder held: it died, and may never ask for calls again. */
  died(holder: string, word: number): Promise<void>
  /**
   * Notes how a call ended. Returns until when the gate is closed.
   *
   * @param unused - The names of the requests that were granted with it and never went.
   */
  leave(holder: string, signal: GateSignal, requests: number, word: number, unused?: readonly number[]): Promise<number>
  /** Asks for a request beside the first of a call. Null when it may go, or when to ask again. */
  request(transitMs?: number): Promise<number | null>
  /** Notes what came of a test of the credentials. */
  tested(signal: GateSignal): Promise<void>
  pause(word: GateWord): Promise<void>
  resume(word: GateWord): Promise<void>
  state(): Promise<GateState>
}

export interface SharedGateOptions {
  readonly gatekeeper: Gatekeeper
  readonly limits: GateLimits
  /** Null where the destination has no rate. */
  readonly rate: RateWindow | null
  readonly nowMs: Now
  readonly sleep: (ms: number) => Promise<void>
  /** What is held, over a restart of the gate. */
  readonly held: {
    read(): ReadonlyMap<string, Held>
    write(holder: string, held: Held | null): void
  }
  readonly saveGate: (gate: Json) => void
  /** Tells a holder that waits that there may be calls. */
  readonly poke: (holder: string) => void
  /** Has the credentials tested, and `tested` called. */
  readonly test: () => void
}

/** Creates the shared gate. The gatekeeper must count what is held as under way. */
export function createSharedGate(options: SharedGateOptions): SharedGate {
  const { gatekeeper, limits, rate, nowMs, sleep, saveGate, poke, test } = options
  const held = new Map(options.held.read())
  /** Those who got nothing, and when they asked, in that order. */
  const waiting = new Map<string, number>()
  /** When each was told to ask again, by a gate with a rate. */
  const told = new Map<string, number>()

  /** The last words of each holder, oldest first. */
  const heard = new Map<string, Set<number>>()
  /** The last word by which each holder asked for calls. */
  const asked = new Map<string, number>()

  const isNew = (holder: string, word: number): boolean => {
    const words = heard.get(holder) ?? new Set()
    if (words.has(word)) return false
    const [oldest] = words
    if (words.size >= WORDS_KNOWN && oldest !== undefined) words.delete(oldest)
    heard.set(holder, words.add(word))
    return true
  }
  /** Whether a word tells of a time after all calls that its holder has been given. */
  const isLatest = (holder: string, word: number): boolean => word > (asked.get(holder) ?? 0)

  const keep = (holder: string, calls: number): void => {
    const kept = calls > 0 ? { calls, untilMs: nowMs() + HOLD_MS } : null
    if (kept === null) held.delete(holder)
    else held.set(holder, kept)
    options.held.write(holder, kept)
  }
  const callsOf = (holder: string): number => held.get(holder)?.calls ?? 0

  const takeBack = async (holder: string, calls: number): Promise<void> => {
    const taken = Math.min(calls, callsOf(holder))
    if (taken === 0) return
    keep(holder, callsOf(holder) - taken)
    await gatekeeper.giveBack(taken)
  }
  const takeBackOverdue = async (): Promise<void> => {
    const now = nowMs()
    for (const [holder, { calls, untilMs }] of held) if (untilMs <= now) await takeBack(holder, calls)
  }
  const pokeNext = (): void => {
    const [[next, askedAtMs] = []] = waiting
    // By a rate each was told its own time.
    if (next === undefined || askedAtMs === undefined || rate !== null) return
    // It counts as waiting until it asks: who is quicker must not take what was freed for it.
    waiting.delete(next)
    waiting.set(next, askedAtMs)
    poke(next)
  }
  /** Tells as many as may each get one of the calls that were freed. */
  const pokeSome = (calls: number): void => {
    for (let count = Math.min(calls, waiting.size); count > 0; count -= 1) pokeNext()
  }
  const pokeAll = (): void => {
    for (const holder of waiting.keys()) poke(holder)
    waiting.clear()
  }
  const save = (gate: Json | null): void => {
    if (gate !== null) saveGate(gate)
  }

  /** As much as is fair while others hold calls or wait for some. */
  const shareOf = (holder: string): number => {
    const now = nowMs()
    const stillThere = [...waiting].flatMap(([name, askedAtMs]) => (askedAtMs + FORGET_MS > now ? [name] : []))
    const others = new Set([...held.keys(), ...stillThere, holder]).size
    return Math.max(1, Math.ceil(limits.concurrency / others) - callsOf(holder))
  }

  /** Spaces those that wait for time, so that they do not all ask at once for what one of them gets. */
  const askAgainAtMs = (holder: string, { reason }: GateState, opensAtMs: number | null): number | null => {
    if (reason === 'paused') return null
    const now = nowMs()
    if (rate === null) return opensAtMs ?? now + ASK_AGAIN_MS
    const earliestMs = Math.max(opensAtMs ?? 0, rate.opensAtMs(), now + 1)
    const toldBefore = told.get(holder) ?? 0
    if (toldBefore + PATIENCE_MS >= earliestMs) return Math.max(toldBefore, earliestMs)
    const times = [...told.values()].toSorted((left, right) => left - right)
    const everyMs = 1000 / (limits.ratePerSecond ?? 1000)
    // The first time that is as far from every other as the rate asks for.
    let atMs = earliestMs
    for (const time of times) if (Math.abs(time - atMs) < everyMs) atMs = Math.ceil(time + everyMs)
    told.set(holder, atMs)
    return atMs
  }

  const grantNow = async (holder: string, calls: number, transitMs: number): Promise<SharedGrant> => {
    const wanted = Math.min(calls, shareOf(holder), rate?.free() ?? Infinity)
    const grant = await gatekeeper.take(wanted)
    if (grant.test) test()
    const state = await gatekeeper.state()
    const { closedUntilMs } = state
    if (grant.calls === 0) {
      waiting.set(holder, nowMs())
      return { calls: 0, opensAtMs: askAgainAtMs(holder, state, grant.opensAtMs), closedUntilMs, arriveByMs: 0 }
    }
    waiting.delete(holder)
    told.delete(holder)
    const arriveByMs = rate?.grant(grant.calls, transitMs) ?? 0
    keep(holder, callsOf(holder) + grant.calls)
    return { calls: grant.calls, opensAtMs: grant.opensAtMs, closedUntilMs, arriveByMs }
  }

  return {
    async take(holder, calls, holding, word, transitMs = TRANSIT_MS) {
      if (isLatest(holder, word)) {
        asked.set(holder, word)
        if (holding !== null) await takeBack(holder, Math.max(0, callsOf(holder) - holding))
      }
      await takeBackOverdue()
      waiting.delete(holder)
      const first = await grantNow(holder, calls, transitMs)
      // One that comes a little early for its time is not sent away: the time would be nobody's.
      const earlyMs = (first.opensAtMs ?? Infinity) - nowMs()
      if (first.calls > 0 || rate === null || earlyMs > PATIENCE_MS) return first
      await sleep(earlyMs)
      return grantNow(holder, calls, transitMs)
    },
    async giveBack(holder, calls, word, unused = []) {
      if (!isNew(holder, word)) return
      await takeBack(holder, calls)
      rate?.undo(unused)
      pokeSome(calls)
    },
    async died(holder, word) {
      // Late, it would take back calls of the life after.
      if (!isLatest(holder, word)) return
      const freed = callsOf(holder)
      await takeBack(holder, freed)
      pokeSome(freed)
    },
    async leave(holder, signal, requests, word, unused = []) {
      if (!isNew(holder, word)) return (await gatekeeper.state()).closedUntilMs
      rate?.undo(unused)
      rate?.end(requests)
      const isHeld = callsOf(holder) > 0
      if (isHeld) keep(holder, callsOf(holder) - 1)
      // One that was taken back before is judged like a test: it has no place to leave.
      save(await (isHeld ? gatekeeper.leave(signal, requests) : gatekeeper.tested(signal)))
      pokeNext()
      return (await gatekeeper.state()).closedUntilMs
    },
    async request(transitMs = TRANSIT_MS) {
      if (rate !== null && rate.free() === 0) return rate.opensAtMs()
      rate?.grant(1, transitMs)
      return null
    },
    async tested(signal) {
      rate?.grant(1, TRANSIT_MS)
      rate?.end(1)
      save(await gatekeeper.tested(signal))
      pokeAll()
    },
    async pause(word) {
      save(await gatekeeper.pause(word))
    },
    async resume(word) {
      save(await gatekeeper.resume(word))
      pokeAll()
    },
    state: () => gatekeeper.state(),
  }
}
