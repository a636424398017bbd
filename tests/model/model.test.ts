import { expect, test } from 'bun:test'
import { runSequences } from './sequences.ts'

const SLOW_MS = 120_000

test(
  'after any sequence of events, faults, deaths, time and decisions the gateway is where the model says',
  async () => {
    const { events, failedCalls, deaths, decisions } = await runSequences({ sequences: 100, seed: 1, store: 'file' })
    expect(Math.min(events, failedCalls, deaths, decisions)).toBeGreaterThan(0)
  },
  SLOW_MS,
)
