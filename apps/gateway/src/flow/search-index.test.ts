import { describe, expect, test } from 'bun:test'
import type { IndexStep } from '../store/port.ts'
import { createIndexChore, type Indexing } from './search-index.ts'

/** A chore on a clock that is put forward by hand, over a store that has so many steps to do, each of 10 ms. */
function chore(indexing: Indexing, steps: number) {
  const state = { nowMs: 0, left: steps, done: 0, woken: 0, told: (): void => undefined }
  const store = {
    async indexStep(): Promise<IndexStep> {
      state.nowMs += 10
      if (state.left === 0) return { indexed: 0, isBehind: false }
      state.left -= 1
      state.done += 1
      return { indexed: 1, isBehind: state.left > 0 }
    },
    changed: () => new Promise<void>((resolve) => (state.told = resolve)),
  }
  const index = createIndexChore(indexing, { store, nowMs: () => state.nowMs }, () => (state.woken += 1))
  return { state, index }
}

describe('the chore that indexes', () => {
  test('rests nine times as long as it worked, until nothing is left', async () => {
    const { state, index } = chore('steady', 3)
    expect(await index.run(state.nowMs)).toBe(100)
    state.nowMs = 50
    expect(await index.run(state.nowMs)).toBe(100)
    expect(state.done).toBe(1)
    state.nowMs = 100
    expect(await index.run(state.nowMs)).toBe(200)
    state.nowMs = 200
    expect(await index.run(state.nowMs)).toBeNull()
    expect(state.done).toBe(3)
  })

  test('is woken by a commit, and lets what comes gather', async () => {
    const { state, index } = chore('steady', 0)
    expect(await index.run(state.nowMs)).toBeNull()
    expect(state.woken).toBe(0)
    state.nowMs = 5000
    state.left = 1
    state.told()
    await Promise.resolve()
    expect(state.woken).toBe(1)
    expect(await index.run(state.nowMs)).toBe(7000)
    expect(state.done).toBe(0)
    state.nowMs = 7000
    expect(await index.run(state.nowMs)).toBeNull()
    expect(state.done).toBe(1)
  })

  test('where it is only asked for, does nothing before, and is done when nothing is left', async () => {
    const { state, index } = chore('asked', 2)
    expect(await index.run(state.nowMs)).toBeNull()
    expect(state.done).toBe(0)
    index.ask()
    expect(await index.run(state.nowMs)).toBe(100)
    state.nowMs = 100
    expect(await index.run(state.nowMs)).toBeNull()
    state.left = 1
    state.nowMs = 1000
    expect(await index.run(state.nowMs)).toBeNull()
    expect(state.done).toBe(2)
  })
})
