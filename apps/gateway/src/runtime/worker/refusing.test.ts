import { describe, expect, test } from 'bun:test'
import { StoreError } from '@sluice/errors'
import { createUnconfigured, withAllShards } from './refusing.ts'

const SENT = { 'x-request-id': 'mine-1' }

/** Ports whose log can be read. */
function workbench() {
  const logged: { readonly level: string; readonly message: string; readonly fields: object }[] = []
  const ports = {
    nowMs: () => 1,
    random: () => 0.5,
    log: (level: string, message: string, fields: object = {}) => void logged.push({ level, message, fields }),
  }
  return { ports, logged }
}

const ask = (http: ReturnType<typeof createUnconfigured>, path: string, method = 'POST') =>
  Promise.resolve(http.fetch(new Request(`https://gateway.example${path}`, { method, headers: SENT })))

describe('a Worker that is not configured', () => {
  test('refuses as every refusal is made: with its id, its trace, its instance and a line in the log', async () => {
    const { ports, logged } = workbench()
    const reply = await ask(createUnconfigured(ports, ['TOKEN is not set']), '/webhooks/demo')
    expect([reply.status, reply.headers.get('retry-after'), reply.headers.get('content-type')]).toEqual([
      503,
      '5',
      'application/problem+json',
    ])
    expect(reply.headers.get('x-request-id')).toBe('mine-1')
    expect(reply.headers.get('traceresponse')).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-\d\d$/)
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await reply.json()).toMatchObject({ code: 'NOT_CONFIGURED', instance: 'urn:sluice:request:mine-1' })
    const fields = { method: 'POST', route: '-', status: 503, code: 'NOT_CONFIGURED', requestId: 'mine-1' }
    expect(logged).toMatchObject([{ level: 'error', message: 'request', fields }])
  })

  test('names all its faults on /readyz, and lives', async () => {
    const http = createUnconfigured(workbench().ports, ['TOKEN is not set', 'SHARDS is wrong'])
    const ready = await ask(http, '/readyz', 'GET')
    expect([ready.status, await ready.json()]).toEqual([
      503,
      {
        status: 'unavailable',
        checks: [
          { name: 'configuration', ok: false, detail: 'TOKEN is not set' },
          { name: 'configuration', ok: false, detail: 'SHARDS is wrong' },
        ],
        warnings: [],
      },
    ])
    expect((await ask(http, '/healthz', 'GET')).status).toBe(200)
  })
})

describe('a Worker whose shards are not known yet', () => {
  const taking = { fetch: () => new Response('taken', { status: 202 }) }

  test('refuses until they are, and then takes', async () => {
    const { ports, logged } = workbench()
    let answer: () => Promise<string | null> = () =>
      Promise.reject(new StoreError('STORE_UNAVAILABLE', 'store: the object was not reached'))
    const http = withAllShards(taking, () => answer(), ports)
    const reply = await ask(http, '/webhooks/demo')
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '5'])
    expect(await reply.json()).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      instance: 'urn:sluice:request:mine-1',
    })
    expect(logged).toMatchObject([{ message: 'request', fields: { code: 'STORE_UNAVAILABLE' } }])
    const ready = await ask(http, '/readyz', 'GET')
    expect([ready.status, await ready.json()]).toEqual([
      503,
      {
        status: 'unavailable',
        checks: [{ name: 'store', ok: false, detail: 'store: the object was not reached' }],
        warnings: [],
      },
    ])
    expect((await ask(http, '/healthz', 'GET')).status).toBe(200)
    answer = () => Promise.resolve(null)
    expect((await ask(http, '/webhooks/demo')).status).toBe(202)
  })

  test('takes nothing where some are missing, and says so once', async () => {
    const { ports, logged } = workbench()
    const http = withAllShards(taking, () => Promise.resolve('SHARDS was another one'), ports)
    for (const _ of [1, 2])
      expect(await (await ask(http, '/webhooks/demo')).json()).toMatchObject({ code: 'NOT_CONFIGURED' })
    expect(logged.filter(({ message }) => message === 'shards are missing')).toEqual([
      { level: 'error', message: 'shards are missing', fields: { detail: 'SHARDS was another one' } },
    ])
  })

  test('hides no bug', () => {
    const http = withAllShards(taking, () => Promise.reject(new TypeError('a bug')), workbench().ports)
    expect(ask(http, '/webhooks/demo')).rejects.toThrow('a bug')
  })
})
