import type { Gatekeeper } from '../../flow/gatekeeper.ts'
import type { SharedTokens } from '../../destinations/destination.ts'
import type { GateSignal } from '../../flow/gate.ts'
import type { Log, Now } from '../../ports.ts'
import { TRANSIT_MS } from './rate-window.ts'
import type { SharedGate, Unsaid } from './shared-gate.ts'

/** A call that was granted begins within this time, or is given back: the gate counts on it. */
const BEGIN_WITHIN_MS = TRANSIT_MS / 2
/**
 * How long a call that was delivered is used again for what is due next, without being asked for: longer, and others would wait
 * for their share.
 */
const USE_AGAIN_MS = 100
/** How often a word that must reach the gate is sent, should it not get through. */
const TRIES = 3

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

/** A gatekeeper that can be told what another holder was answered. */
export interface RemoteGatekeeper extends Gatekeeper {
  /** Tells that the gate has given calls that were waited for; what is not used soon goes back. */
  given(calls: number): void
  /** Tells that the gate is closed until a time. */
  closed(untilMs: number): void
}

/**
 * Creates the gatekeeper of a destination whose gate another object keeps. A word that does not reach the gate costs
 * nothing but time: what is held there runs out, and until then nobody else gets it.
 */
export function createRemoteGatekeeper(options: RemoteGatekeeperOptions): RemoteGatekeeper {
  const { destination, holder, gate, hasRate, nowMs, sleep, log, tokens } = options
  let fresh = true
  let closedUntilMs = 0
  let grantedAtMs = 0
  /** Requests that were granted with their calls, and did not go yet. */
  let granted = 0
  /** Until when a call may be used again. */
  let againUntilMs = 0
  /** Calls that were delivered, and may be used again. */
  let spare = 0
  /** Whether any was delivered that the gate was not told of. */
  let delivered = false

  const isOpen = (): boolean => closedUntilMs <= nowMs() && (!hasRate || nowMs() - grantedAtMs <= BEGIN_WITHIN_MS)
  const mayUseAgain = (): boolean => isOpen() && nowMs() < againUntilMs
  /** Takes what the gate is to be told with the next word; a word that is lost costs time, and no call too many. */
  const takeUnsaid = (): Unsaid => {
    const unsaid = { calls: spare, delivered }
    spare = 0
    delivered = false
    return unsaid
  }

  const admit = async (): Promise<void> => {
    if (granted > 0) {
      granted -= 1
      return
    }
    for (let atMs = await gate().request(); atMs !== null; atMs = await gate().request()) {
      await sleep(Math.max(1, atMs - nowMs()))
    }
  }

  const tell = async (what: string, word: () => Promise<void>): Promise<void> => {
    for (let tries = 1; ; tries += 1) {
      try {
        await word()
        return
      } catch (error) {
        const name = error instanceof Error ? error.name : 'unknown'
        if (tries === TRIES) {
          log('error', 'gate not reached', { destination, what, error: name })
          return
        }
      }
    }
  }

  return {
    async take(calls, countDue) {
      if (spare > 0 && mayUseAgain()) {
        const used = Math.min(spare, calls)
        spare -= used
        return { calls: used, opensAtMs: null, test: false }
      }
      const wanted = Math.min(calls, Math.max(1, (await countDue?.()) ?? calls))
      const askedAtMs = nowMs()
      const grant = await gate().take(holder, wanted, fresh, takeUnsaid())
      fresh = false
      againUntilMs = grant.again ? askedAtMs + USE_AGAIN_MS : 0
      closedUntilMs = grant.closedUntilMs
      grantedAtMs = askedAtMs
      granted += grant.calls
      return { calls: grant.calls, opensAtMs: grant.opensAtMs, test: false }
    },
    giveBack(calls) {
      granted = Math.max(0, granted - calls)
      const unsaid = takeUnsaid()
      return tell('give back', () => gate().giveBack(holder, { ...unsaid, calls: unsaid.calls + calls }))
    },
    async rest() {
      if (spare === 0) return
      const unsaid = takeUnsaid()
      await tell('give back', () => gate().giveBack(holder, unsaid))
    },
    given(calls) {
      if (calls === 0) return
      spare += calls
      againUntilMs = nowMs() + USE_AGAIN_MS
    },
    closed(untilMs) {
      closedUntilMs = Math.max(closedUntilMs, untilMs)
    },
    isOpen,
    async leave({ outcome, throttled, retryAfterMs }, requests) {
      const signal: GateSignal = { outcome, throttled, retryAfterMs }
      if (outcome === 'delivered' && !throttled && retryAfterMs === null && mayUseAgain()) {
        spare += 1
        delivered = true
        return null
      }
      const unsaid = takeUnsaid()
      if (retryAfterMs !== null) closedUntilMs = Math.max(closedUntilMs, nowMs() + retryAfterMs)
      if (requests === 0) granted = Math.max(0, granted - 1)
      await tell('leave', async () => {
        closedUntilMs = await gate().leave(holder, signal, requests, unsaid)
      })
      return null
    },
    died: () => tell('died', () => gate().died(holder)),
    // The object that keeps the gate tests the credentials itself.
    tested: () => Promise.resolve(null),
    async pause() {
      await gate().pause()
      return null
    },
    async resume() {
      await gate().resume()
      return null
    },
    state: () => gate().state(),
    ...(hasRate ? { admit } : {}),
    ...(tokens === undefined ? {} : { tokens }),
  }
}
