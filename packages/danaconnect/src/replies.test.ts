import { describe, expect, test } from 'bun:test'
import { UpstreamError } from '@sluice/errors'
import { type HttpReply, Secret } from '@sluice/http-client'
import { type JudgeContext, judgeStart } from './replies.ts'

const CONTEXT: JudgeContext = {
  operation: 'conversations.startData',
  nowMs: Date.UTC(2026, 10, 22, 12, 0, 0),
  secrets: [new Secret('password', 'canary-password')],
}

const ACCEPTED = '{"wsResult": {"idResult": 0, "resultDescription": "OK"}}'

function reply(status: number, body: string, headers: Record<string, string> = {}): HttpReply {
  return { status, headers: new Headers(headers), bytes: new TextEncoder().encode(body) }
}

function failureOf(received: HttpReply): UpstreamError {
  try {
    judgeStart(received, CONTEXT)
  } catch (error) {
    if (error instanceof UpstreamError) return error
    throw error
  }
  throw new Error('the reply was taken for a success')
}

describe('judgeStart returns a receipt', () => {
  const cases: [name: string, body: string, expected: object][] = [
    ['for the documented success', ACCEPTED, {}],
    ['for a result code written as text', '{"wsResult":{"idResult":"0","resultDescription":"OK"}}', {}],
    ['for a success without a description', '{"wsResult":{"idResult":0}}', {}],
    ['for a success beside an empty error', '{"wsResult":{"idResult":0},"error":null,"wsError":""}', {}],
    [
      'with the request id of a debug call',
      '{"wsResult":{"idResult":0,"resultDescription":"OK"},"requestID":"5b0f8e0a-0000-4000-8000-000000000000"}',
      { requestId: '5b0f8e0a-0000-4000-8000-000000000000' },
    ],
    ['with a record id named idRow', '{"wsResult":{"idResult":0,"idRow":4711}}', { recordUid: '4711' }],
    [
      'with a record id named UID, deep inside',
      '{"wsResult":{"idResult":0,"rows":[{"UID":"a1"}]}}',
      { recordUid: 'a1' },
    ],
    ['with a record id named recordUID', '{"wsResult":{"idResult":0},"recordUID":"r9"}', { recordUid: 'r9' }],
    ['with a record id named rowId', '{"wsResult":{"idResult":0},"rowId":7}', { recordUid: '7' }],
    ['of the last one of two equal members', '{"wsResult":{"idResult":5,"idResult":0}}', {}],
  ]
  test.each(cases)('%s', (_, body, expected) => {
    expect(judgeStart(reply(200, body), CONTEXT)).toEqual(expected)
  })
})

type Failure = [name: string, received: HttpReply, expected: { code: string; retry: string; words?: string }]

describe('judgeStart throws', () => {
  const cases: Failure[] = [
    [
      'a refusal for another result code',
      reply(200, '{"wsResult":{"idResult":7,"resultDescription":"List is empty"}}'),
      { code: 'DANACONNECT_RESULT_REFUSED', retry: 'never', words: 'List is empty' },
    ],
    [
      'a refusal for wsError in place of the result',
      reply(200, '{"wsError":{"errorDescription":"Unknown conversation","errorCode":12}}'),
      { code: 'DANACONNECT_RESULT_REFUSED', retry: 'never', words: 'Unknown conversation' },
    ],
    [
      'a refusal for wsError with a message only',
      reply(200, '{"wsError":{"message":"no such flow"}}'),
      { code: 'DANACONNECT_RESULT_REFUSED', retry: 'never', words: 'no such flow' },
    ],
    [
      'a refusal for wsError with a code only',
      reply(200, '{"wsError":{"errorCode":12}}'),
      { code: 'DANACONNECT_RESULT_REFUSED', retry: 'never', words: '12' },
    ],
    [
      'a refusal for an error',
      reply(200, '{"error":"Illegal Argument"}'),
      { code: 'DANACONNECT_RESULT_REFUSED', retry: 'never', words: 'Illegal Argument' },
    ],
    [
      'a refusal for an error beside a good result',
      reply(200, '{"wsResult":{"idResult":0},"error":"Illegal Argument"}'),
      { code: 'DANACONNECT_RESULT_REFUSED', retry: 'never', words: 'Illegal Argument' },
    ],
    ['uncertainty for an empty body', reply(200, ''), { code: 'DANACONNECT_UNREADABLE_REPLY', retry: 'unsure' }],
    [
      'uncertainty for a page of HTML',
      reply(200, '<html><body>Welcome</body></html>'),
      { code: 'DANACONNECT_UNREADABLE_REPLY', retry: 'unsure' },
    ],
    [
      'uncertainty for a reply that is cut off',
      reply(200, '{"wsResult":{"idResult":0'),
      { code: 'DANACONNECT_UNREADABLE_REPLY', retry: 'unsure' },
    ],
    [
      'uncertainty for JSON without a result',
      reply(200, '{}'),
      { code: 'DANACONNECT_UNREADABLE_REPLY', retry: 'unsure' },
    ],
    ['uncertainty for a list', reply(200, '[]'), { code: 'DANACONNECT_UNREADABLE_REPLY', retry: 'unsure' }],
    [
      'uncertainty for a result code that is no integer',
      reply(200, '{"wsResult":{"idResult":"OK"}}'),
      { code: 'DANACONNECT_UNREADABLE_REPLY', retry: 'unsure' },
    ],
    ['uncertainty for a 204', reply(204, ''), { code: 'DANACONNECT_UNREADABLE_REPLY', retry: 'unsure' }],
    [
      'a refusal for 400 with JSON',
      reply(400, '{"message":"Illegal Argument"}'),
      { code: 'DANACONNECT_REQUEST_REFUSED', retry: 'never', words: 'Illegal Argument' },
    ],
    [
      'a refusal for 400 with text',
      reply(400, ' Illegal Argument\n'),
      { code: 'DANACONNECT_REQUEST_REFUSED', retry: 'never', words: 'Illegal Argument' },
    ],
    [
      'a refusal for 400 with HTML',
      reply(400, '<html>Illegal Argument</html>'),
      { code: 'DANACONNECT_REQUEST_REFUSED', retry: 'never' },
    ],
    [
      'a refusal for 400 with XML',
      reply(400, '<?xml version="1.0"?><error/>'),
      { code: 'DANACONNECT_REQUEST_REFUSED', retry: 'never' },
    ],
    ['a refusal for 400 with nothing', reply(400, ''), { code: 'DANACONNECT_REQUEST_REFUSED', retry: 'never' }],
    [
      'a refusal for 400 whose body looks like a success',
      reply(400, ACCEPTED),
      { code: 'DANACONNECT_REQUEST_REFUSED', retry: 'never', words: 'OK' },
    ],
    ['a refusal for 404', reply(404, ''), { code: 'DANACONNECT_REQUEST_REFUSED', retry: 'never' }],
    ['a refusal for 413', reply(413, ''), { code: 'DANACONNECT_REQUEST_REFUSED', retry: 'never' }],
    ['a refusal for 415', reply(415, ''), { code: 'DANACONNECT_REQUEST_REFUSED', retry: 'never' }],
    [
      'a login error for 401',
      reply(401, 'Unauthorized user'),
      { code: 'DANACONNECT_UNAUTHORIZED', retry: 'auth', words: 'Unauthorized user' },
    ],
    ['a login error for 403', reply(403, ''), { code: 'DANACONNECT_UNAUTHORIZED', retry: 'auth' }],
    ['a wait for 429', reply(429, ''), { code: 'DANACONNECT_BUSY', retry: 'later' }],
    ['a wait for 503', reply(503, ''), { code: 'DANACONNECT_BUSY', retry: 'later' }],
    [
      'uncertainty for 500',
      reply(500, 'Request Internal Error'),
      { code: 'DANACONNECT_SERVER_FAULT', retry: 'unsure', words: 'Request Internal Error' },
    ],
    ['uncertainty for 502', reply(502, ''), { code: 'DANACONNECT_SERVER_FAULT', retry: 'unsure' }],
    ['uncertainty for 504', reply(504, ''), { code: 'DANACONNECT_SERVER_FAULT', retry: 'unsure' }],
    ['uncertainty for 599', reply(599, ''), { code: 'DANACONNECT_SERVER_FAULT', retry: 'unsure' }],
  ]
  test.each(cases)('%s', (_, received, expected) => {
    const { code, retry, words, httpStatus } = failureOf(received)
    expect<object>({ code, retry, words, httpStatus }).toEqual({
      words: undefined,
      ...expected,
      httpStatus: received.status,
    })
  })
})

describe('judgeStart reads Retry-After', () => {
  const cases: [name: string, received: HttpReply, code: string, expected: number | undefined][] = [
    ['in seconds', reply(429, '', { 'retry-after': '120' }), 'DANACONNECT_BUSY', 120_000],
    ['as a date', reply(503, '', { 'retry-after': 'Sun, 22 Nov 2026 12:00:30 GMT' }), 'DANACONNECT_BUSY', 30_000],
    ['of a 4xx, which becomes a wait', reply(413, '', { 'retry-after': '5' }), 'DANACONNECT_BUSY', 5000],
    ['of a 500, which stays unsure', reply(500, '', { 'retry-after': '5' }), 'DANACONNECT_SERVER_FAULT', 5000],
    ['of a 401, which stays a login error', reply(401, '', { 'retry-after': '5' }), 'DANACONNECT_UNAUTHORIZED', 5000],
    ['when it is nonsense', reply(429, '', { 'retry-after': 'soon' }), 'DANACONNECT_BUSY', undefined],
    ['when it is absent', reply(429, ''), 'DANACONNECT_BUSY', undefined],
  ]
  test.each(cases)('%s', (_, received, code, expected) => {
    const failure = failureOf(received)
    expect([failure.code, failure.retryAfterMs]).toEqual([code, expected])
  })
})

test('an error holds no secret of the call, and its message no word of the reply', () => {
  const failure = failureOf(reply(400, '{"message":"bad login canary-password"}'))
  expect(failure.words).toBe('bad login {password}')
  expect(failure.message).toBe('danaconnect conversations.startData: the request was refused')
})
