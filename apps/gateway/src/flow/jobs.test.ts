import { expect, test } from 'bun:test'
import { countMatching, createJobsChore } from './jobs.ts'

test('each step of the jobs wakes the destinations that it gave something to, and says when the next is due', async () => {
  const asked: unknown[] = []
  const woken: string[] = []
  const chore = createJobsChore(
    {
      stepJobs: (request) => {
        asked.push(request)
        return Promise.resolve({ destinations: ['alpha', 'beta'], nextAtMs: 1500 })
      },
    },
    (destination) => woken.push(destination),
  )
  expect(await chore.run(1000)).toBe(1500)
  expect({ asked, woken }).toEqual({ asked: [{ nowMs: 1000, limit: 100 }], woken: ['alpha', 'beta'] })
})

test('what a job would decide about is counted part by part, and others have their turn between', async () => {
  const parts = [
    { count: 30, sample: Array.from({ length: 15 }, (_, index) => `a${index}`), next: 'a29' },
    { count: 0, sample: [], next: 'b0' },
    { count: 30, sample: Array.from({ length: 15 }, (_, index) => `c${index}`), next: null },
  ] as const
  const asked: string[] = []
  let slept = 0
  const counted = await countMatching(
    { action: 'resend', filter: {} },
    {
      store: { countMatching: ({ after }) => Promise.resolve(parts[asked.push(after) - 1] ?? parts[2]) },
      sleep: () => Promise.resolve(void (slept += 1)),
    },
  )
  expect(counted.matched).toBe(60)
  expect(counted.sample).toEqual([...parts[0].sample, ...parts[2].sample.slice(0, 5)])
  expect({ asked, slept }).toEqual({ asked: ['', 'a29', 'b0'], slept: 2 })
})
