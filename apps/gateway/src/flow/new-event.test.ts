import { expect, test } from 'bun:test'
import { keyIn } from './new-event.ts'

test('two keys of the gateway have no idempotency key in common, whatever their names and keys are', () => {
  const [one, ...others] = [
    keyIn('config:a b', 'c'),
    keyIn('config:a', 'b c'),
    keyIn('config:a%20b', 'c'),
    keyIn('key_01', 'c'),
  ]
  expect(one).toBe('config:a%20b c')
  expect(new Set([one, ...others]).size).toBe(4)
})

test('where nobody asks for a key, or none was sent, nothing is put before it', () => {
  expect([keyIn(null, 'c'), keyIn('key_01', null)]).toEqual(['c', null])
})
