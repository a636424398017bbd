import { describe, expect, test } from 'bun:test'

import { CONTRACT_FAULTS } from './contract-faults.ts'
import { FAULT_TABLE, isFaultName } from './fault-table.ts'
import { createMockFetch } from './mock-fetch.ts'
import { seededRandom } from './seeded-random.ts'
import { UPSTREAM_NAMES } from './upstream-name.ts'
import { BASE, createWorkbench, type Workbench } from './workbench.ts'

const VALIDATE = '/contactnow/token.php?action=validate'
const INVALID = '{"success":false,"error":"Invalid token"}'

async function statuses(bench: Workbench, count: number): Promise<number[]> {
  const seen = []
  for (let time = 0; time < count; time += 1) seen.push((await bench.send('GET', VALIDATE)).status)
  return seen
}

/** Moves time on as soon as somebody waits for it. */
async function passOnceAsked(bench: Workbench, ms: number): Promise<void> {
  const TURNS = 10_000
  for (let turn = 0; turn < TURNS; turn += 1) {
    if ((await bench.pass(ms)) > 0) return
  }
  throw new Error('nobody waits for the time to pass')
}

describe('a fault with a probability', () => {
  const order = {
    upstream: 'contactnow',
    fault: 'status-503',
    operation: 'token.validate',
    times: 1_000_000,
    probability: 0.5,
  } as const

  test('strikes the same replies for the same seed, and others for another', async () => {
    const runs = []
    for (const seed of [7, 7, 8]) {
      const bench = createWorkbench()
      bench.mocks.setFault({ ...order, seed })
      runs.push((await statuses(bench, 20)).join(' '))
    }
    expect([runs[0] === runs[1], runs[0] === runs[2]]).toEqual([true, false])
  })

  test('strikes about as often as it says', async () => {
    const bench = createWorkbench()
    bench.mocks.setFault({ ...order, probability: 0.2, seed: 3 })
    const struck = (await statuses(bench, 1000)).filter((status) => status === 503).length
    expect(struck).toBeGreaterThan(150)
    expect(struck).toBeLessThan(250)
  })

  test('strikes no more often than times', async () => {
    const bench = createWorkbench()
    bench.mocks.setFault({ ...order, times: 2 })
    expect((await statuses(bench, 50)).filter((status) => status === 503)).toHaveLength(2)
    expect(bench.mocks.activeFaults()).toEqual([])
  })

  test('leaves the call to the next fault where it does not strike', async () => {
    const bench = createWorkbench()
    bench.mocks.setFault({ ...order, seed: 5 })
    bench.mocks.setFault({ upstream: 'contactnow', fault: 'status-500', operation: 'token.validate', times: 1_000_000 })
    expect(new Set(await statuses(bench, 20))).toEqual(new Set([500, 503]))
  })

  test('can be armed by a control call, without times', async () => {
    const bench = createWorkbench()
    const body = '{"upstream":"contactnow","fault":"reset","probability":0.25,"seed":9}'
    const seen = await bench.send('POST', '/_sandbox/faults', { body })
    expect([seen.status, (JSON.parse(seen.text) as { active: object[] }).active]).toEqual([
      201,
      [{ upstream: 'contactnow', fault: 'reset', times: 1_000_000, probability: 0.25, seed: 9, remaining: 1_000_000 }],
    ])
  })
})

test('seeded numbers lie from 0 to below 1, for a seed of 0 too', () => {
  for (const seed of [0, 1, 2_147_483_646]) {
    const random = seededRandom(seed)
    const numbers = Array.from({ length: 1000 }, random)
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true)
    expect(new Set(numbers).size).toBe(1000)
  }
})

describe('an order is refused with', () => {
  const refused: [name: string, members: string, error: string][] = [
    ['a probability of 0', '"probability":0', 'probability must be above 0, and at most 1'],
    ['a probability above 1', '"probability":1.1', 'probability must be above 0, and at most 1'],
    ['a probability in words', '"probability":"often"', 'probability must be above 0, and at most 1'],
    ['a seed that is not whole', '"seed":1.5', 'seed must be a whole number from 0'],
    ['a negative delay', '"fault":"late-200","delayMs":-1', 'delayMs must be a whole number from 0'],
    ['a delay for a fault that does not wait', '"delayMs":5', 'this fault does not wait'],
    ['a fault of replies for the callback', '"operation":"callback"', 'reset does not fit this operation'],
  ]
  test.each(refused)('%s', async (_name, members, error) => {
    const body = `{"upstream":"danaconnect",${members.includes('"fault"') ? '' : '"fault":"reset",'}${members}}`
    const seen = await createWorkbench().send('POST', '/_sandbox/faults', { body })
    expect([seen.status, (JSON.parse(seen.text) as { error: string }).error]).toEqual([400, error])
  })
})

describe('a fault that waits', () => {
  test('late-200 answers when its time is over', async () => {
    const bench = createWorkbench()
    bench.mocks.setFault({
      upstream: 'contactnow',
      fault: 'late-200',
      operation: 'token.validate',
      times: 1,
      delayMs: 5000,
    })
    const sent = bench.send('GET', VALIDATE)
    await passOnceAsked(bench, 4999)
    expect((await sent).text).toBe(INVALID)
  })

  test('gateway-timeout answers 504 after 29 seconds, unsigned or not', async () => {
    const bench = createWorkbench()
    bench.mocks.setFault({ upstream: 'datatalks', fault: 'gateway-timeout', times: 1 })
    const sent = bench.send('POST', '/datatalks/v1/contacts', { body: '{}' })
    await passOnceAsked(bench, 29_000)
    const { status, text } = await sent
    expect([status, text]).toEqual([504, '{"message":"Endpoint request timed out"}'])
  })

  test('slow-200 gives half of the body, and the rest when its time is over', async () => {
    const bench = createWorkbench()
    bench.mocks.setFault({
      upstream: 'contactnow',
      fault: 'slow-200',
      operation: 'token.validate',
      times: 1,
      delayMs: 5000,
    })
    const response = await createMockFetch(bench.mocks)(new Request(BASE + VALIDATE))
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    const text = async (): Promise<string> => new TextDecoder().decode((await reader.read()).value)
    expect(await text()).toBe(INVALID.slice(0, 20))
    expect(await bench.pass(5000)).toBe(1)
    expect(await text()).toBe(INVALID.slice(20))
    expect((await reader.read()).done).toBe(true)
  })
})

describe('the list of faults', () => {
  test('names every numbered fault of each contract in order, and how it is had', () => {
    const rows = UPSTREAM_NAMES.map((name) => CONTRACT_FAULTS[name])
    expect(rows.map((faults) => faults.map(({ number }) => number))).toEqual(
      [20, 19, 17].map((last) => Array.from({ length: last }, (_, index) => index + 1)),
    )
    for (const { by, alsoBy } of rows.flat()) expect(by.length > 0 || alsoBy !== undefined).toBe(true)
  })

  test('names only faults that the upstream can have', () => {
    const strange = UPSTREAM_NAMES.flatMap((name) =>
      CONTRACT_FAULTS[name]
        .flatMap(({ by }) => by)
        .filter((fault) => !(FAULT_TABLE[fault].upstreams as readonly string[]).includes(name)),
    )
    expect(strange).toEqual([])
  })

  test('says what each does, where it fits and what it stands for', async () => {
    const { faults, contract } = JSON.parse((await createWorkbench().send('GET', '/_sandbox/faults')).text) as {
      faults: Record<string, unknown>[]
      contract: object
    }
    expect(faults.filter(({ name }) => isFaultName(String(name)))).toHaveLength(Object.keys(FAULT_TABLE).length)
    expect(Object.keys(contract)).toEqual(['danaconnect', 'contactnow', 'datatalks'])
    expect(faults.find(({ name }) => name === 'callback-late')).toEqual({
      name: 'callback-late',
      does: 'calls back after delayMs',
      upstreams: ['danaconnect'],
      afterEffect: true,
      delayMs: 7_200_000,
      fits: [{ upstream: 'danaconnect', contract: [9], operations: ['callback'] }],
    })
  })
})
