import { describe, expect, test } from 'bun:test'
import { createGenerationsCheck, goesOn } from './generations.ts'

test.each<[string, readonly number[], readonly number[], boolean]>([
  ['the first ones', [], [8], true],
  ['the same ones', [2, 8], [2, 8], true],
  ['another one behind', [2, 8], [2, 8, 16], true],
  ['one that was taken away in front', [2, 8], [8], false],
  ['one that was taken away behind', [2, 8], [2], false],
  ['one that was changed', [2, 8], [2, 9], false],
  ['others in another order', [2, 8], [8, 2], false],
])('numbers of shards go on: %s', (_, before, now, expected) => {
  expect(goesOn(before, now)).toBe(expected)
})

describe('the check of the shards', () => {
  function checkOf(generations: readonly number[], answers: readonly (readonly number[] | Error)[]) {
    const asked: (readonly number[])[] = []
    const check = createGenerationsCheck(generations, () => ({
      useGenerations(used) {
        const answer = answers[asked.push(used) - 1]
        return answer instanceof Error || answer === undefined ? Promise.reject(answer) : Promise.resolve(answer)
      },
    }))
    return { asked, check }
  }

  test('asks once where all is well', async () => {
    const { asked, check } = checkOf([2, 8], [[2, 8]])
    expect([await check(), await check()]).toEqual([null, null])
    expect(asked).toEqual([[2, 8]])
  })

  test('says what is missing, and how to mend it', async () => {
    const { asked, check } = checkOf([8], [[2, 8]])
    const fault =
      'SHARDS is "8" and was "2,8" before: what some shards keep would not be found. Set it to "2,8", with any other number behind it.'
    expect([await check(), await check()]).toEqual([fault, fault])
    expect(asked).toHaveLength(1)
  })

  test('lets nobody guess where the shard that remembers does not answer, and asks until it does, and then no more', async () => {
    const late = new Error('not reached')
    const { asked, check } = checkOf([8], [late, late, [8]])
    expect(check()).rejects.toBe(late)
    expect(check()).rejects.toBe(late)
    expect([await check(), await check()]).toEqual([null, null])
    expect(asked).toHaveLength(3)
  })
})
