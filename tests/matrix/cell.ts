import { ConfigError } from '@sluice/errors'
import type { FaultOrder } from '@sluice/upstream-mocks'
import { createWorld, type World } from '../world/world.ts'
import { CANARY_ENVIRONMENT, CANARY_HEADER, CANARY_QUERY, CANARY_SETTINGS, FoundSecrets } from './canaries.ts'
import { matrixConfig } from './config.ts'
import { lookUp, horizonMs, predict, type Prediction } from './model.ts'
import { OUTCOME_TABLES, type OutcomeTable } from './expected.ts'
import type { WiredOperation } from './operations.ts'
import { outputsOf } from './outputs.ts'
import { DEATHS, NO_CONNECTION, orderOf, SUCCESS, type Times, TIMES } from './replies.ts'

/** One operation under one reply, so many times. */
export interface Cell {
  readonly operation: WiredOperation
  readonly reply: string
  readonly times: Times
}

/** What a cell came to. */
export interface CellResult {
  readonly cell: Cell
  readonly expected: Prediction
  readonly actual: Readonly<Record<keyof Prediction, unknown>>
  /** What is wrong, in words; none when it passed. */
  readonly wrong: readonly string[]
}

/** Plays one cell in a world of its own, and compares it with what the tables and the rules predict. */
export async function playCell(cell: Cell): Promise<CellResult> {
  const { operation, reply, times } = cell
  const table = tableOf(operation.name)
  const expected = predict(table, operation.name, reply, times)
  const secrets = new FoundSecrets()
  let refusals = 0
  const world = await createWorld({
    config: matrixConfig,
    environment: CANARY_ENVIRONMENT,
    settings: CANARY_SETTINGS,
    adapt: (ports) => ({
      ...ports,
      fetch: async (request, init) => {
        if (refusals === 0) return ports.fetch(request, init)
        refusals -= 1
        throw Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' })
      },
    }),
    observe: async (request, received) => {
      secrets.note(request.headers.get('authorization') ?? '')
      secrets.note(new URL(request.url).search)
      if (received !== null && request.url.includes('token.php')) secrets.note(await received.clone().text())
    },
  })
  try {
    const key = await prepare(world, operation)
    // A token is only asked for where there is none.
    if (operation.strikes === 'token.get') world.mocks.expireTokens()
    const struck = lookUp(table, operation.name, reply)
    const wrong: string[] = []
    if (reply === NO_CONNECTION) refusals = TIMES[times]
    else if (reply !== SUCCESS) {
      const refused = isRefused(world, {
        upstream: operation.upstream,
        ...orderOf(reply),
        times: TIMES[times],
        operation: operation.strikes,
      })
      if (refused !== (struck === null)) wrong.push(refused ? 'the fault cannot be armed' : 'the fault could be armed')
    }
    const before = { steps: world.steps(), effects: world.effects(operation.upstream, operation.effectsOf) }
    const id = await post(world, operation, operation.payload(key))
    if (DEATHS.has(reply)) await dieInAttempts(world, id, TIMES[times])
    if (struck === null && world.steps() !== before.steps) wrong.push('it was not delivered at once')
    await world.runUntilIdle({ untilMs: world.nowMs() + (struck === null ? 0 : horizonMs(struck.row, struck.outcome)) })
    const delivery = await world.store.readDelivery(id)
    const actual = {
      state: delivery?.state,
      firstOutcome: delivery?.history[0]?.outcome,
      attempts: delivery?.attempts,
      counted: delivery?.countedAttempts,
      effects: world.effects(operation.upstream, operation.effectsOf) - before.effects,
    }
    for (const [name, value] of Object.entries(expected)) {
      const got = actual[name as keyof Prediction]
      if (got !== value) wrong.push(`${name}: expected ${value}, got ${got}`)
    }
    const repeatable = table.columns.some((column) => column.repeatable && column.operations.includes(operation.name))
    if (!repeatable && actual.effects > 1) wrong.push(`${actual.effects} effects of an operation that must have one`)
    for (const output of await outputsOf(world, id)) {
      const secret = secrets.in(output.text)
      if (secret !== null) wrong.push(`${output.name} holds ${secret}`)
    }
    return { cell, expected, actual, wrong }
  } finally {
    world.stop()
  }
}

/** Kills the process in the middle of an attempt, so many times, and starts it again. */
async function dieInAttempts(world: World, id: string, times: number): Promise<void> {
  for (let deaths = 0; deaths < times; deaths += 1) {
    while ((await world.store.readDelivery(id))?.state === 'pending') await world.ring()
    if ((await world.store.readDelivery(id))?.state !== 'leased') return
    world.kill()
    await world.restart()
  }
}

/** Finds the table that an operation is in. */
export function tableOf(operation: string): OutcomeTable {
  const table = OUTCOME_TABLES.find(({ columns }) => columns.some(({ operations }) => operations.includes(operation)))
  if (table === undefined) throw new Error(`no table has ${operation}`)
  return table
}

/** Arms a fault; true when it is refused, because it does not fit. */
function isRefused(world: World, order: FaultOrder): boolean {
  try {
    world.fault(order)
    return false
  } catch (error) {
    if (error instanceof ConfigError) return true
    throw error
  }
}

/** Delivers what has to be there before, and returns the key that its upstream gave it. */
async function prepare(world: World, { upstream, before }: WiredOperation): Promise<string> {
  if (before === undefined) return ''
  const id = await post(world, { upstream, operation: before.operation }, before.payload)
  const delivery = await world.store.readDelivery(id)
  if (delivery?.state !== 'delivered')
    throw new Error(`${before.operation} was not delivered: ${delivery?.reason?.code}`)
  const { receipt } = delivery
  const key = typeof receipt === 'object' && receipt !== null && 'key' in receipt ? receipt['key'] : ''
  return typeof key === 'number' || typeof key === 'string' ? String(key) : ''
}

async function post(
  world: World,
  { upstream, operation }: Pick<WiredOperation, 'upstream' | 'operation'>,
  payload: unknown,
): Promise<string> {
  const response = await world.post(
    `cell?${CANARY_QUERY}`,
    { upstream, operation, payload },
    { 'x-internal': CANARY_HEADER },
  )
  const { deliveries } = (await response.json()) as { deliveries?: readonly { readonly id: string }[] }
  const [delivery] = deliveries ?? []
  if (delivery === undefined) throw new Error(`${operation} was not accepted: ${response.status}`)
  return delivery.id
}
