import { describe, expect, test } from 'bun:test'
import { createIds } from './ids.ts'

const fill = (bytes: Uint8Array<ArrayBuffer>) => void crypto.getRandomValues(bytes)

describe('createIds', () => {
  test('makes a prefix and a ULID, whose time is that of the specification', () => {
    const newId = createIds(
      () => 1_469_918_176_385,
      (bytes) => void bytes.fill(0),
    )
    // The time part of the specification's own example, 01ARYZ6S41TSV4RRFFQ69G5FAV.
    expect(newId('evt')).toBe('evt_01ARYZ6S410000000000000000')
  })

  test('ids sort in the order they were made, also within one millisecond and when the clock steps back', () => {
    const times = [5, 5, 5, 9, 7, 7, 10]
    let call = 0
    const newId = createIds(() => times[call++ % times.length] ?? 0, fill)
    const ids = times.map(() => newId('dlv'))
    expect(ids).toEqual(ids.toSorted())
    expect(new Set(ids).size).toBe(times.length)
  })

  test('counts up within a millisecond, through all the random digits', () => {
    const newId = createIds(
      () => 1,
      (bytes) => void bytes.fill(31).fill(0, 0, 2).fill(7, 2, 3),
    )
    expect(newId('lse')).toBe('lse_0000000001007ZZZZZZZZZZZZZ')
    expect(newId('lse')).toBe('lse_00000000010080000000000000')
    expect(newId('lse')).toBe('lse_00000000010080000000000001')
  })

  test('a hundred thousand ids of one instant are all different', () => {
    const newId = createIds(() => 1, fill)
    expect(new Set(Array.from({ length: 100_000 }, () => newId('att'))).size).toBe(100_000)
  })
})
