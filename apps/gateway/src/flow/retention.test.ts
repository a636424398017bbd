import { describe, expect, test } from 'bun:test'
import { createRetentionChore } from './retention.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const START = 1_700_000_000_000

/** A store of which each step comes to the next of these places. */
function workbench(places: readonly (string | null | Error)[]) {
  const answers: { readonly beforeMs: number; readonly limit: number }[] = []
  const asked: { readonly beforeMs: number; readonly after: string; readonly limit: number }[] = []
  const chore = createRetentionChore(30, {
    // As many as are asked for, and then none.
    removeAnswers: (request) => Promise.resolve(answers.push(request) % 2 === 1 ? request.limit : 0),
    removeEnded: (request) => {
      const place = places[asked.length] ?? null
      asked.push(request)
      return place instanceof Error ? Promise.reject(place) : Promise.resolve({ removed: 1, next: place })
    },
  })
  return { asked, answers, run: chore.run }
}

describe('retention', () => {
  test('goes through what is older than its days, a step at a time, and once in an hour', async () => {
    const { asked, run } = workbench(['evt_2', 'evt_5', null, null])
    expect(await run(START)).toBe(START)
    expect(await run(START + 1)).toBe(START + 1)
    expect(await run(START + 2)).toBe(START + HOUR_MS)
    expect(await run(START + 3)).toBe(START + HOUR_MS)
    expect(await run(START + HOUR_MS)).toBe(START + 2 * HOUR_MS)
    expect(asked.map(({ after }) => after)).toEqual(['', 'evt_2', 'evt_5', ''])
    expect(asked[0]).toEqual({ beforeMs: START - 30 * DAY_MS, after: '', limit: 200 })
  })

  test('removes the answers of more than a day with each pass, until none is left', async () => {
    const { answers, run } = workbench(['evt_2', null, null])
    await run(START)
    expect(answers).toEqual([
      { beforeMs: START - DAY_MS, limit: 200 },
      { beforeMs: START - DAY_MS, limit: 200 },
    ])
    await run(START + 1)
    await run(START + HOUR_MS)
    expect(answers.map(({ beforeMs }) => beforeMs + DAY_MS - START)).toEqual([0, 0, HOUR_MS, HOUR_MS])
  })

  test('asks for few rows at a time, so that events that come meanwhile do not wait', async () => {
    const { asked, run } = workbench(['a', 'b', 'c'])
    for (let now = START; asked.length < 3; now += 1) await run(now)
    expect(Math.max(...asked.map(({ limit }) => limit))).toBeLessThanOrEqual(200)
  })

  test('goes on where it was when the store could not write', async () => {
    const { asked, run } = workbench(['evt_2', new Error('disk full'), null])
    await run(START)
    expect(await Promise.allSettled([run(START + 1)])).toMatchObject([{ status: 'rejected' }])
    expect(await run(START + 2)).toBe(START + HOUR_MS)
    expect(asked.map(({ after }) => after)).toEqual(['', 'evt_2', 'evt_2'])
  })

  test('that could not begin begins again soon, not in an hour', async () => {
    const { asked, run } = workbench([new Error('disk full'), null])
    expect(await Promise.allSettled([run(START)])).toMatchObject([{ status: 'rejected' }])
    await run(START + 1000)
    expect(asked).toHaveLength(2)
  })
})
