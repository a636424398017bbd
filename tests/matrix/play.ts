import { ConfigError } from '@sluice/errors'
import type { FaultOrder } from '@sluice/upstream-mocks'
import { createSpareDatabase } from '../world/spare-database.ts'
import { createWorld, type World } from '../world/world.ts'
import { CANARY_ENVIRONMENT, CANARY_SETTINGS, canaryTokens, FoundSecrets } from './canaries.ts'
import { type Actual, type Cell, type CellResult, differences, strikeOf } from './cell.ts'
import { CALLED_BACK, matrixConfig } from './config.ts'
import { horizonMs } from './model.ts'
import type { WiredOperation } from './operations.ts'
import { outputsOf } from './outputs.ts'
import { post, prepare } from './post.ts'
import { DEATHS, NO_CONNECTION, orderOf, TIMES } from './replies.ts'

/** So many cells whose faults cannot strike share a world: nothing in it is ever disturbed. */
const SHARING = 30

/** Cells are played one after the other, and so can share it. */
const emptyDatabase = createSpareDatabase()

/** Plays cells: each in a world of its own, but for those whose fault is refused. */
export async function playCells(cells: readonly Cell[], each: (result: CellResult) => void): Promise<void> {
  for (const cell of cells) if (strikeOf(cell) !== null) each(await playCell(cell))
  const undisturbed = new Map<WiredOperation, Cell[]>()
  for (const cell of cells) {
    if (strikeOf(cell) !== null) continue
    const sharing = undisturbed.get(cell.operation) ?? []
    undisturbed.set(cell.operation, [...sharing, cell])
  }
  for (const [operation, sharing] of undisturbed) {
    for (let first = 0; first < sharing.length; first += SHARING) {
      for (const result of await playUndisturbed(operation, sharing.slice(first, first + SHARING))) each(result)
    }
  }
}

/** Plays a cell, and watches it to its end. */
async function playCell(cell: Cell): Promise<CellResult> {
  const { operation, reply, times } = cell
  const scene = await setScene(operation)
  const { world } = scene
  try {
    const wrong: string[] = []
    if (reply === NO_CONNECTION) scene.refuse(TIMES[times])
    else if (isRefused(world, orderFor(cell))) wrong.push('the fault cannot be armed')
    const before = effectsOf(world, operation)
    const id = await post(world, operation, operation.payload(scene.key))
    if (DEATHS.has(reply)) await dieInAttempts(world, id, TIMES[times])
    await world.runUntilIdle({ untilMs: world.nowMs() + horizonMs(strikeOf(cell)) })
    const actual = await readActual(world, id, effectsOf(world, operation) - before)
    wrong.push(...differences(cell, actual), ...(await secretsIn(world, [id], scene.secrets)))
    return { cell, actual, wrong }
  } finally {
    world.stop()
  }
}

/** Tries to arm what cannot strike, and delivers at once all the same. */
async function playUndisturbed(operation: WiredOperation, cells: readonly Cell[]): Promise<readonly CellResult[]> {
  const scene = await setScene(operation)
  const { world } = scene
  try {
    const results: CellResult[] = []
    const ids: string[] = []
    for (const cell of cells) {
      const wrong = isRefused(world, orderFor(cell)) ? [] : ['the fault could be armed']
      const before = effectsOf(world, operation)
      const steps = world.steps()
      const id = await post(world, operation, operation.payload(scene.key))
      // A load that is called back is done a second later.
      if (operation.destination === CALLED_BACK) await world.runUntilIdle()
      else if (world.steps() !== steps) wrong.push('it was not delivered at once')
      const actual = await readActual(world, id, effectsOf(world, operation) - before)
      results.push({ cell, actual, wrong: [...wrong, ...differences(cell, actual)] })
      ids.push(id)
      // What was there before may be gone.
      if (operation.before !== undefined) await prepare(world, operation)
    }
    const found = await secretsIn(world, ids, scene.secrets)
    return found.length === 0 ? results : results.map((result) => ({ ...result, wrong: [...result.wrong, ...found] }))
  } finally {
    world.stop()
  }
}

/** A world in which everything secret is planted, and what has to be there before is there. */
async function setScene(operation: WiredOperation) {
  const secrets = new FoundSecrets()
  let refusals = 0
  const world = await createWorld({
    config: matrixConfig,
    environment: CANARY_ENVIRONMENT,
    settings: CANARY_SETTINGS,
    newToken: canaryTokens(),
    database: emptyDatabase(),
    adapt: (ports) => ({
      ...ports,
      fetch: async (request, init) => {
        if (refusals === 0) return ports.fetch(request, init)
        refusals -= 1
        throw Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' })
      },
    }),
    observe: (request, reply) => secrets.noteExchange(request, reply),
  })
  const key = await prepare(world, operation)
  // A token is only asked for where there is none.
  if (operation.strikes === 'token.get') world.mocks.expireTokens()
  return { world, secrets, key, refuse: (times: number) => void (refusals = times) }
}

function orderFor({ operation, reply, times }: Cell): FaultOrder {
  return { upstream: operation.upstream, ...orderOf(reply), times: TIMES[times], operation: operation.strikes }
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

/** Kills the process in the middle of an attempt, so many times, and starts it again. */
async function dieInAttempts(world: World, id: string, times: number): Promise<void> {
  for (let deaths = 0; deaths < times; deaths += 1) {
    while ((await world.store.readDelivery(id))?.state === 'pending') await world.ring()
    if ((await world.store.readDelivery(id))?.state !== 'leased') return
    world.kill()
    await world.restart()
  }
}

function effectsOf(world: World, { upstream, effectsOf: operation }: WiredOperation): number {
  return world.effects(upstream, operation)
}

async function readActual(world: World, id: string, effects: number): Promise<Actual> {
  const delivery = await world.store.readDelivery(id)
  return {
    state: delivery?.state,
    firstOutcome: delivery?.history[0]?.outcome,
    attempts: delivery?.attempts,
    counted: delivery?.countedAttempts,
    effects,
  }
}

async function secretsIn(world: World, ids: readonly string[], secrets: FoundSecrets): Promise<readonly string[]> {
  const outputs = await outputsOf(world, ids)
  return outputs.flatMap(({ name, text }) => {
    const secret = secrets.in(text)
    return secret === null ? [] : [`${name} holds ${secret}`]
  })
}
