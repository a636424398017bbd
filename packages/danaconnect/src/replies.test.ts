import { describe, expect, test } from 'bun:test'
import { UpstreamError } from '@sluice/errors'
import { type HttpReply, Secret } from '@sluice/http-client'
import type { JudgeContext } from './failures.ts'
import { judgeLoad } from './load.ts'
import type { OperationName } from './operations.ts'
import { judgeStart, judgeToken, judgeTrigger, judgeUpload } from './replies.ts'
import { fieldOf, judgeRetrieval } from './retrieval.ts'

const CONTEXT: JudgeContext = {
  operation: 'conversations.startData',
  nowMs: Date.UTC(2026, 10, 22, 12, 0, 0),
  secrets: [new Secret('password', 'canary-password')],
}

const ACCEPTED = '{"wsResult": {"idResult": 0, "resultDescription": "OK"}}'

function reply(status: number, body: string, headers: Record<string, string> = {}): HttpReply {
  return { status, headers: new Headers(headers), bytes: new TextEncoder().encode(body) }
}

/** Judges a reply as the client does for the operation. */
function judge(operation: OperationName, received: HttpReply): unknown {
  const context = { ...CONTEXT, operation }
  switch (operation) {
    case 'contacts.load':
      return judgeLoad(received, context, { status: undefined })
    case 'records.retrieve':
    case 'v2.records.retrieve':
      return judgeRetrieval(received, context, null)
    case 'triggers.fire':
      return judgeTrigger(received, context)
    case 'files.upload':
      return judgeUpload(received, context)
    case 'v2.token.get':
      return judgeToken(received, context)
    case 'conversations.startData':
    case 'conversations.startDataByProject':
    case 'conversations.startList':
    case 'v2.conversations.startData':
    case 'v2.conversations.startDataByProject':
    case 'v2.conversations.startList':
      return judgeStart(received, context)
  }
}

function failureOf(received: HttpReply, operation: OperationName = 'conversations.startData'): UpstreamError {
  try {
    judge(operation, received)
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

describe('judgeRetrieval returns', () => {
  const cases: [name: string, body: string, asked: string[] | null, expected: object][] = [
    [
      'the documented record',
      '{"record": {"NAME": "Dana", "EMAIL": "support@danaconnect.com"}, "requestID": "5b0f8e0a-0000-4000-8000-000000000000"}',
      null,
      {
        fields: { NAME: 'Dana', EMAIL: 'support@danaconnect.com' },
        missing: [],
        requestId: '5b0f8e0a-0000-4000-8000-000000000000',
      },
    ],
    ['fields of another case', '{"record":{"name":"Dana"}}', ['NAME'], { fields: { NAME: 'Dana' }, missing: [] }],
    [
      'the field of the same case, where there are two',
      '{"record":{"name":"a","NAME":"b"}}',
      ['NAME'],
      { fields: { NAME: 'b' }, missing: [] },
    ],
    ['what did not come as missing', '{"record":{}}', ['NAME', 'EMAIL'], { fields: {}, missing: ['NAME', 'EMAIL'] }],
    [
      'numbers as text',
      '{"record":{"DEBT":12.5,"VIP":true}}',
      null,
      { fields: { DEBT: '12.5', VIP: 'true' }, missing: [] },
    ],
    ['null as null', '{"record":{"NAME":null}}', ['NAME'], { fields: { NAME: null }, missing: [] }],
    ['a record under fields', '{"fields":{"A":"1"}}', null, { fields: { A: '1' }, missing: [] }],
    ['a record under contact', '{"contact":{"A":"1"}}', null, { fields: { A: '1' }, missing: [] }],
    ['a record under data', '{"data":{"A":"1"}}', null, { fields: { A: '1' }, missing: [] }],
    [
      'the record, where other things stand beside it',
      '{"data":{"B":"2"},"record":{"A":"1"}}',
      null,
      { fields: { A: '1' }, missing: [] },
    ],
  ]
  test.each(cases)('%s', (_, body, asked, expected) => {
    expect<object>(judgeRetrieval(reply(200, body), { ...CONTEXT, operation: 'records.retrieve' }, asked)).toEqual(
      expected,
    )
  })

  test('fields that are found in any case', () => {
    const fields = { Name: 'Dana', EMAIL: null }
    expect([fieldOf(fields, 'NAME'), fieldOf(fields, 'email'), fieldOf(fields, 'DEBT')]).toEqual([
      'Dana',
      null,
      undefined,
    ])
  })
})

describe('judgeUpload returns a receipt', () => {
  const cases: [name: string, body: string, expected: object][] = [
    ['for the documented success', '{"fileID": "s3://WS/2021/6/00ff"}', { fileId: 's3://WS/2021/6/00ff' }],
    [
      'with what clients have seen beside it',
      '{"fileID":"s3://WS/2021/6/00ff","fileName":"a.pdf","idCompany":"c","requestID":"r"}',
      { fileId: 's3://WS/2021/6/00ff', fileName: 'a.pdf', requestId: 'r' },
    ],
    [
      'for XML',
      '<?xml version="1.0"?><uploadResult><fileID>s3://WS/2021/6/00ff</fileID></uploadResult>',
      { fileId: 's3://WS/2021/6/00ff' },
    ],
    ['for XML that is nothing else', '<fileID>s3://WS/2021/6/00ff</fileID>', { fileId: 's3://WS/2021/6/00ff' }],
  ]
  test.each(cases)('%s', (_, body, expected) => {
    expect(judge('files.upload', reply(200, body))).toEqual(expected)
  })
})

describe('judgeToken returns a token', () => {
  const noonMs = CONTEXT.nowMs
  const cases: [name: string, body: string, expiresAtMs: number][] = [
    [
      'with the life that it names',
      '{"access_token":"a.b.c","token_type":"Bearer","expires_in":3600}',
      noonMs + 3_600_000,
    ],
    ['with a life written as text', '{"access_token":"a.b.c","expires_in":"60"}', noonMs + 60_000],
    ['with five minutes where it names none', '{"access_token":"a.b.c","token_type":"bearer"}', noonMs + 300_000],
  ]
  test.each(cases)('%s', (_, body, expiresAtMs) => {
    expect(judge('v2.token.get', reply(200, body))).toEqual({ token: 'a.b.c', expiresAtMs })
  })
})

type Verdict = readonly [code: string, retry: string]
const REFUSED: Verdict = ['DANACONNECT_RESULT_REFUSED', 'never']
const UNREADABLE_READ: Verdict = ['DANACONNECT_UNREADABLE_REPLY', 'later']
const UNREADABLE_WRITE: Verdict = ['DANACONNECT_UNREADABLE_REPLY', 'unsure']

describe('a 2xx is a failure', () => {
  const expired: Verdict = ['DANACONNECT_LINK_EXPIRED', 'never']
  const cases: [name: string, operation: OperationName, body: string, expected: Verdict][] = [
    ['of a load with status false', 'contacts.load', '{"status":false}', REFUSED],
    ['of a load with an error', 'contacts.load', '{"status":true,"wsError":{"message":"no list"}}', REFUSED],
    ['of a load without status', 'contacts.load', '{"fileName":"a.csv"}', UNREADABLE_WRITE],
    ['of a load with a status of another kind', 'contacts.load', '{"status":"perhaps"}', UNREADABLE_WRITE],
    ['of a load that is cut off', 'contacts.load', '{"status":true', UNREADABLE_WRITE],
    ['of a load with HTML', 'contacts.load', '<html></html>', UNREADABLE_WRITE],
    ['of a load with nothing', 'contacts.load', '', UNREADABLE_WRITE],
    ['of a trigger with result false', 'triggers.fire', '{"result":false}', REFUSED],
    ['of a trigger with an error', 'triggers.fire', '{"result":true,"error":"no"}', REFUSED],
    ['of a trigger with a result of another kind', 'triggers.fire', '{"result":"true"}', UNREADABLE_WRITE],
    ['of a trigger with nothing', 'triggers.fire', '', UNREADABLE_WRITE],
    [
      'of a retrieval for a link that is too old',
      'records.retrieve',
      '{"wsError":{"errorDescription":"The Token has Expired","errorCode":3}}',
      expired,
    ],
    [
      'of a retrieval for a link that is too old, in another form',
      'v2.records.retrieve',
      '{"error":"expired token"}',
      expired,
    ],
    [
      'of a retrieval for a link that never was',
      'records.retrieve',
      '{"wsError":{"errorDescription":"not found"}}',
      REFUSED,
    ],
    ['of a retrieval for a token that is wrong', 'records.retrieve', '{"error":"unknown token"}', REFUSED],
    ['of a retrieval without a record', 'records.retrieve', '{"requestID":"r"}', UNREADABLE_READ],
    ['of a retrieval whose record is a list', 'records.retrieve', '{"record":[]}', UNREADABLE_READ],
    ['of a retrieval with a nested field', 'records.retrieve', '{"record":{"A":{"B":"c"}}}', UNREADABLE_READ],
    ['of a retrieval with HTML', 'records.retrieve', '<html></html>', UNREADABLE_READ],
    ['of an upload with an error', 'files.upload', '{"wsError":"no"}', REFUSED],
    ['of an upload without a file', 'files.upload', '{}', UNREADABLE_WRITE],
    ['of an upload with HTML', 'files.upload', '<html><body>x</body></html>', UNREADABLE_WRITE],
    ['of an upload with a document type', 'files.upload', '<!DOCTYPE a><fileID>x</fileID>', UNREADABLE_WRITE],
    ['of an upload with nothing', 'files.upload', '', UNREADABLE_WRITE],
    ['of a token request with an error', 'v2.token.get', '{"error":"invalid_client"}', REFUSED],
    ['of a token request without a token', 'v2.token.get', '{"expires_in":3600}', UNREADABLE_READ],
    [
      'of a token request with a token that no header can carry',
      'v2.token.get',
      '{"access_token":"a b"}',
      UNREADABLE_READ,
    ],
    [
      'of a token request with a token of another type',
      'v2.token.get',
      '{"access_token":"a","token_type":"mac"}',
      UNREADABLE_READ,
    ],
    [
      'of a token request with a life that is over',
      'v2.token.get',
      '{"access_token":"a","expires_in":0}',
      UNREADABLE_READ,
    ],
    ['of a start by project', 'conversations.startDataByProject', '{"wsResult":{"idResult":7}}', REFUSED],
    ['of a start with a token', 'v2.conversations.startData', '{"wsError":{}, "error":"no"}', REFUSED],
  ]
  test.each(cases)('%s', (_, operation, body, expected) => {
    const { code, retry } = failureOf(reply(200, body), operation)
    expect<readonly string[]>([code, retry]).toEqual(expected)
  })
})

describe('a failure inside a 2xx is found, with its words, whatever the operation', () => {
  const good = {
    'conversations.startData': { wsResult: { idResult: 0, resultDescription: 'OK' } },
    'contacts.load': { status: true },
    'records.retrieve': { record: { NAME: 'Dana' } },
    'triggers.fire': { result: true },
    'files.upload': { fileID: 'f' },
    'v2.token.get': { access_token: 'a.b.c' },
  }
  const cases: [name: string, failure: object][] = [
    ['a status that is false', { status: false, message: 'No list' }],
    ['a status that is false in text', { status: 'false', message: 'No list' }],
    ['a result that is not 0', { wsResult: { idResult: 7, resultDescription: 'No list' } }],
    ['wsError', { wsError: 'No list' }],
    ['wsError with a message', { wsError: { message: 'No list' } }],
    [
      'wsError inside a result that is said to be good',
      { wsResult: { idResult: 0, resultDescription: 'OK', wsError: { message: 'No list' } } },
    ],
    [
      'wsError beside a result that is said to be good',
      { wsResult: { idResult: 0, resultDescription: 'OK' }, wsError: { errorCode: 'No list' } },
    ],
    ['error', { error: { message: 'No list' } }],
    [
      'error inside a result that is said to be good',
      { wsResult: { idResult: 0, resultDescription: 'OK', error: 'No list' } },
    ],
  ]
  const operations = Object.entries(good) as [keyof typeof good, object][]
  test.each(cases)('%s', (_, part) => {
    for (const [operation, body] of operations) {
      const { code, retry, words } = failureOf(reply(200, JSON.stringify({ ...body, ...part })), operation)
      expect<unknown>([operation, code, retry, words]).toEqual([operation, ...REFUSED, 'No list'])
    }
  })

  test.each([
    ['wsError', '<response><wsError>No list</wsError><fileID>f</fileID></response>'],
    ['wsError with a message', '<r><wsError><message>No list</message></wsError><fileID>f</fileID></r>'],
    ['wsError alone', '<wsError><message>No list</message></wsError>'],
    ['error', '<response><fileID>f</fileID><error>No list</error></response>'],
    ['a status', '<response><fileID>f</fileID><status>false</status><message>No list</message></response>'],
    [
      'a result',
      '<r><wsResult><idResult>7</idResult><resultDescription>No list</resultDescription></wsResult><fileID>f</fileID></r>',
    ],
  ])('%s of an upload in XML', (_, xml) => {
    const { code, retry, words } = failureOf(reply(200, xml), 'files.upload')
    expect<unknown>([code, retry, words]).toEqual([...REFUSED, 'No list'])
  })

  test('but not in the fields of a record', () => {
    const body = '{"record":{"status":false,"error":"none","wsError":"none"}}'
    expect(judge('records.retrieve', reply(200, body))).toEqual({
      fields: { status: 'false', error: 'none', wsError: 'none' },
      missing: [],
    })
  })
})

test('a field that is named like the id of the request is none', () => {
  expect(judge('records.retrieve', reply(200, '{"record":{"requestID":"mine"}}'))).toEqual({
    fields: { requestID: 'mine' },
    missing: [],
  })
})

describe('a status other than 2xx is', () => {
  const unauthorized: Verdict = ['DANACONNECT_UNAUTHORIZED', 'auth']
  const token: Verdict = ['DANACONNECT_TOKEN_REFUSED', 'auth']
  const client: Verdict = ['DANACONNECT_CLIENT_REFUSED', 'auth']
  const refused: Verdict = ['DANACONNECT_REQUEST_REFUSED', 'never']
  const busy: Verdict = ['DANACONNECT_BUSY', 'later']
  const faultRead: Verdict = ['DANACONNECT_SERVER_FAULT', 'later']
  const faultWrite: Verdict = ['DANACONNECT_SERVER_FAULT', 'unsure']
  const cases: [status: number, write: Verdict, read: Verdict, bearerWrite: Verdict, tokenRequest: Verdict][] = [
    [400, refused, refused, refused, client],
    [401, unauthorized, unauthorized, token, client],
    [403, unauthorized, unauthorized, unauthorized, client],
    [404, refused, refused, refused, refused],
    [413, refused, refused, refused, refused],
    [415, refused, refused, refused, refused],
    [429, busy, busy, busy, busy],
    [500, faultWrite, faultRead, faultWrite, faultRead],
    [502, faultWrite, faultRead, faultWrite, faultRead],
    [503, busy, busy, busy, busy],
    [504, faultWrite, faultRead, faultWrite, faultRead],
  ]
  test.each(cases)('%i', (status, write, read, bearerWrite, tokenRequest) => {
    const verdicts = (operations: OperationName[]) =>
      operations.map((operation) => {
        const { code, retry } = failureOf(reply(status, '<html><hr></html>'), operation)
        return [code, retry]
      })
    expect<unknown>(verdicts(['contacts.load', 'triggers.fire', 'files.upload'])).toEqual([write, write, write])
    expect<unknown>(verdicts(['records.retrieve'])).toEqual([read])
    expect<unknown>(verdicts(['v2.conversations.startList', 'v2.conversations.startDataByProject'])).toEqual([
      bearerWrite,
      bearerWrite,
    ])
    expect<unknown>(verdicts(['v2.token.get'])).toEqual([tokenRequest])
  })
})
