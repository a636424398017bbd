import { describe, expect, test } from 'bun:test'
import { EncodeError, SchemaError, TransportError, UpstreamError } from '@sluice/errors'
import type { Exchange } from '@sluice/http-client/observe'

import { createDanaconnectV2, type DanaconnectV2, type DanaconnectV2Options } from './client-v2.ts'

const NOON_MS = Date.UTC(2026, 10, 22, 12, 0, 0)
const ACCEPTED = '{"wsResult": {"idResult": 0, "resultDescription": "OK"}}'
const TOKEN_URL = 'https://auth.danaconnect.com/oauth2/token'

/** `CLIENT_ID:canary-secret` in base64. */
const BASIC = 'Basic Q0xJRU5UX0lEOmNhbmFyeS1zZWNyZXQ='

interface Sent {
  readonly method: string
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: string
}

/** Answers the token endpoint with token-1, token-2 and so on, or as told, and the API with the answers in turn. */
function clientAnswering(
  answers: Response[],
  { tokenReply, ...options }: Partial<DanaconnectV2Options> & { tokenReply?: () => Response } = {},
) {
  const sent: Sent[] = []
  let issued = 0
  const token = () => `{"access_token":"canary-token-${(issued += 1)}","token_type":"Bearer","expires_in":3600}`
  const client = createDanaconnectV2({
    credentials: { clientId: 'CLIENT_ID', clientSecret: 'canary-secret' },
    nowMs: () => NOON_MS,
    fetch: async (request) => {
      const headers = Object.fromEntries(request.headers.entries())
      sent.push({ method: request.method, url: request.url, headers, body: await request.text() })
      if (request.url.endsWith('/oauth2/token')) return tokenReply?.() ?? new Response(token())
      return answers.shift() ?? new Response(ACCEPTED)
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

const oneToken = () => {
  const refused: string[] = []
  return {
    refused,
    get: async () => 'canary-token',
    refuse: (token: string) => {
      refused.push(token)
    },
  }
}

describe('the client sends with its token', () => {
  const json = {
    accept: 'application/json',
    authorization: 'Bearer canary-token',
    'content-type': 'application/json',
    'x-debug': '0',
  }
  const { 'content-type': _, ...bare } = json
  const cases: [name: string, answer: string, call: (client: DanaconnectV2) => Promise<unknown>, unknown, Sent][] = [
    [
      'startData',
      ACCEPTED,
      (client) => client.conversations.startData({ conversationID: 200_897, fields: { NAME: 'Dana', DEBT: 1 } }),
      {},
      {
        method: 'POST',
        url: 'https://appserv.danaconnect.com/api/2.0/rest/conversation/200897/start/data',
        headers: json,
        body: '{"NAME":"Dana","DEBT":"1"}',
      },
    ],
    [
      'startDataByProject',
      '{"wsResult":{"idResult":0},"recordUID":"r9"}',
      (client) => client.conversations.startDataByProject({ projectID: 'P1', fields: { NAME: 'Dana' } }),
      { recordUid: 'r9' },
      {
        method: 'POST',
        url: 'https://appserv.danaconnect.com/api/2.0/rest/conversation/ProjectID/P1/start/data',
        headers: json,
        body: '{"NAME":"Dana"}',
      },
    ],
    [
      'startList',
      ACCEPTED,
      (client) => client.conversations.startList({ conversationID: 1 }, { debug: true }),
      {},
      {
        method: 'POST',
        url: 'https://appserv.danaconnect.com/api/2.0/rest/conversation/1/start/list',
        headers: { ...bare, 'x-debug': '1' },
        body: '',
      },
    ],
    [
      'a retrieval',
      '{"record":{"NAME":"Dana"}}',
      (client) => client.records.retrieve({ dana: 'a1', fields: ['NAME'] }),
      { fields: { NAME: 'Dana' }, missing: [] },
      {
        method: 'GET',
        url: 'https://appserv.danaconnect.com/api/2.0/rest/conversation/data/a1?fields=NAME',
        headers: bare,
        body: '',
      },
    ],
  ]
  test.each(cases)('%s', async (_, answer, call, result, expected) => {
    const { client, sent } = clientAnswering([new Response(answer)], { tokens: oneToken() })
    expect(await call(client)).toEqual(result)
    expect(sent).toEqual([expected])
  })
})

describe('a token is asked for', () => {
  const form = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' }
  const cases: [name: string, options: Partial<DanaconnectV2Options>, Sent][] = [
    [
      'with id and secret in the header',
      {},
      {
        method: 'POST',
        url: TOKEN_URL,
        headers: { ...form, authorization: BASIC },
        body: 'grant_type=client_credentials&scope=conversation%3Aaccess2api',
      },
    ],
    [
      'with id and secret in the body, where that is set',
      { clientAuthentication: 'body' },
      {
        method: 'POST',
        url: TOKEN_URL,
        headers: form,
        body: 'grant_type=client_credentials&scope=conversation%3Aaccess2api&client_id=CLIENT_ID&client_secret=canary-secret',
      },
    ],
    [
      'for another scope, at another host',
      { scope: 'access2api', baseUrls: { appserv: 'http://127.0.0.1:1/a', auth: 'http://127.0.0.1:1/auth/' } },
      {
        method: 'POST',
        url: 'http://127.0.0.1:1/auth/oauth2/token',
        headers: { ...form, authorization: BASIC },
        body: 'grant_type=client_credentials&scope=access2api',
      },
    ],
  ]
  test.each(cases)('%s', async (_, options, expected) => {
    const { client, sent } = clientAnswering([], options)
    expect(await client.token.get()).toEqual({ token: 'canary-token-1', expiresAtMs: NOON_MS + 3_600_000 })
    expect(sent).toEqual([expected])
  })

  test('only once the input is known to fit', async () => {
    const { client, sent } = clientAnswering([])
    const error = await rejection(client.conversations.startList({ conversationID: 0 }))
    expect(error).toBeInstanceOf(SchemaError)
    expect(sent).toEqual([])
  })

  test('and not created with an id that Basic authentication cannot carry', () => {
    const credentials = { clientId: 'a:b', clientSecret: 'c' }
    expect(() => clientAnswering([], { credentials })).toThrow(EncodeError)
  })
})

describe('the token', () => {
  const hour = () => new Response('{"access_token":"t","expires_in":3600}')
  const unnamed = () => new Response('{"access_token":"t","token_type":"bearer"}')
  const lives: [name: string, tokenReply: () => Response, passedMs: number, expected: number][] = [
    ['is kept until a minute before its end', hour, 3_539_999, 1],
    ['is renewed a minute before its end', hour, 3_540_000, 2],
    ['lives five minutes where its reply does not say', unnamed, 239_999, 1],
    ['is renewed after four minutes where its reply does not say', unnamed, 240_000, 2],
  ]
  test.each(lives)('%s', async (_, tokenReply, passedMs, expected) => {
    let nowMs = NOON_MS
    const { client, sent } = clientAnswering([], { tokenReply, nowMs: () => nowMs })
    await client.conversations.startList({ conversationID: 1 })
    nowMs += passedMs
    await client.conversations.startList({ conversationID: 1 })
    expect(sent.filter(({ url }) => url === TOKEN_URL)).toHaveLength(expected)
  })

  test('is fetched once for calls at the same time', async () => {
    const { client, sent } = clientAnswering([])
    await Promise.all([1, 2, 3].map((conversationID) => client.conversations.startList({ conversationID })))
    expect(sent.filter(({ url }) => url === TOKEN_URL)).toHaveLength(1)
  })

  test('that is refused is given up, and the next call fetches another', async () => {
    const { client, sent } = clientAnswering([new Response('', { status: 401 })])
    const error = await rejection(client.conversations.startList({ conversationID: 1 }))
    expect(error).toMatchObject({ code: 'DANACONNECT_TOKEN_REFUSED', retry: 'auth' })
    await client.conversations.startList({ conversationID: 1 })
    expect(sent.map(({ url, headers }) => (url === TOKEN_URL ? 'token' : headers['authorization']))).toEqual([
      'token',
      'Bearer canary-token-1',
      'token',
      'Bearer canary-token-2',
    ])
  })

  const others: [name: string, status: number, code: string, refused: string[]][] = [
    ['is given up also when it lacks a right', 403, 'DANACONNECT_UNAUTHORIZED', ['canary-token']],
    ['is kept when the request is refused', 400, 'DANACONNECT_REQUEST_REFUSED', []],
    ['is kept when the service fails', 500, 'DANACONNECT_SERVER_FAULT', []],
  ]
  test.each(others)('%s', async (_, status, code, refused) => {
    const tokens = oneToken()
    const { client } = clientAnswering([new Response('', { status })], { tokens })
    expect(await rejection(client.conversations.startList({ conversationID: 1 }))).toMatchObject({ code })
    expect(tokens.refused).toEqual(refused)
  })

  test('that cannot be had ends the call before its data is sent', async () => {
    const tokenReply = () => new Response('{"error":"invalid_client"}', { status: 401 })
    const { client, sent } = clientAnswering([], { tokenReply })
    const error = await rejection(client.conversations.startData({ conversationID: 1, fields: {} }))
    expect(error).toMatchObject({ code: 'DANACONNECT_CLIENT_REFUSED', retry: 'auth', words: 'invalid_client' })
    expect(sent.map(({ url }) => url)).toEqual([TOKEN_URL])
  })
})

describe('no secret is seen', () => {
  const cases: [name: string, options: Parameters<typeof clientAnswering>[1], exchanges: number][] = [
    ['in a good exchange', {}, 2],
    ['with id and secret in the body', { clientAuthentication: 'body' }, 2],
    ['when the token reply is cut off', { tokenReply: () => new Response('{"access_token":"canary-token-1') }, 1],
    ['when the token reply has no quotes', { tokenReply: () => new Response('{access_token: canary-token-1}') }, 1],
    [
      'when the token reply is a form',
      { tokenReply: () => new Response('access_token=canary-token-1&expires_in=9') },
      1,
    ],
    [
      'when the token reply is XML',
      { tokenReply: () => new Response('<access_token>canary-token-1</access_token>') },
      1,
    ],
    [
      'when the token endpoint echoes the secret',
      { tokenReply: () => new Response('no canary-secret', { status: 400 }) },
      1,
    ],
  ]
  test.each(cases)('%s', async (_, options, count) => {
    const exchanges: Exchange[] = []
    const observe = (exchange: Exchange) => exchanges.push(exchange)
    const echo = new Response('{"error":"bad Bearer canary-token-1"}')
    const { client } = clientAnswering([echo], options)
    const start = client.conversations.startList({ conversationID: 1 }, { observe, observeToken: observe })
    const error = await rejection(start)
    expect(exchanges).toHaveLength(count)
    const shown = JSON.stringify([exchanges, error, (error as UpstreamError).words])
    for (const secret of ['canary-token-1', 'canary-secret', BASIC.slice('Basic '.length)]) {
      expect(shown).not.toContain(secret)
    }
  })
})

describe('a connection that was lost leaves', () => {
  const cases: [name: string, call: (client: DanaconnectV2) => Promise<unknown>, retry: string][] = [
    ['a read to be done later', (client) => client.records.retrieve({ dana: 'abc' }), 'later'],
    ['a token to be fetched later', (client) => client.token.get(), 'later'],
    ['a start unsure', (client) => client.conversations.startList({ conversationID: 1 }), 'unsure'],
  ]
  test.each(cases)('%s', async (_, call, retry) => {
    const fetch = async (): Promise<Response> => {
      throw new TypeError('terminated')
    }
    const error = await rejection(call(clientAnswering([], { fetch, tokens: oneToken() }).client))
    if (!(error instanceof TransportError)) throw error
    expect<unknown>([error.code, error.sent, error.retry]).toEqual(['CONNECTION_LOST', 'maybe-sent', retry])
  })
})
