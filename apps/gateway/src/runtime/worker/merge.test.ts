import { describe, expect, test } from 'bun:test'
import { mergePages, sumCounts, trimPage } from './merge.ts'

const page = (next: string | null, ...ids: readonly string[]) => ({ rows: ids.map((id) => ({ id })), next })

describe('pages of several shards', () => {
  test.each([
    ['are in the order of their ids', [page(null, 'd', 'a'), page(null, 'c', 'b')], 4, ['d', 'c', 'b', 'a'], null],
    ['end at the limit', [page(null, 'd', 'a'), page(null, 'c', 'b')], 3, ['d', 'c', 'b'], 'b'],
    ['end where a shard has told no more', [page('c', 'd', 'c'), page(null, 'b', 'a')], 4, ['d', 'c'], 'c'],
    ['may be empty, with more to come', [page('c'), page(null, 'b')], 4, [], 'c'],
    ['may be empty', [page(null), page(null)], 4, [], null],
  ])('%s', (_, pages, limit, ids, next) => {
    expect(mergePages(pages, limit)).toEqual(page(next, ...ids))
  })

  test('make one row of those with the same id', () => {
    const counted = (id: string, done: number) => ({ id, done })
    const pages = [
      { rows: [counted('b', 1), counted('a', 1)], next: null },
      { rows: [counted('b', 2)], next: null },
    ]
    const join = (rows: readonly [{ id: string; done: number }, ...{ id: string; done: number }[]]) =>
      counted(
        rows[0].id,
        rows.reduce((sum, { done }) => sum + done, 0),
      )
    expect(mergePages(pages, 5, join).rows).toEqual([counted('b', 3), counted('a', 1)])
  })
})

test.each([
  ['is whole where it fits', 20, page('x', 'b', 'a')],
  ['ends before it is too large', 19, page('b', 'b')],
  ['has one row at least', 1, page('b', 'b')],
])('a page %s', (_, maxBytes, expected) => {
  expect(trimPage(page('x', 'b', 'a'), maxBytes)).toEqual(expected)
})

test('counts of several shards are added up by destination and state', () => {
  expect(
    sumCounts([
      { destination: 'a', state: 'dead', count: 1 },
      { destination: 'a', state: 'pending', count: 2 },
      { destination: 'a', state: 'dead', count: 3 },
    ]),
  ).toEqual([
    { destination: 'a', state: 'dead', count: 4 },
    { destination: 'a', state: 'pending', count: 2 },
  ])
})
