import { expect, test } from 'bun:test'
import { checkSeldom } from './seldom.ts'

test('a check is made again when its answer is some seconds old, whether it was good or not', async () => {
  const full = new Error('full')
  const answers: (Error | null)[] = [null, full, null]
  let checks = 0
  const check = checkSeldom(async () => {
    const answer = answers[checks] ?? null
    checks += 1
    if (answer !== null) throw answer
  })
  await check(1000)
  await check(5999)
  expect(checks).toBe(1)
  await check(6000).catch((error: unknown) => expect(error).toBe(full))
  expect(checks).toBe(2)
  const again: unknown = await check(6001).catch((error: unknown) => error)
  expect(again).toBe(full)
  expect(checks).toBe(2)
  await check(11_000)
  expect(checks).toBe(3)
})
