import { expect, test } from 'bun:test'

import { Newest } from './newest.ts'

const lists: [name: string, capacity: number, entries: number[], kept: number[], dropped: number][] = [
  ['an empty list holds nothing', 2, [], [], 0],
  ['a list below its capacity keeps all', 3, [1, 2], [1, 2], 0],
  ['a full list keeps all', 2, [1, 2], [1, 2], 0],
  ['a list over its capacity keeps the newest in order', 3, [1, 2, 3, 4, 5], [3, 4, 5], 2],
  ['a list that went round twice keeps the newest in order', 2, [1, 2, 3, 4, 5], [4, 5], 3],
]
test.each(lists)('%s', (_name, capacity, entries, kept, dropped) => {
  const list = new Newest<number>(capacity)
  for (const entry of entries) list.push(entry)
  expect([[...list], list.total, list.dropped]).toEqual([kept, entries.length, dropped])
})

test('a list that was cleared starts anew', () => {
  const list = new Newest<number>(2)
  for (const entry of [1, 2, 3]) list.push(entry)
  list.clear()
  list.push(4)
  expect([[...list], list.total, list.dropped]).toEqual([[4], 1, 0])
})

const walks: [name: string, count: number, rest: number[]][] = [
  ['nothing is passed over', 0, [4, 5, 6]],
  ['what was dropped is passed over already', 3, [4, 5, 6]],
  ['what is kept is passed over next', 4, [5, 6]],
  ['all is passed over', 6, []],
  ['more than there is is passed over', 9, []],
]
test.each(walks)('a walk starts where it is told to: %s', (_name, count, rest) => {
  const list = new Newest<number>(3)
  for (const entry of [1, 2, 3, 4, 5, 6]) list.push(entry)
  expect([...list.after(count)]).toEqual(rest)
})
