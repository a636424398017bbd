import { expect, test } from 'bun:test'
import { Lockstep } from './lockstep.ts'
import type { Stage } from './stage.ts'

/** A Worker in which what was posted is under way until it has been looked at twice more. */
function slowWorker() {
  const seen = { underWay: 0, lives: 1, diedWith: [] as number[] }
  let activity = 0
  const stage: Pick<Stage, 'stand' | 'moveTo' | 'kill' | 'restart'> = {
    stand() {
      const busy = seen.underWay
      if (busy > 0) {
        seen.underWay -= 1
        activity += 1
      }
      return Promise.resolve({ busy, activity, requests: [], nextDueMs: null, touched: [] })
    },
    moveTo: () => Promise.reject(new Error('nothing is due')),
    kill() {
      seen.diedWith.push(seen.underWay)
      return Promise.resolve()
    },
    restart() {
      seen.lives += 1
      return Promise.resolve()
    },
  }
  const post = () => {
    seen.underWay = 2
    return Promise.resolve()
  }
  return { stage, seen, post }
}

test('workerd dies when what every cell has begun is at its rest, and no cell asks for it in vain', async () => {
  const { stage, seen, post } = slowWorker()
  const lockstep = new Lockstep(stage, [])
  const dies = async (): Promise<void> => {
    while (seen.lives === 1) {
      await lockstep.rest('dies')
      lockstep.die()
    }
  }
  // What it waited for has come, as the other one hangs: it posts the next event.
  const posts = async (): Promise<void> => {
    await lockstep.rest('posts')
    await lockstep.within(post)
    while (seen.lives === 1) await lockstep.rest('posts')
  }
  await lockstep.play([dies, posts], () => Promise.resolve())
  expect(seen).toEqual({ underWay: 0, lives: 2, diedWith: [0] })
})
