import { describe, expect, test } from 'bun:test'

import { type HttpRequest, Secret } from '../request.ts'
import type { Fetch } from '../send.ts'
import type { Exchange } from './exchange.ts'
import { type ObservedOptions, sendObserved } from './send-observed.ts'

const ADDRESS = 'https://a.example/path'
const post: HttpRequest = { method: 'POST', url: ADDRESS, pathTemplate: '/path', body: { kind: 'text', text: 'x' } }

const answering =
  (body: string | null, init?: ResponseInit): Fetch =>
  () =>
    Promise.resolve(new Response(body, init))

/** Sends, and returns what the observer was told, which has to be one thing. */
async function observed(request: HttpRequest, fetch: Fetch, more: Partial<ObservedOptions> = {}): Promise<Exchange> {
  const exchanges: Exchange[] = []
  let now = 100
  const nowMs = () => (now += 1)
  const observe = (exchange: Exchange) => exchanges.push(exchange)
  await sendObserved(request, { fetch, nowMs, ...more, observe }).catch(() => undefined)
  const [exchange] = exchanges
  if (exchange === undefined || exchanges.length !== 1) throw new Error(`told ${exchanges.length} times`)
  return exchange
}

describe('the observer', () => {
  test('is told of a reply', async () => {
    const headers = { 'content-type': 'application/json', 'set-cookie': 'a=b' }
    expect(await observed(post, answering('{}', { headers }))).toEqual({
      request: { method: 'POST', url: ADDRESS, headers: {}, body: 'x', bodyBytes: 1 },
      reply: { status: 200, headers: { 'content-type': 'application/json' }, body: '{}', bodyBytes: 2 },
      startedAtMs: 101,
      endedAtMs: 102,
    })
  })

  test.each<[string, Fetch, Partial<ObservedOptions>, number | undefined]>([
    ['REDIRECT_REFUSED', answering(null, { status: 302, headers: { location: 'https://b.example/?t=1' } }), {}, 302],
    ['REPLY_TOO_LARGE', answering('abc'), { maxReplyBytes: 2 }, 200],
    ['CONNECTION_LOST', () => Promise.reject(new TypeError('lost')), {}, undefined],
    ['HEADERS_TIMEOUT', () => new Promise(() => undefined), { headersTimeoutMs: 20 }, undefined],
    ['REPLY_TIMEOUT', () => Promise.resolve(new Response(new ReadableStream())), { replyTimeoutMs: 20 }, 200],
    ['ABORTED', answering('ok'), { signal: AbortSignal.abort() }, undefined],
    ['CONFIG_INVALID', answering('ok'), { maxReplyBytes: Number.NaN }, undefined],
  ])('is told once of %s', async (code, fetch, more, status) => {
    const exchange = await observed(post, fetch, more)
    expect([exchange.error, exchange.reply?.status]).toEqual([code, status])
  })

  test('is told once of a request that was refused', async () => {
    expect((await observed({ ...post, url: 'nowhere' }, answering('ok'))).error).toBe('CONFIG_INVALID')
  })

  test('sees no secret of the request, sent or echoed', async () => {
    const hush = 'hush-hush-hush'
    const request: HttpRequest = { ...post, headers: { authorization: new Secret('token', hush) } }
    const exchange = await observed(request, answering(`{"you sent":"${hush}"}`))
    expect(JSON.stringify(exchange)).not.toContain(hush)
    expect(exchange.reply?.body).toBe('{"you sent":"{token}"}')
  })

  test('does not see the secrets that a reply brought', async () => {
    const replySecrets = () => [{ slot: 'token', value: 'abc' }]
    const exchange = await observed(post, answering('{"token":"abc","expire":1}'), { replySecrets })
    expect(exchange.reply?.body).toBe('{"token":"{token}","expire":1}')
  })

  test('sees no body when nobody can tell what in it is secret', async () => {
    const replySecrets = () => {
      throw new SyntaxError('not JSON')
    }
    expect((await observed(post, answering('{"token":"abc"'), { replySecrets })).reply).toMatchObject({
      body: '(not shown)',
      bodyBytes: 14,
    })
  })
})

describe('the caller', () => {
  test('gets the reply as it is', async () => {
    const options = { fetch: answering('hush'), nowMs: () => 0, observe: () => undefined }
    const { status, bytes } = await sendObserved(post, options)
    expect([status, new TextDecoder().decode(bytes)]).toEqual([200, 'hush'])
  })

  test('gets the error', async () => {
    const options = { fetch: answering(null, { status: 301 }), nowMs: () => 0, observe: () => undefined }
    const error: unknown = await sendObserved(post, options).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'REDIRECT_REFUSED' })
  })

  test('need not observe', async () => {
    expect((await sendObserved(post, { fetch: answering('ok'), nowMs: () => 0 })).status).toBe(200)
  })

  test('passes on to fetch what keeps a request from being sent twice', async () => {
    const inits: unknown[] = []
    const fetch: Fetch = (_, init) => {
      inits.push(init)
      return Promise.resolve(new Response())
    }
    await sendObserved({ ...post, method: 'PUT' }, { fetch, nowMs: () => 0, observe: () => undefined })
    expect(inits).toEqual([{ keepalive: false }])
  })
})
