import type { FaultOrder } from '@sluice/upstream-mocks'
import type { AsyncCommand } from 'fast-check'
import { z } from 'zod'
import { agree, agreeAtRest } from './agree.ts'
import type { DeathAt } from './death.ts'
import type { Model } from './model.ts'
import { endedBefore } from './ended.ts'
import { emailOf, observe } from './observe.ts'
import type { Real } from './real.ts'
import type { Decision } from './retell.ts'
import type { SetupName } from './setups.ts'

/** A step of a sequence. */
export type Command = AsyncCommand<Model, Real, true>

/** Steps of the clock in which everything comes to its end: more are a wheel that turns for ever. */
export const MOST_STEPS = 5000

const KEY_WINDOW_MS = 86_400_000
/** A sender that got no answer does not wait longer than its key is known. */
const MOST_PATIENCE_MS = 72_000_000

/** How long an event is kept that has ended: no shorter than its key is known. */
const RETAINED_MS = KEY_WINDOW_MS
/** Rows that are removed at a time: of one event, or of two. */
const SLICE_ROWS = 10

/** Deliveries that are listed at once. */
const PAGE = 200

const Acceptance = z.object({ eventId: z.string(), deliveries: z.array(z.object({ id: z.string() })) })

/** Makes a command after which the gateway is compared with the model. */
function command(
  name: string,
  check: (model: Readonly<Model>) => boolean,
  run: (model: Model, real: Real) => Promise<void>,
): Command {
  return {
    check: (model) => Promise.resolve(check(model)),
    async run(model, real) {
      await run(model, real)
      model.alive = real.alive()
      await agree(model, real)
    },
    toString: () => name,
  }
}

const isAlive = (model: Readonly<Model>): boolean => model.alive

/** New events of one of a few contacts, one right after the other. */
export function receive(contact: number, count: number): Command {
  return command(`receive(${contact}, ${count})`, isAlive, async (model, real) => {
    for (let left = count; left > 0 && real.alive(); left -= 1) {
      const event = model.next
      await post(model, real, event, `key-${event}`, contact)
    }
  })
}

/** A key for the second time: with the same body the first answer again, with another a refusal, and a new event when it is old. */
export function receiveAgain(choice: number, isSameBody: boolean): Command {
  return command(
    `receiveAgain(${choice}, ${isSameBody})`,
    (model) => model.alive && model.keys.size > 0,
    async (model, real) => {
      const [key, known] = pick([...model.keys], choice)
      if (real.world.nowMs() - known.atMs >= KEY_WINDOW_MS) return post(model, real, model.next, key, known.contact)
      const first = model.accepted.get(known.event)
      if (first === undefined) throw new Error('an event is gone whose key is still known')
      const event = isSameBody ? known.event : model.next
      if (!isSameBody) model.next += 1
      const response = await real.post(bodyOf(event, first.contact), key)
      if (response === null) return
      if (!isSameBody) return expectStatus(response, 422)
      expectStatus(response, 202)
      const { eventId, deliveries } = Acceptance.parse(await response.json())
      const ids = deliveries.map(({ id }) => id)
      if (eventId !== first.id || ids.join() !== first.deliveries.join()) {
        throw new Error(`key ${key} is answered with other ids than the first time`)
      }
    },
  )
}

async function post(model: Model, real: Real, event: number, key: string, contact: number): Promise<void> {
  model.next = Math.max(model.next, event + 1)
  const atMs = real.world.nowMs()
  const response = await real.post(bodyOf(event, contact), key)
  if (response === null) {
    model.unanswered.set(event, { key, contact, atMs })
    return
  }
  expectStatus(response, 202)
  const { eventId, deliveries } = Acceptance.parse(await response.json())
  model.accepted.set(event, { id: eventId, deliveries: deliveries.map(({ id }) => id), contact })
  model.keys.set(key, { event, contact, atMs: model.unanswered.get(event)?.atMs ?? atMs })
  model.unanswered.delete(event)
}

const bodyOf = (event: number, contact: number) => ({ email: emailOf(event), contact: `contact ${contact}` })

/** The next replies of an upstream fail. */
export function fault(order: FaultOrder): Command {
  const { fault: name, operation, times } = order
  return command(
    `fault(${name} of ${operation ?? ''}, ${times} times)`,
    () => true,
    async (_, real) => real.world.fault(order),
  )
}

/** Lets the clock run until nothing waits for it: every delivery has to be at its end. */
export function deliver(): Command {
  return command('deliver()', isAlive, async (_, real) => {
    await real.world.runUntilIdle({ maxSteps: MOST_STEPS })
    if (real.alive()) agreeAtRest(await real.world.deliveries())
  })
}

/** Lets some time pass, whether the gateway lives or not. */
export function wait(ms: number): Command {
  return command(
    `wait(${ms} ms)`,
    ({ unanswered }) => unanswered.size === 0 || ms < MOST_PATIENCE_MS,
    async (_, { world }) => world.advanceTo(world.nowMs() + ms),
  )
}

/** The process is killed, and so is what is under way. */
export function kill(): Command {
  return command('kill()', isAlive, async (_, real) => real.kill())
}

/** The process will be killed when it comes to a place for the n-th time. */
export function dieAt(at: DeathAt, occurrence: number): Command {
  return command(`dieAt(${at}, ${occurrence})`, isAlive, async (_, real) => real.death.plan(at, occurrence))
}

/** A dead gateway is started again, its configuration changed or not, and who got no answer from it sends again. */
export function restart(setup: SetupName): Command {
  return command(
    `restart('${setup}')`,
    ({ alive }) => !alive,
    async (model, real) => reviveGateway(model, real, setup),
  )
}

/** Starts a dead gateway. */
export async function reviveGateway(model: Model, real: Real, setup: SetupName): Promise<void> {
  real.death.cancel()
  await noteLives(model, real, setup)
  const { world } = real
  model.exchanges = observe(world.mocks, model.exchanges).exchanges
  const seq = model.exchanges.at(-1)?.seq ?? 0
  for (const { id, attempts } of await world.store.expiredLeases(Infinity)) {
    const died = model.deaths.get(id) ?? new Map<number, number>()
    model.deaths.set(id, died.set(attempts, seq))
  }
  await real.restart(setup)
  for (const [event, { key, contact }] of model.unanswered) await post(model, real, event, key, contact)
}

/** Notes what is there when another life begins: in which one it was received, and after how many attempts this one goes on. */
async function noteLives(model: Model, { store }: Real, setup: SetupName): Promise<void> {
  for (const { id, attempts } of await everyDelivery(store)) {
    const before = model.lives.get(id) ?? [{ setup: model.setup, fromAttempt: 0 }]
    model.lives.set(id, [...before, { setup, fromAttempt: attempts }])
  }
  model.setup = setup
}

async function everyDelivery(store: Real['store']) {
  const all: Awaited<ReturnType<Real['store']['listDeliveries']>>['rows'][number][] = []
  for (let before: string | null | undefined; before !== null;) {
    const page: Awaited<ReturnType<Real['store']['listDeliveries']>> = await store.listDeliveries({
      limit: PAGE,
      ...(before === undefined ? {} : { before }),
    })
    all.push(...page.rows)
    before = page.next
  }
  return all
}

/** A person decides about one that is parked or dead. */
export function decide(choice: number, as: Decision['as']): Command {
  return command(
    `decide(${choice}, ${as})`,
    (model) => model.alive && undecided(model).length > 0,
    async (model, real) => {
      const id = pick(undecided(model), choice)
      const delivery = await real.world.store.readDelivery(id)
      const made = model.decisions.get(id) ?? []
      const decision = { as, afterAttempts: delivery?.history.length ?? 0, atMs: real.world.nowMs() }
      // Nobody can say of what was refused that it arrived.
      const isAllowed = as !== 'delivered' || model.states.get(id) === 'parked'
      if (isAllowed) {
        model.decisions.set(id, [...made, decision])
        model.acknowledged.delete(id)
      }
      const response = await real.resolve(id, as)
      if (response !== null) expectStatus(response, isAllowed ? 200 : 409)
    },
  )
}

/** A person has seen one that is parked or dead: it may be removed some day. */
export function acknowledge(choice: number): Command {
  return command(
    `acknowledge(${choice})`,
    (model) => model.alive && undecided(model).length > 0,
    async (model, real) => {
      const id = pick(undecided(model), choice)
      const state = model.states.get(id)
      const isNew = model.acknowledged.get(id)?.state !== state
      if (state !== undefined && isNew) model.acknowledged.set(id, { state, atMs: real.world.nowMs() })
      const response = await real.acknowledge(id)
      if (response !== null) expectStatus(response, 200)
    },
  )
}

/** What ended long ago is removed, in slices, and nothing else is. */
export function retain(): Command {
  return command('retain()', isAlive, async (model, { world, store }) => {
    const beforeMs = world.nowMs() - RETAINED_MS
    const ended = await endedBefore(model, store, beforeMs)
    let after: string | null = ''
    while (after !== null) after = (await store.removeEnded({ beforeMs, after, limit: SLICE_ROWS })).next
    for (const [event, { id }] of model.accepted) {
      const isGone = (await store.readEvent(id)) === null
      if (isGone !== ended.has(event)) throw new Error(`event ${event} is ${isGone ? 'gone' : 'there'}`)
    }
    for (const event of ended) model.accepted.delete(event)
    model.removed += ended.size
  })
}

function undecided({ states }: Readonly<Model>): readonly string[] {
  return [...states].filter(([, state]) => state === 'parked' || state === 'dead').map(([id]) => id)
}

function pick<Item>(items: readonly Item[], choice: number): Item {
  const item = items[choice % items.length]
  if (item === undefined) throw new Error('there is nothing to choose from')
  return item
}

function expectStatus({ status }: Response, expected: number): void {
  if (status !== expected) throw new Error(`answered ${status}, has to be ${expected}`)
}
