import { afterEach, beforeEach, expect, test } from 'bun:test'
import { ADMIN, type Bodies, startBodies } from '../bodies/gateway.ts'
import { eventually } from './eventually.ts'

const PER_KEY = 50
const IN_ALL = 200

let gateway: Bodies
let leaving: AbortController
/** A stream that nothing refers to any more is closed by the client. */
let held: Response[]
beforeEach(async () => {
  gateway = await startBodies()
  leaving = new AbortController()
  held = []
})
afterEach(async () => {
  leaving.abort()
  await gateway.stop()
})

/** Opens a stream that stays open, or is told why not. */
async function open(secret: string, { query = '', signal = leaving.signal } = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${secret}` }
  const stream = await fetch(`${gateway.url}/v1/stream${query}`, { headers, signal })
  held.push(stream)
  return stream
}

/** Makes a key that may read. */
async function reader(name: string): Promise<string> {
  const reply = await fetch(`${gateway.url}/v1/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name, scopes: ['read'] }),
  })
  const { secret } = (await reply.json()) as { readonly secret: string }
  return secret
}

async function openMany(secret: string, count: number): Promise<ReadonlySet<number>> {
  const opened = await Promise.all(Array.from({ length: count }, () => open(secret)))
  return new Set(opened.map(({ status }) => status))
}

test('a key has 50 streams, and another one when it has closed one', async () => {
  const secret = await reader('dashboards')
  const first = new AbortController()
  expect((await open(secret, { signal: first.signal })).status).toBe(200)
  expect(await openMany(secret, PER_KEY - 1)).toEqual(new Set([200]))
  const refused = await open(secret)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60'])
  expect(await refused.json()).toMatchObject({ code: 'STREAMS_TOO_MANY', status: 429 })
  expect((await open(await reader('other'))).status).toBe(200)
  first.abort()
  await eventually('its place is free', async () => ((await open(secret)).status === 200 ? true : undefined))
  expect((await open(secret)).status).toBe(429)
})

test('all keys together have 200', async () => {
  for (let key = 0; key < IN_ALL / PER_KEY; key += 1) {
    expect(await openMany(await reader(`key-${key}`), PER_KEY)).toEqual(new Set([200]))
  }
  expect((await open(await reader('one-more'))).status).toBe(429)
})

test('who asks for the head alone is told what a stream is, and takes no place', async () => {
  const secret = await reader('monitor')
  const headers = { authorization: `Bearer ${secret}` }
  const heads = await Promise.all(
    Array.from({ length: PER_KEY + 1 }, () => fetch(`${gateway.url}/v1/stream`, { method: 'HEAD', headers })),
  )
  expect(new Set(heads.map(({ status }) => status))).toEqual(new Set([200]))
  expect(heads[0]?.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(await openMany(secret, PER_KEY)).toEqual(new Set([200]))
  const lost = await fetch(`${gateway.url}/v1/stream?lastEventId=nothing`, { method: 'HEAD', headers })
  expect(lost.status).toBe(410)
})

test('a stream that never began takes no place', async () => {
  const secret = await reader('dashboards')
  for (let number = 0; number <= PER_KEY; number += 1)
    expect((await open(secret, { query: '?lastEventId=nothing' })).status).toBe(410)
  expect((await open(secret)).status).toBe(200)
})
