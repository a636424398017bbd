import { ConfigError } from '@sluice/errors'
import type { FaultOrder } from '@sluice/upstream-mocks'
import { type Cell, type CellResult, differences, strikeOf } from '../cell.ts'
import type { WiredOperation } from '../operations.ts'
import { DEATHS, NO_CONNECTION, orderOf, TIMES } from '../replies.ts'
import { horizonMs } from '../schedule.ts'
import { actualOf } from './actual.ts'
import { playLook } from './play-look.ts'
import { WORKER_TABLES } from './tables.ts'
import type { Posted, Scene, SeenDelivery } from './scene.ts'

/** Far beyond what an undisturbed delivery takes. */
const UNDISTURBED_MS = 600_000
/** What has a token fetched, and no effect that a cell counts. */
const HAS_TOKEN_FETCHED = { destination: 'contactnow', operation: 'datasets.update', marked: false }

/** Plays a cell whose fault strikes, and watches it to its end. */
export async function playStruck(scene: Scene, cell: Cell): Promise<CellResult> {
  const { operation, reply, times } = cell
  const { lockstep, upstream } = scene
  const key = await prepare(scene, operation)
  if (operation.looksAfter !== undefined) return playLook(scene, cell, orderFor(cell), key)
  const wrong: string[] = []
  if (reply === NO_CONNECTION) {
    await haveTokenFetched(scene, operation)
    await upstream.refuse()
  } else if (isRefused(scene, orderFor(cell))) wrong.push('the fault cannot be armed')
  const before = scene.effects(operation)
  const id = await scene.post(operation, operation.payload(key))
  const untilMs = lockstep.clock.nowMs + horizonMs(strikeOf(cell))
  let isRefusing = reply === NO_CONNECTION
  const delivery = await scene.untilEnd(id, untilMs, async ({ attempts }) => {
    // While it dies no time passes: nothing else would end the wait for the reply.
    if (DEATHS.has(reply) && upstream.hangs()) lockstep.die()
    if (isRefusing && attempts.length >= TIMES[times]) {
      isRefusing = false
      await upstream.listen()
    }
  })
  if (isRefusing) await upstream.listen()
  const actual = actualOf(delivery, scene.effects(operation) - before)
  return { cell, actual, wrong: [...wrong, ...differences(cell, actual, WORKER_TABLES)] }
}

/** Tries to arm what cannot strike, and delivers at once all the same. */
export async function playUndisturbed(
  scene: Scene,
  operation: WiredOperation,
  cells: readonly Cell[],
): Promise<readonly CellResult[]> {
  const results: CellResult[] = []
  let key = await prepare(scene, operation)
  for (const cell of cells) {
    const wrong = isRefused(scene, orderFor(cell)) ? [] : ['the fault could be armed']
    const before = scene.effects(operation)
    const { nowMs } = scene.lockstep.clock
    const id = await scene.post(operation, operation.payload(key))
    const delivery = await scene.untilEnd(id, nowMs + UNDISTURBED_MS)
    const [attempt] = delivery.attempts
    if (attempt === undefined || Date.parse(attempt.endedAt) !== nowMs) wrong.push('it was not delivered at once')
    const actual = actualOf(delivery, scene.effects(operation) - before)
    results.push({ cell, actual, wrong: [...wrong, ...differences(cell, actual, WORKER_TABLES)] })
    // What was there before may be gone.
    if (operation.before !== undefined) key = await prepare(scene, operation)
  }
  return results
}

/** Delivers what has to be there before, and returns the key that its upstream gave it. */
async function prepare(scene: Scene, { destination, before, marked }: WiredOperation): Promise<string> {
  if (before === undefined) return ''
  const { receipt } = await deliver(scene, { destination, operation: before.operation, marked }, before.payload)
  const key = typeof receipt === 'object' && receipt !== null && 'key' in receipt ? receipt.key : ''
  return typeof key === 'number' || typeof key === 'string' ? String(key) : ''
}

/** So that the call is what is refused, and not the one for a token before it. */
async function haveTokenFetched(scene: Scene, { upstream, strikes }: WiredOperation): Promise<void> {
  if (upstream !== 'contactnow' || strikes === 'token.get') return
  const update = { dataset: '104', description: 'before', import_table: 'sandbox' }
  await deliver(scene, HAS_TOKEN_FETCHED, update)
}

async function deliver(scene: Scene, operation: Posted, payload: unknown): Promise<SeenDelivery> {
  const id = await scene.post(operation, payload)
  const delivery = await scene.untilEnd(id, scene.lockstep.clock.nowMs + UNDISTURBED_MS)
  if (delivery.state !== 'delivered')
    throw new Error(`${operation.operation}: ${delivery.state} ${delivery.reason?.code}`)
  return delivery
}

function orderFor({ operation, reply, times }: Cell): FaultOrder {
  return { upstream: operation.upstream, ...orderOf(reply), times: TIMES[times], operation: operation.strikes }
}

/** Arms a fault; true when it is refused, because it does not fit. */
function isRefused({ mocks }: Scene, order: FaultOrder): boolean {
  try {
    mocks.setFault(order)
    return false
  } catch (error) {
    if (error instanceof ConfigError) return true
    throw error
  }
}
