import { expect, test } from 'bun:test'
import { EVENT, requestBytes } from './event.ts'

test('an event has 500 bytes', () => {
  expect(new TextEncoder().encode(EVENT)).toHaveLength(500)
})

test('a request is one whole HTTP/1.1 message', () => {
  const [head, body] = new TextDecoder()
    .decode(requestBytes(new URL('http://127.0.0.1:8787/webhooks/demo')))
    .split('\r\n\r\n')
  expect(head?.split('\r\n')).toEqual([
    'POST /webhooks/demo HTTP/1.1',
    'Host: 127.0.0.1:8787',
    'Authorization: Bearer bench-ingest-token',
    'Content-Type: application/json',
    'Content-Length: 500',
  ])
  expect(body).toBe(EVENT)
})
