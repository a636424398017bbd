import { describe, expect, test } from 'bun:test'

import { ConfigError } from '@sluice/errors'
import { getResponse } from 'msw'

import { createMockFetch } from './mock-fetch.ts'
import { BASE, createWorkbench } from './workbench.ts'

const TOKEN = '/contactnow/token.php?action=validate'

describe('the control calls', () => {
  test('say what is here', async () => {
    const { status, text } = await createWorkbench().send('GET', '/_sandbox')
    const { upstreams, control } = JSON.parse(text) as {
      upstreams: { name: string; base: string; requests: number }[]
      control: string[]
    }
    expect(status).toBe(200)
    expect(upstreams.map(({ name, base, requests }) => [name, base, requests])).toEqual([
      ['danaconnect', '/danaconnect', 0],
      ['contactnow', '/contactnow', 0],
      ['datatalks', '/datatalks', 0],
    ])
    expect(control).toContain('POST /_sandbox/faults')
  })

  test('list requests by upstream, from a number on, up to a limit', async () => {
    const bench = createWorkbench()
    for (let time = 0; time < 4; time += 1) await bench.send('GET', TOKEN)
    await bench.send('POST', '/datatalks/v1/contacts', { body: '{}' })
    const { text } = await bench.send('GET', '/_sandbox/requests?upstream=contactnow&after=1&limit=2')
    expect(JSON.parse(text)).toMatchObject({
      total: 4,
      dropped: 0,
      requests: [
        {
          seq: 2,
          upstream: 'contactnow',
          operation: 'token.validate',
          method: 'GET',
          path: '/contactnow/token.php',
          status: 200,
          effect: 0,
          fault: null,
          body: '',
          query: 'action=validate',
          atMs: 1_767_323_045_000,
        },
        { seq: 3 },
      ],
    })
  })

  test('keep the newest requests and count what was dropped', async () => {
    const bench = createWorkbench({ keepRequests: 2 })
    for (let time = 0; time < 5; time += 1) await bench.send('GET', TOKEN)
    const listed = JSON.parse((await bench.send('GET', '/_sandbox/requests')).text) as {
      total: number
      dropped: number
      requests: { seq: number }[]
    }
    expect([listed.total, listed.dropped, listed.requests.map(({ seq }) => seq)]).toEqual([5, 3, [4, 5]])
  })

  test('arm a fault, show what is left of it, and take it back', async () => {
    const bench = createWorkbench()
    const body =
      '{"upstream":"contactnow","fault":"status-503","operation":"token.validate","times":3,"retryAfterSeconds":5}'
    expect((await bench.send('POST', '/_sandbox/faults', { body })).status).toBe(201)
    expect((await bench.send('GET', TOKEN)).status).toBe(503)
    const shown = JSON.parse((await bench.send('GET', '/_sandbox/faults')).text) as {
      active: object[]
      faults: { name: string; does: string }[]
    }
    expect(shown.active).toEqual([
      {
        upstream: 'contactnow',
        fault: 'status-503',
        operation: 'token.validate',
        times: 3,
        retryAfterSeconds: 5,
        remaining: 2,
      },
    ])
    expect(shown.faults.find(({ name }) => name === 'reset')?.does).toBe('breaks the connection off before any effect')
    await bench.send('DELETE', '/_sandbox/faults')
    expect((await bench.send('GET', TOKEN)).status).toBe(200)
  })

  const refused: [
    name: string,
    method: string,
    path: string,
    body: string | undefined,
    status: number,
    error: string,
  ][] = [
    ['an unknown call', 'GET', '/_sandbox/nothing', undefined, 404, 'unknown control call'],
    ['a wrong method', 'DELETE', '/_sandbox/reset', undefined, 404, 'unknown control call'],
    ['requests of an unknown upstream', 'GET', '/_sandbox/requests?upstream=x', undefined, 400, 'unknown upstream'],
    [
      'a limit that is too large',
      'GET',
      '/_sandbox/requests?limit=10001',
      undefined,
      400,
      'limit must be a whole number up to 10000',
    ],
    ['an after that is no number', 'GET', '/_sandbox/requests?after=x', undefined, 400, 'after must be a whole number'],
    ['a fault that is not JSON', 'POST', '/_sandbox/faults', '{', 400, 'expected an object'],
    ['a fault for an unknown upstream', 'POST', '/_sandbox/faults', '{"upstream":"x"}', 400, 'unknown upstream'],
    [
      'an unknown fault',
      'POST',
      '/_sandbox/faults',
      '{"upstream":"datatalks","fault":"toString"}',
      400,
      'unknown fault',
    ],
    [
      'a fault of another upstream',
      'POST',
      '/_sandbox/faults',
      '{"upstream":"danaconnect","fault":"partial"}',
      400,
      'partial does not fit danaconnect',
    ],
    [
      'a fault 0 times',
      'POST',
      '/_sandbox/faults',
      '{"upstream":"datatalks","fault":"reset","times":0}',
      400,
      'times must be a whole number from 1',
    ],
    [
      'an unknown member',
      'POST',
      '/_sandbox/faults',
      '{"upstream":"datatalks","fault":"reset","count":1}',
      400,
      'unknown member',
    ],
    [
      'an operation that the fault does not fit',
      'POST',
      '/_sandbox/faults',
      '{"upstream":"contactnow","fault":"partial","operation":"token.get"}',
      400,
      'partial does not fit this operation',
    ],
    [
      'a negative Retry-After',
      'POST',
      '/_sandbox/faults',
      '{"upstream":"datatalks","fault":"status-429","retryAfterSeconds":-1}',
      400,
      'retryAfterSeconds must be a whole number from 0',
    ],
    [
      'afterEffect that is no boolean',
      'POST',
      '/_sandbox/faults',
      '{"upstream":"datatalks","fault":"status-500","afterEffect":"yes"}',
      400,
      'afterEffect must be true or false',
    ],
    [
      'afterEffect against the fault',
      'POST',
      '/_sandbox/faults',
      '{"upstream":"datatalks","fault":"reset","afterEffect":true}',
      400,
      'reset cannot have afterEffect true',
    ],
    [
      'the reactivation of an unknown conversation',
      'POST',
      '/_sandbox/danaconnect/reactivate',
      '{"conversationId":9}',
      400,
      'unknown conversationId',
    ],
  ]
  test.each(refused)('refuse %s', async (_name, method, path, body, status, error) => {
    const seen = await createWorkbench().send(method, path, body === undefined ? {} : { body })
    const reply = JSON.parse(seen.text) as { error: string; known: string[] }
    expect([seen.status, reply.error, Array.isArray(reply.known)]).toEqual([status, error, true])
  })

  test('activate a conversation anew', async () => {
    const seen = await createWorkbench().send('POST', '/_sandbox/danaconnect/reactivate', {
      body: '{"conversationId":1001}',
    })
    expect([seen.status, seen.text]).toEqual([200, '{"conversationId":1002}'])
  })

  test('reset state, log, faults and tokens', async () => {
    const bench = createWorkbench()
    const got = await bench.send('GET', '/contactnow/token.php?action=get&username=sandbox&password=sandbox-password')
    const { token } = JSON.parse(got.text) as { token: string }
    const create = `/contactnow/ecnow.php?token=${token}&method=ecnow_datasets&action=create&raw=1`
    await bench.send('POST', create, { body: '[{"import_table":"sandbox"}]' })
    bench.mocks.setFault({ upstream: 'datatalks', fault: 'reset', times: 1 })
    await bench.send('POST', '/_sandbox/reset')
    expect(bench.mocks.requests()).toEqual([])
    expect(bench.mocks.activeFaults()).toEqual([])
    expect(bench.mocks.state().contactnow).toMatchObject({ datasets: [{ dataset: '104' }] })
    expect((await bench.send('POST', create, { body: '[]' })).text).toContain('Invalid token')
    const state = JSON.parse((await bench.send('GET', '/_sandbox/state')).text) as object
    expect(Object.keys(state)).toEqual(['danaconnect', 'contactnow', 'datatalks'])
  })
})

describe('the mocks', () => {
  test('answer 404 where no mock is', async () => {
    const seen = await createWorkbench().send('GET', '/contactnowhere')
    expect([seen.status, JSON.parse(seen.text)]).toEqual([
      404,
      { error: 'no mock answers at this path', see: '/_sandbox' },
    ])
  })

  test('refuse a fault that does not fit, by a ConfigError', () => {
    const { mocks } = createWorkbench()
    expect(() => mocks.setFault({ upstream: 'danaconnect', fault: 'partial', times: 1 })).toThrow(ConfigError)
  })

  test('are handlers of msw', async () => {
    const { mocks } = createWorkbench()
    const response = await getResponse(mocks.handlers, new Request(BASE + TOKEN))
    expect(await response?.text()).toBe('{"success":false,"error":"Invalid token"}')
  })

  test('break off as msw does it when they are handlers of msw', async () => {
    const { mocks } = createWorkbench()
    mocks.setFault({ upstream: 'contactnow', fault: 'reset', operation: 'token.validate', times: 1 })
    expect((await getResponse(mocks.handlers, new Request(BASE + TOKEN)))?.type).toBe('error')
  })

  test('have a state of their own each', async () => {
    const [one, other] = [createWorkbench(), createWorkbench()]
    await one.send('GET', TOKEN)
    expect([one.mocks.requests().length, other.mocks.requests().length]).toEqual([1, 0])
  })
})

describe('the mock fetch', () => {
  test('answers from the address that was given', async () => {
    const { mocks } = createWorkbench()
    const get = '/contactnow/token.php?action=get&username=sandbox&password=sandbox-password'
    const { token } = (await (
      await createMockFetch(mocks, { address: '10.0.0.1' })(new Request(BASE + get))
    ).json()) as { token: string }
    const validate = `${BASE}${TOKEN}&token=${token}`
    const replies = []
    for (const address of ['10.0.0.1', '10.0.0.2'])
      replies.push(await (await createMockFetch(mocks, { address })(new Request(validate))).text())
    expect(replies).toEqual(['{"success":true,"expire":1767366245}', '{"success":false,"error":"Invalid token"}'])
  })

  const failures: [name: string, path: string, code: string][] = [
    ['a broken connection', TOKEN, 'ECONNRESET'],
    ['an address that no mock answers', '/elsewhere', 'ECONNREFUSED'],
  ]
  test.each(failures)('rejects for %s', async (_name, path, code) => {
    const { mocks } = createWorkbench()
    mocks.setFault({ upstream: 'contactnow', fault: 'reset', operation: 'token.validate', times: 1 })
    const error: unknown = await createMockFetch(mocks)(new Request(BASE + path)).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code })
  })

  test('hangs until the caller gives up', async () => {
    const { mocks } = createWorkbench()
    mocks.setFault({ upstream: 'contactnow', fault: 'timeout', operation: 'token.validate', times: 1 })
    const caller = new AbortController()
    const waiting = createMockFetch(mocks)(new Request(BASE + TOKEN, { signal: caller.signal }))
    caller.abort(new Error('had enough'))
    await waiting.then(
      () => expect.unreachable(),
      (reason: unknown) => expect(reason).toEqual(new Error('had enough')),
    )
  })

  test('does not call for a caller that has given up already', async () => {
    const { mocks } = createWorkbench()
    const request = new Request(BASE + TOKEN, { signal: AbortSignal.abort() })
    const error: unknown = await createMockFetch(mocks)(request).catch((reason: unknown) => reason)
    expect([(error as Error).name, mocks.requests().length]).toEqual(['AbortError', 0])
  })
})
