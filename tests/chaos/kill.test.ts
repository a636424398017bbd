import { expect, test } from 'bun:test'
import { runChaos } from './chaos.ts'
import { planKills } from './plan.ts'
import { isKept } from './result.ts'

const PLANNED = { seed: 676, kills: 6, events: 150, onUnsure: 'park' } as const
const TIMEOUT_SECONDS = 60

test('the short run is killed with a batch, with a callback and in a migration', () => {
  const steps = planKills(PLANNED).flatMap(({ kill }) => (kill.kind === 'step' ? [kill.step] : []))
  expect(steps.toSorted()).toEqual(['after-load-reply', 'before-callback', 'in-migration'])
})

test(
  'whatever was answered with 202 arrives at every upstream once, or waits in sight, however often the gateway is killed',
  async () => {
    const result = await runChaos({
      ...PLANNED,
      timeoutSeconds: TIMEOUT_SECONDS,
      signal: new AbortController().signal,
      note: () => undefined,
    })
    const { kills, events } = PLANNED
    expect(result).toMatchObject({ kills, accepted: events, lost: 0, duplicated: 0, problems: [] })
    expect(result.delivered + result.parked).toBe(3 * events)
    expect(isKept(result, PLANNED)).toBe(true)
  },
  2 * TIMEOUT_SECONDS * 1000,
)
