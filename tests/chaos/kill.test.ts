import { expect, test } from 'bun:test'
import { runChaos } from './chaos.ts'
import { isKept } from './result.ts'

const PLANNED = { seed: 558, kills: 6, events: 150, onUnsure: 'park' } as const
const TIMEOUT_SECONDS = 60

test(
  'whatever was answered with 202 arrives at every upstream once, or waits in sight, however often the gateway is killed',
  async () => {
    const result = await runChaos({
      ...PLANNED,
      timeoutSeconds: TIMEOUT_SECONDS,
      signal: new AbortController().signal,
      note: () => undefined,
    })
    expect(result).toMatchObject({
      kills: PLANNED.kills,
      accepted: PLANNED.events,
      lost: 0,
      duplicated: 0,
      problems: [],
    })
    expect(result.delivered + result.parked).toBe(3 * PLANNED.events)
    expect(isKept(result, PLANNED)).toBe(true)
  },
  2 * TIMEOUT_SECONDS * 1000,
)
