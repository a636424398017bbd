import type { Store } from '@sluice/gateway/store'
import type { Kind } from './faults.ts'
import { lookOf } from './look.ts'
import type { Model } from './model.ts'
import { CallbackBody, type Exchange, observe, type Observed } from './observe.ts'
import type { Real } from './real.ts'
import { type Expected, type Noted, retell } from './retell.ts'
import { soughtAt } from './setups.ts'

type History = NonNullable<Awaited<ReturnType<Store['readDelivery']>>>

/** Kinds of which a second effect is one too many. */
const NOT_REPEATABLE: readonly Kind[] = ['load', 'start', 'record']
/** Kinds whose deliveries of one contact go one after the other. */
const ORDERED: readonly Kind[] = ['record', 'upsert']
const FINISHED = ['delivered', 'dead', 'dropped']

const KINDS: Readonly<Record<string, Kind>> = {
  'contacts.load': 'load',
  'conversations.startData': 'start',
  'records.create': 'record',
  'contacts.upsert': 'upsert',
}

/** A delivery, where it is and where it has to be. */
interface Compared {
  readonly id: string
  readonly event: number
  readonly kind: Kind
  readonly real: History
  readonly expected: Expected
  readonly exchanges: readonly Exchange[]
}

/**
 * Compares the gateway with the model: every accepted event is there with all of its deliveries, each delivery is where the
 * rules lead it, and the upstreams did what they may have done.
 *
 * @throws Error everything in which they differ, a line each.
 */
export async function agree(model: Model, real: Real): Promise<void> {
  const observed = observe(real.world.mocks, model.exchanges)
  model.exchanges = observed.exchanges
  const compared: Compared[] = []
  const faults: string[] = []
  for (const [event, accepted] of model.accepted) {
    const stored = await real.world.store.readEvent(accepted.id)
    if (stored === null) faults.push(`event ${event} is lost`)
    else if (stored.deliveries.length !== accepted.deliveries.length) faults.push(`event ${event} lost deliveries`)
    else for (const history of stored.deliveries) compared.push(compare(model, real, observed, event, history))
  }
  model.states = new Map(compared.map(({ id, expected }) => [id, expected.state]))
  const all = [
    ...faults,
    ...compared.flatMap((one) => faultsOf(one, model, observed)),
    ...faultsOfOrder(compared, model),
    ...compared.flatMap(faultsOfBatch),
  ]
  if (all.length > 0) throw new Error(`the gateway and the model differ:\n${all.join('\n')}`)
}

function compare(model: Model, { livedUntilMs }: Real, observed: Observed, event: number, real: History): Compared {
  const kind = KINDS[real.operation]
  if (kind === undefined) throw new Error(`the model does not know ${real.operation}`)
  const exchanges = observed.exchanges.filter((one) => one.kind === kind && one.events.includes(event))
  const expected = retell({
    kind,
    exchanges,
    attempts: real.history.map((_, index) => notedOf(model, real, index)),
    callbacks: withUnanswered(model, observed.callbacks, real),
    decisions: model.decisions.get(real.id) ?? [],
    untilMs: livedUntilMs(),
  })
  return { id: real.id, event, kind, real, expected, exchanges }
}

/** Adds callbacks that the gateway wrote and did not live to answer: the upstream never learned that they were taken. */
function withUnanswered(model: Model, callbacks: Observed['callbacks'], { batch }: History): Observed['callbacks'] {
  if (batch !== null && batch.callbackAtMs !== null) {
    const { result, lineCount } = CallbackBody.parse(batch.callback)
    model.writtenCallbacks.set(batch.id, { atMs: batch.callbackAtMs, result, lineCount })
  }
  return new Map([...model.writtenCallbacks, ...callbacks])
}

function notedOf(model: Model, { id, history }: History, index: number): Noted {
  const attempt = history[index]
  if (attempt === undefined) throw new Error('an attempt is missing')
  const lives = model.lives.get(id) ?? [{ setup: model.setup, fromAttempt: 0 }]
  model.lives.set(id, lives)
  const { startedAtMs, endedAtMs, counted, batchId, steps } = attempt
  const sought = soughtAt(lives, index)
  const look = lookOf(steps, id, sought.column)
  if (look === 'failed' || look === 'throttled' || look === 'unauthorized') model.failedLooks.add(attempt.id)
  const sent = batchId !== null || steps.some(({ purpose }) => purpose === 'delivery')
  const diedAtSeq = model.deaths.get(id)?.get(index) ?? null
  return { startedAtMs, endedAtMs, counted, batchId, diedAtSeq, sent, look, sought }
}

function faultsOf(
  { id, event, kind, real, expected, exchanges }: Compared,
  model: Model,
  observed: Observed,
): string[] {
  const about = `${kind} of event ${event}`
  const faults = expected.faults.map((fault) => `${about}: ${fault}`)
  // One that is under way has not ended: the model knows no leases.
  const isUnderWay = real.state === 'leased' && expected.state === 'pending'
  // What a callback said is carried out by the next process, where this one died before it could.
  const isLeftOver = !model.alive && real.state === 'awaiting-callback'
  if (real.state !== expected.state && !isUnderWay && !isLeftOver) {
    const why = real.reason?.code ?? 'no reason'
    faults.push(`${about}: is ${real.state} (${why}), has to be ${expected.state}`)
  }
  if (real.countedAttempts !== expected.counted) {
    faults.push(`${about}: ${real.countedAttempts} attempts count, have to be ${expected.counted}`)
  }
  if (expected.open > 0 && !isUnderWay) faults.push(`${about}: was sent ${expected.open} times without an attempt`)
  const decisions = model.decisions.get(id) ?? []
  const resends = decisions.filter(({ as }) => as === 'resend').length
  const effects =
    kind === 'load' ? (observed.rows.get(event) ?? 0) : exchanges.filter(({ hadEffect }) => hadEffect).length
  if (NOT_REPEATABLE.includes(kind) && effects > 1 + resends) faults.push(`${about}: has ${effects} effects`)
  const byPerson = decisions.some(({ as }) => as === 'delivered')
  if (real.state === 'delivered' && !byPerson && effects === 0) faults.push(`${about}: is delivered without an effect`)
  return faults
}

/** What has an ordering key is not sent before the one ahead of it is finished; a dead one that a person resends comes later. */
function faultsOfOrder(compared: readonly Compared[], model: Model): string[] {
  const faults: string[] = []
  for (const one of compared.filter(({ kind }) => ORDERED.includes(kind))) {
    const ahead = compared.filter(
      (other) => other.kind === one.kind && contactOf(model, other) === contactOf(model, one) && other.id < one.id,
    )
    const firstSeq = one.exchanges[0]?.seq ?? Infinity
    for (const other of ahead) {
      const wasResent = (model.decisions.get(other.id) ?? []).some(({ as }) => as === 'resend')
      const isBehind = other.exchanges.some(({ seq }) => seq > firstSeq) && !wasResent
      const isOvertaken = firstSeq < Infinity && !FINISHED.includes(other.real.state) && !wasResent
      if (isBehind || isOvertaken) faults.push(`${one.kind} of event ${one.event} overtook that of ${other.event}`)
    }
  }
  return faults
}

const contactOf = (model: Model, { event }: Compared): number | undefined => model.accepted.get(event)?.contact

/** Every row of a load has an attempt that is that load's: none is forgotten, none is another's. */
function faultsOfBatch({ event, kind, real, exchanges }: Compared): string[] {
  if (kind !== 'load' || real.state === 'leased') return []
  const known = new Set(real.history.map(({ batchId }) => batchId))
  const strays = exchanges.filter(({ batchId }) => !known.has(batchId))
  return strays.map(({ batchId }) => `load of event ${event}: ${batchId} carried it, and no attempt says so`)
}

/** Says what is left to do though nothing waits for the clock: each delivery has to be at an end, or behind one that is parked. */
export function agreeAtRest(deliveries: Awaited<ReturnType<Real['world']['deliveries']>>): void {
  const open = deliveries.filter(
    ({ state }) => state === 'pending' || state === 'leased' || state === 'awaiting-callback',
  )
  const stuck = open.filter(({ state, orderingKey, destination }) => {
    const isBehind = deliveries.some(
      (other) => other.state === 'parked' && other.orderingKey === orderingKey && other.destination === destination,
    )
    return state !== 'pending' || orderingKey === null || !isBehind
  })
  if (stuck.length === 0) return
  const lines = stuck.map(
    ({ id, operation, state, reason }) => `${operation} ${id} is ${state} (${reason?.code ?? ''})`,
  )
  throw new Error(`nothing happens any more, and not all is at an end:\n${lines.join('\n')}`)
}
