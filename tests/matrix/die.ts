import type { World } from '../world/world.ts'

/** Kills the process in the middle of an attempt, so many times, and starts it again. */
export async function dieInAttempts(world: World, id: string, times: number): Promise<void> {
  for (let deaths = 0; deaths < times; deaths += 1) {
    while ((await world.store.readDelivery(id))?.state === 'pending') await world.ring()
    if ((await world.store.readDelivery(id))?.state !== 'leased') return
    world.kill()
    await world.restart()
  }
}
