import { ConfigError } from '@sluice/errors'
import type { FaultOrder } from '@sluice/upstream-mocks'
import { dieInAttempts } from './die.ts'
import { createSpareDatabase } from '../world/spare-database.ts'
import { createWorld, type World } from '../world/world.ts'
import { CANARY_ENVIRONMENT, CANARY_SETTINGS, canaryTokens, FoundSecrets } from './canaries.ts'
import { type Actual, type Cell, type CellResult, differences, strikeOf } from './cell.ts'
import { CALLED_BACK, matrixConfig } from './config.ts'
import type { WiredOperation } from './operations.ts'
import { outputsOf } from './outputs.ts'
import { playLook } from './play-look.ts'
import { post, prepare } from './post.ts'
import { DEATHS, NO_CONNECTION, orderOf, TIMES } from './replies.ts'
import { horizonMs } from './schedule.ts'

/** So many cells whose faults cannot strike share a world: nothing in it is ever disturbed. */
const SHARING = 30

/** Stands in the address of a request that looks. */
const READS = 'action=read'

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
    if (reply === NO_CONNECTION) scene.refuse(TIMES[times], operation.looksAfter === undefined ? '' : READS)
    else if (isRefused(world, orderFor(cell))) wrong.push('the fault cannot be armed')
    const before = effectsOf(world, operation)
    const untilMs = world.nowMs() + horizonMs(strikeOf(cell))
    const deaths = DEATHS.has(reply) ? TIMES[times] : 0
    const { looksAfter } = operation
    const look =
      looksAfter === undefined
        ? null
        : await playLook(world, { ...operation, looksAfter }, scene.key, { deaths, untilMs })
    const id = look?.id ?? (await playWrite(world, operation, scene.key, { deaths, untilMs }))
    const ended = await readActual(world, id, effectsOf(world, operation) - before)
    const actual = look === null ? ended : { ...ended, meanwhile: look.meanwhile, afterwards: await look.afterwards() }
    wrong.push(...differences(cell, actual), ...(await secretsIn(world, [id], scene.secrets)))
    return { cell, actual, wrong }
  } finally {
    world.stop()
  }
}

/** Delivers under what strikes the write, and watches to the end. */
async function playWrite(
  world: World,
  operation: WiredOperation,
  key: string,
  { deaths, untilMs }: { readonly deaths: number; readonly untilMs: number },
): Promise<string> {
  const id = await post(world, operation, operation.payload(key))
  await dieInAttempts(world, id, deaths)
  await world.runUntilIdle({ untilMs })
  return id
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
  let refused = ''
  const world = await createWorld({
    config: matrixConfig,
    environment: CANARY_ENVIRONMENT,
    settings: CANARY_SETTINGS,
    newToken: canaryTokens(),
    database: emptyDatabase(),
    adapt: (ports) => ({
      ...ports,
      fetch: async (request, init) => {
        if (refusals === 0 || !request.url.includes(refused)) return ports.fetch(request, init)
        refusals -= 1
        throw Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' })
      },
    }),
    observe: (request, reply) => secrets.noteExchange(request, reply),
  })
  const key = await prepare(world, operation)
  // A token is only asked for where there is none.
  if (operation.strikes === 'token.get') world.mocks.expireTokens()
  return { world, secrets, key, refuse }

  /** Refuses so many connections, of the requests whose address holds a text. */
  function refuse(times: number, text: string): void {
    refusals = times
    refused = text
  }
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
