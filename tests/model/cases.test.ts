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
      commands.restart('as it was'),
      commands.deliver(),
    ])
    expect(states).toEqual(['delivered'])
  })

  const record = { upstream: 'contactnow', operation: 'ecnow_records.create', fault: 'cut-200', times: 1 } as const
  test.each([
    ['as it was', 'as it was', 'delivered'],
    ['as it was', 'renamed route', 'parked'],
    ['as it was', 'no marker', 'parked'],
    ['as it was', 'another column', 'parked'],
    // What was sent under these has something else where the id would be.
    ['no marker', 'as it was', 'parked'],
    ['another column', 'as it was', 'parked'],
  ] as const)(
    'a record that may have landed is not sent again when the configuration was changed: %s, then %s',
    async (before, after, state) => {
      const states = await statesAfter('records.create', [
        commands.kill(),
        commands.restart(before),
        commands.fault(record),
        commands.receive(0, 1),
        // Before it would look.
        commands.kill(),
        commands.restart(after),
        commands.deliver(),
      ])
      expect(states).toEqual([state])
    },
  )
})
