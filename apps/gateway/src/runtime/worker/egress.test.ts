import { describe, expect, test } from 'bun:test'
import { createEgress } from './egress.ts'

/** Requests that hang until the test ends them, by the way that they took. */
function workbench(roundRequests = 100) {
  const ends: (() => void)[] = []
  const taken = { direct: 0, relayed: 0 }
  const hang = (way: keyof typeof taken) => () => {
    taken[way] += 1
    return new Promise<Response>((resolve) => ends.push(() => resolve(new Response())))
  }
  const egress = createEgress(
    { direct: hang('direct'), relayed: hang('relayed') },
    { openConnections: 2, ownCalls: 3, roundRequests },
  )
  const send = (count: number) =>
    Array.from({ length: count }, () => egress.fetch(new Request('http://127.0.0.1/'), undefined))
  const isExhausted = () => Promise.race([egress.exhausted().then(() => true), settle().then(() => false)])
  return { egress, taken, ends, send, isExhausted }
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('the requests of an object', () => {
  test('leave by itself as long as an invocation may have connections, and then by way of the Worker', async () => {
    const { taken, send, isExhausted } = workbench()
    void send(5)
    expect([await isExhausted(), taken]).toEqual([false, { direct: 2, relayed: 3 }])
  })

  test('beyond what one invocation may do wait for another', async () => {
    const { egress, taken, send, isExhausted } = workbench()
    void send(12)
    expect([await isExhausted(), taken]).toEqual([true, { direct: 2, relayed: 3 }])
    egress.begin()
    expect([await isExhausted(), taken]).toEqual([true, { direct: 2, relayed: 6 }])
    egress.begin()
    expect([await isExhausted(), taken]).toEqual([true, { direct: 2, relayed: 9 }])
    egress.begin()
    expect([await isExhausted(), taken]).toEqual([false, { direct: 2, relayed: 10 }])
  })

  test('take the connection of one that has ended', async () => {
    const { taken, ends, send } = workbench()
    const [first] = send(6)
    await settle()
    ends[0]?.()
    await first
    await settle()
    expect(taken).toEqual({ direct: 3, relayed: 3 })
  })

  test('are no more than one invocation may send, though there are connections', async () => {
    const { egress, taken, ends, send, isExhausted } = workbench(4)
    const sent = send(4)
    await settle()
    for (const end of ends) end()
    await Promise.all(sent)
    void send(1)
    expect([await isExhausted(), taken]).toEqual([true, { direct: 2, relayed: 2 }])
    egress.begin()
    expect([await isExhausted(), taken]).toEqual([false, { direct: 3, relayed: 2 }])
  })
})
