import { describe, expect, test } from 'bun:test'
import * as commands from './commands.ts'
import { createModel } from './model.ts'
import { startReal } from './real.ts'

/** Runs commands one after the other, and returns the states of the deliveries to one operation. */
async function statesAfter(operation: string, sequence: readonly commands.Command[]): Promise<readonly string[]> {
  const real = await startReal(':memory:')
  const model = createModel()
  try {
    for (const command of sequence) {
      expect(await command.check(model)).toBe(true)
      await command.run(model, real)
    }
    const deliveries = await real.world.deliveries()
    return deliveries.filter((delivery) => delivery.operation === operation).map(({ state }) => state)
  } finally {
    real.world.stop()
  }
}

const load = { upstream: 'danaconnect', operation: 'bulk-load', times: 1 } as const

describe('sequences that once went wrong', () => {
  test('a callback that overtook the reply is carried out by the next process', async () => {
    const states = await statesAfter('contacts.load', [
      commands.fault({ ...load, fault: 'timeout-after' }),
      commands.receive(0, 1),
      // The first write of the callback is when it comes, the second when its deliveries wait for it.
      commands.dieAt('before-callback', 2),
      commands.wait(40_000),
      commands.restart(),
      commands.deliver(),
    ])
    expect(states).toEqual(['delivered'])
  })
})
