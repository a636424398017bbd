import { describe, expect, test } from 'bun:test'
import { createRemoteGatekeeper, type RemoteGate } from './remote-gatekeeper.ts'

const DELIVERED = { outcome: 'delivered', throttled: false, retryAfterMs: null } as const

/** A gatekeeper whose clock stands still unless it sleeps, and all that it says to its gate, which grants what it is asked. */
function workbench(hasRate: boolean, over: Partial<RemoteGate> = {}) {
  const clock = { nowMs: 1_000_000 }
  const said: unknown[][] = []
  const slept: number[] = []
  const say =
    <Result>(result: Result) =>
    async (...words: unknown[]): Promise<Result> => {
      said.push(words)
      return result
    }
  const gate: RemoteGate = {
    async take(...words) {
      said.push(['take', ...words])
      return { calls: words[1], opensAtMs: null, closedUntilMs: 0, arriveByMs: clock.nowMs + 500 }
    },
    giveBack: say(undefined),
    died: say(undefined),
    leave: say(0),
    async request(...words) {
      said.push(['request', ...words])
      return null
    },
    pause: say(undefined),
    resume: say(undefined),
    state: () => Promise.reject(new Error('is not asked for')),
    ...over,
  }
  const keeper = createRemoteGatekeeper({
    destination: 'demo',
    holder: '001',
    gate: () => gate,
    hasRate,
    nowMs: () => clock.nowMs,
    async sleep(ms) {
      slept.push(ms)
      clock.nowMs += ms
    },
    log: () => undefined,
  })
  return { clock, said, slept, keeper }
}

describe('a request', () => {
  test('goes by what was granted with its call while that is fresh, and is asked for after', async () => {
    const { clock, said, keeper } = workbench(true)
    await keeper.take(3)
    said.length = 0
    clock.nowMs += 250
    await keeper.admit?.()
    expect(said).toEqual([])
    // A token was slow to come.
    clock.nowMs += 1
    await keeper.admit?.()
    await keeper.admit?.()
    expect(said).toEqual([
      ['request', 500],
      ['request', 500],
    ])
  })

  test('does not become fresh by what is granted later', async () => {
    const { clock, said, keeper } = workbench(true)
    await keeper.take(2)
    clock.nowMs += 3000
    await keeper.take(1)
    said.length = 0
    for (let sent = 0; sent < 3; sent += 1) await keeper.admit?.()
    expect(said).toEqual([
      ['request', 500],
      ['request', 500],
    ])
  })
})

describe('an answer of the gate that comes late', () => {
  test('to a request lets nothing go: it is asked for again, with as much time as the gate takes', async () => {
    const asked: (number | undefined)[] = []
    const { clock, keeper } = workbench(true, {
      async request(transitMs) {
        asked.push(transitMs)
        clock.nowMs += 300
        return null
      },
    })
    await keeper.admit?.()
    // The first was too late by half of its time; there are 600 ms for the second.
    expect(asked).toEqual([500, 1200])
    expect(clock.nowMs).toBe(1_000_600)
  })

  test('to every question has a request given up before it counts as one that may have been sent', async () => {
    const { clock, slept, keeper } = workbench(true, {
      async request() {
        // As a gate that is slower each time: no time that is asked for is enough.
        clock.nowMs += 4 * (clock.nowMs - 999_900)
        return null
      },
    })
    const error = await keeper.admit?.().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', retry: 'later' })
    expect(slept).toEqual([])
  })

  test('with a time that is too far away has the request given up at once', async () => {
    const { clock, slept, keeper } = workbench(true, { request: async () => clock.nowMs + 20_001 })
    const error = await keeper.admit?.().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', retry: 'later' })
    expect(slept).toEqual([])
  })

  test('that it may not go yet is waited for, and the time after that is that of another question', async () => {
    const { clock, slept, keeper } = workbench(true, {
      async request() {
        clock.nowMs += 200
        return slept.length === 0 ? clock.nowMs + 900 : null
      },
    })
    await keeper.admit?.()
    expect(slept).toEqual([900])
    expect(clock.nowMs).toBe(1_001_300)
  })

  test('with calls begins none of them, and they go back under the names of their requests', async () => {
    const said: unknown[] = []
    const { clock, keeper } = workbench(true, {
      async take(_holder, calls, _holding, _word, transitMs) {
        said.push(transitMs)
        clock.nowMs += 251
        return { calls, opensAtMs: null, closedUntilMs: 0, arriveByMs: clock.nowMs + 500 }
      },
      async giveBack(_holder, calls, _word, unused) {
        said.push([calls, unused])
      },
    })
    const { calls } = await keeper.take(2)
    expect([calls, keeper.isOpen()]).toEqual([2, false])
    await keeper.giveBack(2)
    await keeper.take(1)
    expect(keeper.isOpen()).toBe(true)
    expect(said).toEqual([500, [2, [1_000_751, 1_000_751]], 1004])
  })
})

test('a call that needed no request names the one that was granted with it', async () => {
  const left: unknown[] = []
  const { clock, keeper } = workbench(true, {
    async leave(_holder, _signal, requests, _word, unused) {
      left.push([requests, unused])
      return 0
    },
  })
  await keeper.take(1)
  clock.nowMs += 100
  await keeper.take(1)
  await keeper.admit?.()
  await keeper.leave(DELIVERED, 1)
  await keeper.leave(DELIVERED, 0)
  await keeper.leave(DELIVERED, 0)
  expect(left).toEqual([
    [1, []],
    [0, [1_000_600]],
    [0, []],
  ])
})

test('a request that was not let go is not counted, although its call counts it', async () => {
  const left: number[] = []
  let reached = false
  const { keeper } = workbench(true, {
    request: () => (reached ? Promise.resolve(null) : Promise.reject(new Error('connection lost'))),
    async leave(_holder, _signal, requests) {
      left.push(requests)
      return 0
    },
  })
  const error = await keeper.admit?.().catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(Error)
  await keeper.leave(DELIVERED, 1)
  reached = true
  await keeper.admit?.()
  await keeper.leave(DELIVERED, 1)
  expect(left).toEqual([0, 1])
})

describe('a word', () => {
  test('that does not get through is sent again under its number after a wait', async () => {
    const words: number[] = []
    const { slept, keeper } = workbench(false, {
      async leave(_holder, _signal, _requests, word) {
        words.push(word)
        if (words.length < 3) throw new Error('connection lost')
        return 0
      },
    })
    await keeper.leave(DELIVERED, 1)
    expect(slept).toEqual([100, 1000])
    expect(new Set(words).size).toBe(1)
  })

  test('that asks for calls says how many are held, those whose end the gate may not know among them', async () => {
    const left = Promise.withResolvers<number>()
    const { said, keeper } = workbench(false, { leave: () => left.promise })
    await keeper.take(4)
    await keeper.giveBack(1)
    const leaving = keeper.leave(DELIVERED, 1)
    await keeper.take(1)
    left.resolve(0)
    await leaving
    await Promise.all([keeper.take(1), keeper.take(1)])
    const asked = said.filter(([what]) => what === 'take')
    expect(asked.map(([, , , holding]) => holding)).toEqual([0, 3, 3, null])
    const numbers = asked.map(([, , , , word]) => Number(word))
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b))
  })
})
