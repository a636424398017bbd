import { type FaultOrder, SANDBOX } from '@sluice/upstream-mocks'
import { type Cell, type CellResult, differences, strikeOf } from '../cell.ts'
import { DEATHS, NO_CONNECTION, TIMES } from '../replies.ts'
import { horizonMs } from '../schedule.ts'
import { actualOf } from './actual.ts'
import type { Scene, SeenDelivery } from './scene.ts'
import { WORKER_TABLES } from './tables.ts'

/** Longer than a gate stays closed that is not closed for its credentials. */
const AFTERWARDS_MS = 300_000
/** What no fault of a look strikes, to the same destination. */
const ORDINARY = { destination: 'contactnow', operation: 'datasets.update', marked: false }

/**
 * Leaves a write unsure, and watches the looks for it to the end, which are struck. Another delivery of the destination
 * comes after the first look, and one at the end.
 */
export async function playLook(scene: Scene, cell: Cell, order: FaultOrder, key: string): Promise<CellResult> {
  const { operation, reply, times } = cell
  const { lockstep, mocks, upstream } = scene
  const { looksAfter } = operation
  if (looksAfter === undefined) throw new Error(`${operation.name} is no look`)
  if (reply !== NO_CONNECTION) mocks.setFault(order)
  mocks.setFault({ upstream: operation.upstream, fault: looksAfter, times: 1, operation: operation.effectsOf })
  const before = scene.effects(operation)
  const untilMs = lockstep.clock.nowMs + horizonMs(strikeOf(cell))
  let refuses = false
  const atRest = async ({ attempts }: SeenDelivery): Promise<void> => {
    // While it dies no time passes: nothing else would end the wait for the reply.
    if (DEATHS.has(reply) && upstream.hangs()) lockstep.die()
    // Only looks are refused, which are all the attempts after the first.
    const refused = attempts.length - 1
    const refusesNow = reply === NO_CONNECTION && refused >= 0 && refused < TIMES[times]
    if (refusesNow !== refuses) await (refusesNow ? upstream.refuse() : upstream.listen())
    refuses = refusesNow
  }
  const listenAgain = async (): Promise<void> => {
    if (refuses) await upstream.listen()
    refuses = false
  }

  const id = await scene.post(operation, operation.payload(key))
  await scene.until(id, ({ attempts }) => attempts.length >= 2, untilMs, atRest)
  await listenAgain()
  const meanwhile = await ordinary(scene, 0)
  // What still waits would change when the gate opens, and with whom.
  if (meanwhile.state === 'pending') await scene.drop(meanwhile.id)
  await atRest(await scene.read(id))
  const delivery = await scene.untilEnd(id, untilMs, atRest)
  await listenAgain()
  const ended = actualOf(delivery, scene.effects(operation) - before)
  const afterwards = await ordinary(scene, AFTERWARDS_MS)
  const actual = { ...ended, meanwhile: meanwhile.state, afterwards: afterwards.state }
  return { cell, actual, wrong: differences(cell, actual, WORKER_TABLES) }
}

/** Posts an ordinary delivery, and tells what became of it after a time. */
async function ordinary(scene: Scene, afterMs: number): Promise<{ readonly id: string; readonly state: string }> {
  const { dataset, table } = SANDBOX.contactnow
  const payload = { dataset: String(dataset), description: 'summer', import_table: table }
  const id = await scene.post(ORDINARY, payload)
  const { state } = await scene.untilEnd(id, scene.lockstep.clock.nowMs + afterMs)
  return { id, state }
}
