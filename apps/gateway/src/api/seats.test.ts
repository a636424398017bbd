import { expect, test } from 'bun:test'
import { createSeats } from './seats.ts'

const refusal = expect.objectContaining({ code: 'STREAMS_TOO_MANY' })
const outcome = (take: () => unknown): unknown => {
  try {
    take()
    return 'taken'
  } catch (error) {
    return error
  }
}

test('a key has so many seats and no more, until it gives one back', () => {
  const seats = createSeats({ perKey: 2, inAll: 10 })
  const leave = seats.take('one')
  seats.take('one')
  expect(outcome(() => seats.take('one'))).toEqual(refusal)
  expect(outcome(() => seats.take('other'))).toBe('taken')
  leave()
  leave()
  expect(outcome(() => seats.take('one'))).toBe('taken')
  expect(outcome(() => seats.take('one'))).toEqual(refusal)
})

test('all keys together have so many', () => {
  const seats = createSeats({ perKey: 2, inAll: 3 })
  const [leave] = ['a', 'b', 'c'].map((key) => seats.take(key))
  expect(outcome(() => seats.take('d'))).toEqual(refusal)
  leave?.()
  expect(outcome(() => seats.take('d'))).toBe('taken')
})
