import { DurableObject } from 'cloudflare:workers'
import configFile from 'sluice:config'
import type { DestinationFactory } from '../../destinations/destination.ts'
import type { GateState, GateWord } from '../../flow/gate.ts'
import { createGatekeeper } from '../../flow/gatekeeper.ts'
import { CONFIRMED, type Judgement, judge } from '../../flow/outcome.ts'
import type { Json } from '../../store/port.ts'
import { createAmbient, startTimer } from './ambient.ts'
import type { Bindings } from './bindings.ts'
import { readSettings } from './environment.ts'
import { ANSWER_MS, inTime } from './in-time.ts'
import { PLATFORM_LIMITS } from './limits.ts'
import { createRateWindow } from './rate-window.ts'
import { createTokenKeeper, type IssuedToken, type TokenKeeper, type TokenOffer } from './token-keeper.ts'
import { createSharedGate, type Held, type SharedGate, type SharedGrant } from './shared-gate.ts'

const HELD = 'held:'
const GATE = 'gate'
/** By when what was granted last has arrived. */
const LAST_GRANT = 'last-grant'

/** Finds the gate of a destination. */
export function gateOf(
  { DESTINATION_GATES }: Pick<Bindings, 'DESTINATION_GATES'>,
  destination: string,
): DurableObjectStub<DestinationGate> {
  return inTime(DESTINATION_GATES.getByName(destination), ANSWER_MS.gate, startTimer)
}

/** The gate of one destination, for all shards. */
export class DestinationGate extends DurableObject<Bindings> {
  readonly #gate: SharedGate
  readonly #tokens: TokenKeeper
  readonly #test: (() => Promise<Judgement>) | null

  constructor(context: DurableObjectState, environment: Bindings) {
    super(context, environment)
    const { config } = readSettings(configFile, environment, PLATFORM_LIMITS)
    const name = context.id.name ?? ''
    const factory = config.destinations.get(name)
    if (factory === undefined) throw new Error(`there is no destination ${name}`)
    this.#test = factory.testable ? () => this.#testCredentials(factory) : null
    this.#tokens = createTokenKeeper(Date.now, (ms) => new Promise((resolve) => setTimeout(resolve, ms)))
    this.#gate = openGate(context, environment, name, factory, () => void this.#test?.())
  }

  take(...words: Parameters<SharedGate['take']>): Promise<SharedGrant> {
    return this.#gate.take(...words)
  }

  giveBack(...words: Parameters<SharedGate['giveBack']>): Promise<void> {
    return this.#gate.giveBack(...words)
  }

  died(holder: string, word: number): Promise<void> {
    return this.#gate.died(holder, word)
  }

  leave(...words: Parameters<SharedGate['leave']>): Promise<number> {
    return this.#gate.leave(...words)
  }

  request(transitMs?: number): Promise<number | null> {
    return this.#gate.request(transitMs)
  }

  /** Gives the token that is valid, or has the caller fetch one. */
  token(): Promise<TokenOffer> {
    return this.#tokens.offer()
  }

  async keepToken(issued: IssuedToken | null): Promise<void> {
    this.#tokens.keep(issued)
  }

  async refuseToken(token: string): Promise<void> {
    this.#tokens.refuse(token)
  }

  pause(word: GateWord): Promise<void> {
    return this.#gate.pause(word)
  }

  resume(word: GateWord): Promise<void> {
    return this.#gate.resume(word)
  }

  state(): Promise<GateState> {
    return this.#gate.state()
  }

  /** Tests the credentials, and tells what came of it; null where the upstream has no call for that. */
  async test(): Promise<Judgement | null> {
    return (await this.#test?.()) ?? null
  }

  async #testCredentials(factory: DestinationFactory): Promise<Judgement> {
    const destination = factory.create({ fetch: (request) => fetch(request), nowMs: Date.now })
    const watch = { observe: () => undefined, observeToken: () => undefined, signal: new AbortController().signal }
    const judgement = await (destination.test?.(watch) ?? Promise.resolve()).then(
      () => CONFIRMED,
      (error: unknown) => judge(error, { sent: false, idempotent: true }),
    )
    await this.#gate.tested(judgement)
    return judgement
  }
}

function openGate(
  { storage }: DurableObjectState,
  environment: Bindings,
  name: string,
  { limits, testable }: DestinationFactory,
  test: () => void,
): SharedGate {
  const { nowMs, sleep, log } = createAmbient()
  const { kv } = storage
  const held = new Map(Array.from(kv.list<Held>({ prefix: HELD }), ([key, value]) => [key.slice(HELD.length), value]))
  const inFlight = [...held.values()].reduce((sum, { calls }) => sum + calls, 0)
  const { ratePerSecond } = limits
  const savedMs = kv.get<number>(LAST_GRANT) ?? 0
  const rate = ratePerSecond === null ? null : createRateWindow(ratePerSecond, nowMs, savedMs, inFlight)
  return createSharedGate({
    gatekeeper: createGatekeeper({ name, limits, testable, saved: kv.get<Json>(GATE), inFlight, nowMs, log }),
    limits,
    rate,
    nowMs,
    sleep,
    held: {
      read: () => held,
      write(holder, calls) {
        if (calls === null) kv.delete(HELD + holder)
        else kv.put(HELD + holder, calls)
        if (rate !== null) kv.put(LAST_GRANT, rate.arrivedAtMs())
      },
    },
    saveGate: (gate) => kv.put(GATE, gate),
    // Should the word not get through, the shard asks again by itself.
    poke: (holder) =>
      void environment.OUTBOX_SHARDS.getByName(holder)
        .reopened(name)
        .catch((error: unknown) =>
          log('warn', 'shard not reached', { shard: holder, error: error instanceof Error ? error.name : 'unknown' }),
        ),
    test,
  })
}
