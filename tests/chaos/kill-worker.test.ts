import { beforeAll, expect, test } from 'bun:test'
import { installTools } from '../tools/install.ts'
import { runChaos } from './chaos.ts'
import { isKept } from './result.ts'

const PLANNED = { seed: 1, kills: 3, events: 90, onUnsure: 'park' } as const
const TIMEOUT_SECONDS = 60
const SLOW_MS = 2 * TIMEOUT_SECONDS * 1000

beforeAll(() => installTools(), SLOW_MS)

test(
  'whatever a Worker answered with 202 arrives at every upstream once, or waits in sight, however often workerd is killed',
  async () => {
    const result = await runChaos({
      ...PLANNED,
      runtime: 'worker',
      timeoutSeconds: TIMEOUT_SECONDS,
      signal: new AbortController().signal,
      note: () => undefined,
    })
    const { kills, events } = PLANNED
    expect(result).toMatchObject({ kills, accepted: events, lost: 0, duplicated: 0, problems: [] })
    expect(result.delivered + result.parked).toBe(3 * events)
    expect(isKept(result, PLANNED)).toBe(true)
  },
  SLOW_MS,
)
