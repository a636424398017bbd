import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { agree, agreeAtRest } from './agree.ts'
import * as commands from './commands.ts'
import { DEATHS } from './death.ts'
import { CALLBACK_FAULTS, CALLED, ENDS, type Kind } from './faults.ts'
import { createModel } from './model.ts'
import { type Real, startReal } from './real.ts'

const MOST_COMMANDS = 30
const MOST_CONTACTS = 2
const WAITS_MS = [1000, 6000, 40_000, 70_000, 400_000, 3_700_000, 20_000_000, 90_000_000]

const orders = [
  ...(Object.keys(ENDS) as Kind[]).flatMap((kind) =>
    (Object.keys(ENDS[kind]) as (typeof CALLBACK_FAULTS)[number][]).map((fault) => ({ ...CALLED[kind], fault })),
  ),
  ...CALLBACK_FAULTS.map((fault) => ({ upstream: 'danaconnect' as const, operation: 'callback', fault })),
]

const choices = fc.nat({ max: 99 })

/** Every command, as often among the others as it is to come. */
const arbitraries = [
  ...repeat(6, fc.nat({ max: MOST_CONTACTS }).map(commands.receive)),
  ...repeat(
    2,
    fc.tuple(choices, fc.boolean()).map((values) => commands.receiveAgain(...values)),
  ),
  ...repeat(
    6,
    fc
      .tuple(fc.constantFrom(...orders), fc.integer({ min: 1, max: 3 }))
      .map(([order, times]) => commands.fault({ ...order, times })),
  ),
  ...repeat(3, fc.constantFrom(...WAITS_MS).map(commands.wait)),
  ...repeat(2, fc.constant(null).map(commands.deliver)),
  fc.constant(null).map(commands.kill),
  ...repeat(
    3,
    fc.tuple(fc.constantFrom(...DEATHS), fc.integer({ min: 1, max: 3 })).map((values) => commands.dieAt(...values)),
  ),
  ...repeat(3, fc.constant(null).map(commands.restart)),
  ...repeat(
    3,
    fc
      .tuple(choices, fc.constantFrom('resend' as const, 'delivered' as const, 'drop' as const))
      .map((values) => commands.decide(...values)),
  ),
]

function repeat<Item>(times: number, item: Item): readonly Item[] {
  return Array.from({ length: times }, () => item)
}

export interface SequencesOptions {
  readonly sequences: number
  readonly seed: number
  /** Where the failure of an earlier run was, to go there at once. */
  readonly path?: string
  /** Whether the database is a file, as in a real process, or in memory. */
  readonly store: 'memory' | 'file'
}

/**
 * Runs random sequences of commands against the gateway and the model.
 *
 * @throws Error of the shortest sequence found after which they differ, with the seed and path that lead to it.
 */
export async function runSequences({ sequences, seed, path, store }: SequencesOptions): Promise<void> {
  const property = fc.asyncProperty(fc.commands(arbitraries, { maxCommands: MOST_COMMANDS, size: 'max' }), (sequence) =>
    withReal(store, async (real) => {
      const model = createModel()
      await fc.asyncModelRun(() => ({ model, real }), sequence)
      // However it went: a gateway that lives has to come to the end of everything.
      if (!real.alive()) await commands.reviveGateway(model, real)
      real.death.cancel()
      await real.world.runUntilIdle()
      await agree(model, real)
      agreeAtRest(model, await real.world.deliveries())
    }),
  )
  await fc.assert(property, { numRuns: sequences, seed, ...(path === undefined ? {} : { path }) })
}

async function withReal(store: SequencesOptions['store'], work: (real: Real) => Promise<void>): Promise<void> {
  const folder = store === 'file' ? mkdtempSync(join(tmpdir(), 'sluice-model-')) : null
  const real = await startReal(folder === null ? ':memory:' : join(folder, 'sluice.sqlite'))
  try {
    await work(real)
  } finally {
    real.world.stop()
    if (folder !== null) rmSync(folder, { recursive: true })
  }
}
