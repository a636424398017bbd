import { expect, test } from 'bun:test'
import { createReplyReader } from './replies.ts'

const ACCEPTED = 'HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\n{}'
const REFUSED = 'HTTP/1.1 401 Unauthorized\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nNej, å'

test.each([
  ['reads a reply', [ACCEPTED], [202]],
  ['reads two replies that arrive together', [ACCEPTED + REFUSED], [202, 401]],
  ['waits for the end of a head', [ACCEPTED.slice(0, 30), ACCEPTED.slice(30)], [202]],
  ['waits for the end of a body', [ACCEPTED.slice(0, -1), ACCEPTED.slice(-1) + ACCEPTED], [202, 202]],
  ['reads nothing from half a reply', [ACCEPTED.slice(0, -1)], []],
])('%s', (_name, chunks: readonly string[], expected: readonly number[]) => {
  const statuses: number[] = []
  const read = createReplyReader((status) => statuses.push(status))
  for (const chunk of chunks) read(Buffer.from(chunk, 'latin1'))
  expect(statuses).toEqual([...expected])
})

test('refuses a reply whose end it could not find', () => {
  const read = createReplyReader(() => undefined)
  expect(() => read(Buffer.from('HTTP/1.1 202 Accepted\r\n\r\n'))).toThrow('without Content-Length')
})
