import { SANDBOX } from '@sluice/upstream-mocks'
import type { World } from '../world/world.ts'
import { CANARY_ENVIRONMENT } from './canaries.ts'
import { dieInAttempts } from './die.ts'
import type { LooksAfter, WiredOperation } from './operations.ts'
import { post } from './post.ts'

/** Longer than a gate stays closed that is not closed for its credentials. */
const AFTERWARDS_MS = 300_000

/** What became of a delivery whose looks were struck is read from the store; what became of others, here. */
export interface PlayedLook {
  readonly id: string
  readonly meanwhile: unknown
  /** Posts another at the end, and tells what became of it. */
  readonly afterwards: () => Promise<unknown>
}

/**
 * Leaves a write unsure, and watches the looks for it to the end, which are struck. Another delivery of the destination
 * comes after the first look, and one at the end.
 */
export async function playLook(
  world: World,
  operation: WiredOperation & { readonly looksAfter: LooksAfter },
  key: string,
  { deaths, untilMs }: { readonly deaths: number; readonly untilMs: number },
): Promise<PlayedLook> {
  const { upstream, looksAfter, effectsOf } = operation
  world.fault({ upstream, fault: looksAfter, times: 1, operation: effectsOf })
  const id = await post(world, operation, operation.payload(key))
  await dieInAttempts(world, id, Math.min(deaths, 1))
  while (((await world.store.readDelivery(id))?.attempts ?? 0) < 2) {
    if (!(await world.ring())) throw new Error('nobody looks for it')
  }
  const meanwhile = await postOrdinary(world)
  const atOnce = await stateOf(world, meanwhile)
  // What still waits would change when the gate opens, and with whom.
  if (atOnce === 'pending') await drop(world, meanwhile)
  await dieInAttempts(world, id, Math.max(deaths - 1, 0))
  await world.runUntilIdle({ untilMs })
  const afterwards = async (): Promise<unknown> => {
    const last = await postOrdinary(world)
    await world.runUntilIdle({ untilMs: world.nowMs() + AFTERWARDS_MS })
    return stateOf(world, last)
  }
  return { id, meanwhile: atOnce, afterwards }
}

/** Posts what no fault of a look strikes, to the same destination. */
function postOrdinary(world: World): Promise<string> {
  const { dataset, table } = SANDBOX.contactnow
  return post(
    world,
    { destination: 'contactnow', operation: 'datasets.update', marked: false },
    { dataset: String(dataset), description: 'summer', import_table: table },
  )
}

async function stateOf(world: World, id: string): Promise<unknown> {
  return (await world.store.readDelivery(id))?.state
}

async function drop(world: World, id: string): Promise<void> {
  const { status } = await world.request(`/v1/deliveries/${id}/resolve`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${CANARY_ENVIRONMENT['SLUICE_ADMIN_TOKEN']}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ as: 'drop', why: 'the first one is watched alone' }),
  })
  if (status !== 200) throw new Error(`it could not be dropped: ${status}`)
}
