import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FaultName } from '@sluice/upstream-mocks'
import * as fc from 'fast-check'
import { agree, agreeAtRest } from './agree.ts'
import * as commands from './commands.ts'
import { DEATHS } from './death.ts'
import { CALLBACK_FAULTS, CALLED, ENDS, type Kind, LOOK_FAULTS } from './faults.ts'
import { createModel } from './model.ts'
import { type Real, startReal } from './real.ts'
import type { SetupName } from './setups.ts'

const MOST_COMMANDS = 30
/** Contacts are numbered up to this: few, so that they often meet in line. */
const MOST_CONTACTS = 2
/** More than share a load. */
const MOST_AT_ONCE = 4
const WAITS_MS = [1000, 6000, 40_000, 70_000, 400_000, 3_700_000, 20_000_000, 90_000_000]

const orders = [
  ...(Object.keys(ENDS) as Kind[]).flatMap((kind) =>
    (Object.keys(ENDS[kind]) as FaultName[]).map((fault) => ({ ...CALLED[kind], fault })),
  ),
  ...CALLBACK_FAULTS.map((fault) => ({ upstream: 'danaconnect' as const, operation: 'callback', fault })),
  ...LOOK_FAULTS.map((fault) => ({ upstream: 'contactnow' as const, operation: 'ecnow_records.read', fault })),
]

/** A configuration is left as it is more often than it is changed. */
const setups: readonly SetupName[] = [
  ...repeat(3, 'as it was' as const),
  'renamed route',
  'no marker',
  'another column',
]

const choices = fc.nat({ max: 99 })

/** Every command, as often among the others as it is to come. */
const arbitraries = [
  ...repeat(
    6,
    fc
      .tuple(fc.nat({ max: MOST_CONTACTS }), fc.integer({ min: 1, max: MOST_AT_ONCE }))
      .map((values) => commands.receive(...values)),
  ),
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
  ...repeat(2, fc.constant(null).map(commands.retain)),
  ...repeat(3, choices.map(commands.acknowledge)),
  fc.constant(null).map(commands.kill),
  ...repeat(
    3,
    fc.tuple(fc.constantFrom(...DEATHS), fc.integer({ min: 1, max: 3 })).map((values) => commands.dieAt(...values)),
  ),
  ...repeat(8, fc.constantFrom(...setups).map(commands.restart)),
  ...repeat(
    9,
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

/** What happened in all sequences: that it was not nothing. */
export interface Happened {
  /** Accepted, and there at the end; and those that were removed. */
  readonly events: number
  readonly removed: number
  /** Calls that did not end well. */
  readonly failedCalls: number
  /** Looks that saw nothing, or were turned away. */
  readonly failedLooks: number
  /** Attempts that their process did not survive. */
  readonly deaths: number
  readonly decisions: number
}

/**
 * Runs random sequences of commands against the gateway and the model.
 *
 * @throws Error of the shortest sequence found after which they differ, with the seed and path that lead to it.
 */
export async function runSequences({ sequences, seed, path, store }: SequencesOptions): Promise<Happened> {
  let happened: Happened = { events: 0, removed: 0, failedCalls: 0, failedLooks: 0, deaths: 0, decisions: 0 }
  const property = fc.asyncProperty(fc.commands(arbitraries, { maxCommands: MOST_COMMANDS, size: 'max' }), (sequence) =>
    withReal(store, async (real) => {
      const model = createModel()
      await fc.asyncModelRun(() => ({ model, real }), sequence)
      // However it went: a gateway that lives has to come to the end of everything.
      if (!real.alive()) await commands.reviveGateway(model, real, model.setup)
      real.death.cancel()
      await real.world.runUntilIdle({ maxSteps: commands.MOST_STEPS })
      await agree(model, real)
      agreeAtRest(await real.world.deliveries())
      happened = {
        events: happened.events + model.accepted.size,
        removed: happened.removed + model.removed,
        failedCalls: happened.failedCalls + model.exchanges.filter(({ end }) => end !== 'taken').length,
        failedLooks: happened.failedLooks + model.failedLooks.size,
        deaths: happened.deaths + sizes([...model.deaths.values()].map(({ size }) => size)),
        decisions: happened.decisions + sizes([...model.decisions.values()].map(({ length }) => length)),
      }
    }),
  )
  await fc.assert(property, { numRuns: sequences, seed, ...(path === undefined ? {} : { path }) })
  return happened
}

const sizes = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0)

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
