import { expect, test } from 'bun:test'
import { createJobsChore } from './jobs.ts'

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
