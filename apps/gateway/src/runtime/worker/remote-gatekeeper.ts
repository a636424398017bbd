import type { Gatekeeper } from '../../flow/gatekeeper.ts'
import type { SharedTokens } from '../../destinations/destination.ts'
import type { GateSignal } from '../../flow/gate.ts'
import type { Log, Now } from '../../ports.ts'
import { TRANSIT_MS } from './rate-window.ts'
import type { SharedGate } from './shared-gate.ts'

/** A call that was granted begins within this time, or is given back: the gate counts on it. */
const BEGIN_WITHIN_MS = TRANSIT_MS / 2
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

/**
 * Creates the gatekeeper of a destination whose gate another object keeps. A word that does not reach the gate costs
 * nothing but time: what is held there runs out, and until then nobody else gets it.
 */
export function createRemoteGatekeeper(options: RemoteGatekeeperOptions): Gatekeeper {
  const { destination, holder, gate, hasRate, nowMs, sleep, log, tokens } = options
  let fresh = true
  let closedUntilMs = 0
  let grantedAtMs = 0
  /** Requests that were granted with their calls, and did not go yet. */
  let granted = 0

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
    async take(calls) {
      const askedAtMs = nowMs()
      const grant = await gate().take(holder, calls, fresh)
      fresh = false
      closedUntilMs = grant.closedUntilMs
      grantedAtMs = askedAtMs
      granted += grant.calls
      return { calls: grant.calls, opensAtMs: grant.opensAtMs, test: false }
    },
    giveBack(calls) {
      granted = Math.max(0, granted - calls)
      return tell('give back', () => gate().giveBack(holder, calls))
    },
    isOpen: () => closedUntilMs <= nowMs() && (!hasRate || nowMs() - grantedAtMs <= BEGIN_WITHIN_MS),
    async leave({ outcome, throttled, retryAfterMs }, requests) {
      const signal: GateSignal = { outcome, throttled, retryAfterMs }
      if (retryAfterMs !== null) closedUntilMs = Math.max(closedUntilMs, nowMs() + retryAfterMs)
      if (requests === 0) granted = Math.max(0, granted - 1)
      await tell('leave', async () => {
        closedUntilMs = await gate().leave(holder, signal, requests)
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
