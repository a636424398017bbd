import { expect, test } from 'bun:test'
import { createReader, type ReceivedRequest } from './received-request.ts'

function readAll(text: string, pieceLength: number): ReceivedRequest[] {
  const requests: ReceivedRequest[] = []
  const read = createReader((request) => requests.push(request))
  const bytes = Buffer.from(text, 'latin1')
  for (let start = 0; start < bytes.length; start += pieceLength) read(bytes.subarray(start, start + pieceLength))
  return requests
}

const HEADED = 'POST /a HTTP/1.1\r\ncontent-length: 3\r\n\r\nxyz'
const CHUNKED = 'PUT /b HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n'
const BARE = 'GET /c HTTP/1.1\r\nhost: d\r\n\r\n'

test.each([1, 2, 7, 1000])('requests are told apart however they are cut, here into pieces of %d', (pieceLength) => {
  const requests = readAll(HEADED + CHUNKED + BARE, pieceLength)
  expect(requests.map(({ method, target, body }) => [method, target, body])).toEqual([
    ['POST', '/a', 'xyz'],
    ['PUT', '/b', '1\r\nx\r\n0\r\n\r\n'],
    ['GET', '/c', ''],
  ])
})

test.each([
  ['its headers', BARE.slice(0, -2)],
  ['its body', HEADED.slice(0, -1)],
  ['its last chunk', CHUNKED.slice(0, -2)],
])('a request without the end of %s is not told of', (_name, text) => {
  expect(readAll(text, 1000)).toEqual([])
})
