import { describe, expect, test } from 'bun:test'
import { createIds } from '../../ids.ts'
import { createPlaces, idsAt, parseShards, placeOfTag, tagOf } from './places.ts'

const NOW = Date.parse('2026-11-25T09:00:00Z')
const newId = createIds(
  () => NOW,
  (bytes) => void crypto.getRandomValues(bytes),
)
const keys = Array.from({ length: 4000 }, (_, index) => `key-${index}`)

describe('the number of shards', () => {
  test.each<[string, string, readonly number[] | null]>([
    ['is one number', '8', [8]],
    ['is one for each generation', '4,8', [4, 8]],
    ['has no blank before it', ' 8', null],
    ['has no blank behind a comma', '4, 8', null],
    ['has no zero before it', '08', null],
    ['has no sign', '+8', null],
    ['is not written with a power', '1e1', null],
    ['is not written to another base', '0x8', null],
    ['is not written with a point', '8.0', null],
    ['is not none', '0', null],
    ['is not nothing', '', null],
    ['is not nothing behind a comma', '4,', null],
    ['is not a part of one', '1.5', null],
    ['is not more than two digits tell', '1025', null],
  ])('%s', (_, text, expected) => {
    expect(parseShards(text)).toEqual(expected)
  })
})

describe('an id', () => {
  const places = createPlaces([4, 40], () => 0.5)

  test.each(places.all.map((place) => [tagOf(place), place] as const))('tells the place %s', (tag, place) => {
    const id = idsAt(newId, place)('dlv')
    expect(id).toMatch(/^dlv_[0-9A-Z]{26}$/)
    expect([places.ofId(id), placeOfTag(tag)]).toEqual([place, place])
  })

  test('is another each time, and sorts as it was made', () => {
    const made = Array.from(
      { length: 5000 },
      (
        (make) => () =>
          make('evt')
      )(idsAt(newId, { generation: 0, shard: 3 })),
    )
    expect(new Set(made).size).toBe(5000)
    expect(made.toSorted()).toEqual(made)
  })

  test.each([
    ['of a place that is not there', idsAt(newId, { generation: 0, shard: 4 })('evt')],
    ['of a generation that is not there', idsAt(newId, { generation: 2, shard: 0 })('evt')],
    ['that is none', 'evt_'],
  ])('%s leads nowhere', (_, id) => {
    expect(places.ofId(id)).toBeNull()
  })

  test('and a token alike name their place', () => {
    expect([places.ofToken('113.abc'), places.ofToken('abc')]).toEqual([{ generation: 1, shard: 35 }, null])
  })
})

describe('a key', () => {
  test('belongs to one place, and to one of each generation before', () => {
    const { now, before } = createPlaces([2, 4, 8], () => 0).ofKey('ada@example.com')
    expect([now.generation, ...before.map(({ generation }) => generation)]).toEqual([2, 1, 0])
    expect(createPlaces([2, 4, 8], () => 0.9).ofKey('ada@example.com')).toEqual({ now, before })
  })

  test('is as likely to belong to one shard as to another', () => {
    const counts = new Map<number, number>()
    for (const key of keys) {
      const { shard } = createPlaces([8], () => 0).ofKey(key).now
      counts.set(shard, (counts.get(shard) ?? 0) + 1)
    }
    expect(counts.size).toBe(8)
    for (const count of counts.values()) expect(Math.abs(count - 500)).toBeLessThan(100)
  })
})
