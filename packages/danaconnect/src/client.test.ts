import { describe, expect, test } from 'bun:test'
import { EncodeError, SchemaError, TransportError, UpstreamError } from '@sluice/errors'
import type { Exchange } from '@sluice/http-client'
import { createDanaconnect, type Danaconnect, type DanaconnectOptions } from './client.ts'
import { operations } from './operations.ts'

const ACCEPTED = '{"wsResult": {"idResult": 0, "resultDescription": "OK"}}'

/** `myuser@mycompanycode:canary-password` in base64. */
const BASIC = 'Basic bXl1c2VyQG15Y29tcGFueWNvZGU6Y2FuYXJ5LXBhc3N3b3Jk'

interface Sent {
  readonly method: string
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: string
}

function clientAnswering(answer: () => Response, options: Partial<DanaconnectOptions> = {}) {
  const sent: Sent[] = []
  const client = createDanaconnect({
    credentials: { user: 'myuser', company: 'mycompanycode', password: 'canary-password' },
    nowMs: () => 1_795_348_800_000,
    fetch: async (request) => {
      const headers = Object.fromEntries(request.headers.entries())
      sent.push({ method: request.method, url: request.url, headers, body: await request.text() })
      return answer()
    },
    ...options,
  })
  return { client, sent }
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('the call succeeded')
    },
    (error: unknown) => error,
  )
}

describe('the client sends', () => {
  const cases: [name: string, call: (client: Danaconnect) => Promise<unknown>, expected: Sent][] = [
    [
      'the record of startData as flat JSON, with every value as text',
      (client) =>
        client.conversations.startData({
          conversationID: 200_897,
          fields: { NAME: 'Dana', EMAIL: 'support@danaconnect.com', DEBT: 12.5, PHONE: '0123' },
        }),
      {
        method: 'POST',
        url: 'https://appserv.danaconnect.com/api/1.0/rest/conversation/200897/start/data',
        headers: {
          accept: 'application/json',
          authorization: BASIC,
          'content-type': 'application/json',
          'x-debug': '0',
        },
        body: '{"NAME":"Dana","EMAIL":"support@danaconnect.com","DEBT":"12.5","PHONE":"0123"}',
      },
    ],
    [
      'nothing but the id for startList',
      (client) => client.conversations.startList({ conversationID: 200_897 }),
      {
        method: 'POST',
        url: 'https://appserv.danaconnect.com/api/1.0/rest/conversation/200897/start/list',
        headers: { accept: 'application/json', authorization: BASIC, 'x-debug': '0' },
        body: '',
      },
    ],
    [
      'X-DEBUG 1 for a debug call',
      (client) => client.conversations.startList({ conversationID: 1 }, { debug: true }),
      {
        method: 'POST',
        url: 'https://appserv.danaconnect.com/api/1.0/rest/conversation/1/start/list',
        headers: { accept: 'application/json', authorization: BASIC, 'x-debug': '1' },
        body: '',
      },
    ],
  ]
  test.each(cases)('%s', async (_, call, expected) => {
    const { client, sent } = clientAnswering(() => new Response(ACCEPTED))
    expect(await call(client)).toEqual({})
    expect(sent).toEqual([expected])
  })

  test('to another base URL, whose path is kept', async () => {
    const { client, sent } = clientAnswering(() => new Response(ACCEPTED), {
      baseUrls: { appserv: 'http://127.0.0.1:8788/danaconnect/appserv/', ws: 'http://127.0.0.1:8788/danaconnect/ws' },
    })
    await client.conversations.startList({ conversationID: 5 })
    expect(sent.map(({ url }) => url)).toEqual([
      'http://127.0.0.1:8788/danaconnect/appserv/api/1.0/rest/conversation/5/start/list',
    ])
  })
})

describe('the client refuses before it sends', () => {
  const cases: [name: string, input: unknown, paths: string[]][] = [
    ['an id below 1', { conversationID: 0, fields: {} }, ['conversationID']],
    ['an id that is no int32', { conversationID: 2_147_483_648, fields: {} }, ['conversationID']],
    ['an id that is no integer', { conversationID: 1.5, fields: {} }, ['conversationID']],
    ['an id that is text', { conversationID: '200897', fields: {} }, ['conversationID']],
    ['a nested field', { conversationID: 1, fields: { NAME: { FIRST: 'Dana' } } }, ['fields.NAME']],
    [
      'a list, null and a boolean',
      { conversationID: 1, fields: { A: [], B: null, C: true } },
      ['fields.A', 'fields.B', 'fields.C'],
    ],
    ['a number that is none', { conversationID: 1, fields: { DEBT: Number.NaN } }, ['fields.DEBT']],
    ['an unknown member', { conversationID: 1, fields: {}, projectID: 3 }, ['']],
  ]
  test.each(cases)('%s', async (_, input, paths) => {
    const { client, sent } = clientAnswering(() => new Response(ACCEPTED))
    // The point is input that the types forbid.
    const error = await rejection(client.conversations.startData(input as { conversationID: number; fields: {} }))
    expect(error).toBeInstanceOf(SchemaError)
    expect((error as SchemaError).issues.map(({ path }) => path)).toEqual(paths)
    expect(sent).toEqual([])
  })

  test('a user with a colon, when it is created', () => {
    const credentials = { user: 'my:user', company: 'c', password: 'p' }
    expect(() => clientAnswering(() => new Response(), { credentials })).toThrow(EncodeError)
  })
})

test('the observed exchange holds no secret, even where the reply echoes them', async () => {
  const exchanges: Exchange[] = []
  const { client } = clientAnswering(() => new Response(`{"error":"${BASIC} canary-password"}`, { status: 400 }))
  const observe = (exchange: Exchange) => exchanges.push(exchange)
  const error = await rejection(client.conversations.startData({ conversationID: 1, fields: { A: 'b' } }, { observe }))
  expect(exchanges.map(({ request, reply }) => [request.headers['authorization'], reply?.status])).toEqual([
    ['{basic}', 400],
  ])
  const shown = JSON.stringify([exchanges, error, (error as UpstreamError).words])
  expect(shown).not.toContain('canary-password')
  expect(shown).not.toContain(BASIC.slice('Basic '.length))
})

test('a fault of the connection passes through as it is', async () => {
  const { client } = clientAnswering(() => {
    throw new Error('socket closed')
  })
  const error = await rejection(client.conversations.startList({ conversationID: 1 }))
  expect(error).toBeInstanceOf(TransportError)
  expect((error as TransportError).sent).toBe('maybe-sent')
})

test('one call is one request, also when it fails', async () => {
  const { client, sent } = clientAnswering(() => new Response('', { status: 503 }))
  await rejection(client.conversations.startList({ conversationID: 1 }))
  expect(sent).toHaveLength(1)
})

test('no start may be sent again blindly', () => {
  expect(Object.entries(operations).map(([name, { idempotent }]) => [name, idempotent])).toEqual([
    ['conversations.startData', false],
    ['conversations.startList', false],
  ])
})
