import { expect, test } from 'bun:test'
import { runSequences } from './sequences.ts'

const SLOW_MS = 120_000

test.each([
  { sequences: 100, seed: 1, store: 'memory' },
  { sequences: 15, seed: 2, store: 'file' },
] as const)(
  'after any sequence of events, faults, deaths, time and decisions the gateway is where the model says: %j',
  async (options) => {
    const { events, failedCalls, failedLooks, deaths, decisions } = await runSequences(options)
    expect(Math.min(events, failedCalls, failedLooks, deaths, decisions)).toBeGreaterThan(0)
  },
  SLOW_MS,
)
