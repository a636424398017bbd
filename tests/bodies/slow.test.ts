import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { eventually } from '../stories/eventually.ts'
import { ADMIN, type Bodies, INGEST, startBodies, storedEvents } from './gateway.ts'

/** A wait that the gateway began, and that ends when the test says so. */
interface Wait {
  readonly ms: number
  readonly ring: () => void
  cancelled: boolean
}

const waits: Wait[] = []
let gateway: Bodies
beforeAll(async () => {
  gateway = await startBodies((ports) => ({
    ...ports,
    startTimer(ms) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const wait: Wait = { ms, ring: resolve, cancelled: false }
      waits.push(wait)
      return { over: promise, cancel: () => (wait.cancelled = true) }
    },
  }))
})
afterAll(() => gateway.stop())

/** A connection on which a test sends what it likes, and what came back on it. */
async function open(
  head: readonly string[],
  { path, token } = { path: '/webhooks/single', token: INGEST },
): Promise<{ socket: Socket; received: () => string; ended: () => boolean }> {
  const { port, host } = new URL(gateway.url)
  const socket = connect(Number(port), '127.0.0.1')
  let received = ''
  let ended = false
  socket.on('data', (bytes) => (received += bytes.toString()))
  socket.on('close', () => (ended = true))
  await once(socket, 'connect')
  const lines = [
    `POST ${path} HTTP/1.1`,
    `host: ${host}`,
    `authorization: Bearer ${token}`,
    'content-type: application/json',
    ...head,
  ]
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  return { socket, received: () => received, ended: () => ended }
}

const LEAD = '{"email":"ada@x.test"}'
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`

describe('a body that comes slowly', () => {
  test.each([
    ['whose length is declared', ['content-length: 22'], '{"ema'],
    ['in chunks', ['transfer-encoding: chunked'], chunk('{"ema')],
  ])('is ended after 30 s, %s', async (_, head, part) => {
    const before = waits.length
    const { socket, received, ended } = await open(head)
    socket.write(part)
    const wait = await eventually('its time runs', () => waits[before])
    expect(wait.ms).toBe(30_000)
    wait.ring()
    await eventually('it is answered', () => (received().includes('BODY_TIMEOUT') ? true : undefined))
    expect(received()).toStartWith('HTTP/1.1 408 ')
    expect(received().toLowerCase()).toContain('connection: close')
    expect(received().toLowerCase()).toContain('content-type: application/problem+json')
    // What it sends after that reaches nobody, and the connection does not stay.
    socket.write(head.includes('transfer-encoding: chunked') ? chunk('il":1}') : 'il":"a@x.test"}')
    await eventually('the connection is closed', () => (ended() ? true : undefined))
    expect(await storedEvents(gateway)).toBe(0)
  })

  test('and whole within its time is taken, and nothing waits for it any more', async () => {
    const before = waits.length
    const { socket, received } = await open(['transfer-encoding: chunked'])
    for (const byte of LEAD) socket.write(chunk(byte))
    const wait = await eventually('its time runs', () => waits[before])
    expect(wait.cancelled).toBe(false)
    socket.write('0\r\n\r\n')
    await eventually('it is answered', () => (received().startsWith('HTTP/1.1 202 ') ? true : undefined))
    expect(wait.cancelled).toBe(true)
    wait.ring()
    socket.destroy()
    expect(await storedEvents(gateway)).toBe(1)
  })

  test('and breaks off keeps nothing waiting either', async () => {
    const before = waits.length
    const { socket } = await open(['content-length: 22'])
    socket.write('{"ema')
    const wait = await eventually('its time runs', () => waits[before])
    socket.destroy()
    await eventually('its time ends', () => (wait.cancelled ? true : undefined))
  })
})

describe('a body of the API that comes slowly', () => {
  test.each([
    ['to a route that reads JSON', '/v1/preview', []],
    ['to one whose answer is kept', '/v1/datatalks/contacts', ['idempotency-key: k']],
    ['to the same without a key', '/v1/datatalks/contacts', []],
    ['to one that an operator calls', '/v1/keys', []],
  ])('is ended after 30 s, %s', async (_, path, head) => {
    const before = waits.length
    const length = ['content-length: 22', ...head]
    const { socket, received, ended } = await open(length, { path, token: ADMIN })
    socket.write('{"ema')
    const wait = await eventually('its time runs', () => waits[before])
    expect(wait.ms).toBe(30_000)
    wait.ring()
    await eventually('it is answered', () => (received().includes('BODY_TIMEOUT') ? true : undefined))
    expect(received()).toStartWith('HTTP/1.1 408 ')
    expect(received().toLowerCase()).toContain('connection: close')
    await eventually('the connection is closed', () => (ended() ? true : undefined))
  })
})
