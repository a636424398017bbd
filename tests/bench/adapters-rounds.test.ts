import { expect, test } from 'bun:test'
import { measureInTurn, perSecond, ratio } from './adapters-rounds.ts'

const turns = new Map([
  ['quick', [400, 40, 400]],
  ['slow', [100, 20, 400]],
])

test('the figure of a contender is the median of its turns', () => {
  expect([perSecond(turns, 'quick'), perSecond(turns, 'slow')]).toEqual([400, 100])
})

test('the ratio is the median of the turns’ ratios, so that a busy moment meets both', () => {
  expect(ratio(turns, 'quick', 'slow')).toBe(2)
})

test('everybody takes their turn, before and after the others', async () => {
  const order: string[] = []
  const contender = (name: string) => ({
    name,
    work: () => {
      if (order.at(-1) !== name) order.push(name)
    },
  })
  await measureInTurn([contender('a'), contender('b')], { seconds: 0.002, rounds: 2 })
  expect(order).toEqual(['a', 'b', 'a', 'b', 'a', 'b'])
})

test('what is in flight runs together', async () => {
  let [now, most] = [0, 0]
  const work = async () => {
    now += 1
    most = Math.max(most, now)
    await Promise.resolve()
    now -= 1
  }
  await measureInTurn([{ name: 'a', work, inFlight: 32 }], { seconds: 0.002, rounds: 1 })
  expect(most).toBe(32)
})
