import { describe, expect, test } from 'bun:test'
import { UpstreamError } from '@sluice/errors'
import { type HttpReply, Secret } from '@sluice/http-client'
import type { OperationName } from './operations.ts'
import { judgeReply } from './replies.ts'

const NOON_MS = Date.UTC(2026, 10, 22, 12, 0, 0)

function reply(status: number, body: string, headers: Record<string, string> = {}): HttpReply {
  return { status, headers: new Headers(headers), bytes: new TextEncoder().encode(body) }
}

function judge(received: HttpReply, operation: OperationName) {
  return judgeReply(received, { operation, nowMs: NOON_MS, secrets: [new Secret('accessKeyId', 'AKIDEXAMPLE')] })
}

function failureOf(received: HttpReply, operation: OperationName = 'events.create'): UpstreamError {
  try {
    judge(received, operation)
  } catch (error) {
    if (error instanceof UpstreamError) return error
    throw error
  }
  throw new Error('the reply was taken for a success')
}

describe('judgeReply returns a receipt', () => {
  const cases: [name: string, received: HttpReply, expected: object][] = [
    [
      'for a success with its request id',
      reply(200, '{"success":true,"messages":[],"requestId":"r-1","key":"AKIDEXAMPLE"}'),
      { requestId: 'r-1' },
    ],
    ['for an empty body', reply(200, ''), {}],
    [
      'for a success with the id that later versions name',
      reply(200, '{"success":true,"requestId":"r-1","datatalksId":"5b0f8e0a-0000-4000-8000-000000000000"}'),
      { requestId: 'r-1', datatalksId: '5b0f8e0a-0000-4000-8000-000000000000' },
    ],
    ['for a 202', reply(202, ''), {}],
    ['for a body of white space', reply(200, ' \t\r\n'), {}],
    ['for an object without success', reply(200, '{}'), {}],
    ['for an object with success null', reply(200, '{"success":null}'), {}],
    [
      "with the gateway's request id, where the body has none",
      reply(200, '', { 'x-amzn-RequestId': 'g-1' }),
      { requestId: 'g-1' },
    ],
    [
      "with the body's request id, where both are there",
      reply(200, '{"success":true,"requestId":"r-1"}', { 'x-amzn-RequestId': 'g-1' }),
      { requestId: 'r-1' },
    ],
  ]
  test.each(cases)('%s', (_, received, expected) => {
    expect(judge(received, 'events.create')).toEqual(expected)
  })
})

describe('judgeReply tells why the gateway refused', () => {
  const mismatch = 'The request signature we calculated does not match the signature you provided.'
  const cases: [name: string, status: number, type: string | null, message: string, code: string][] = [
    [
      'an unsigned call or an unknown path',
      403,
      'MissingAuthenticationTokenException',
      'Missing Authentication Token',
      'DATATALKS_UNSIGNED',
    ],
    ['an unsigned call, without its type', 403, null, 'Missing Authentication Token', 'DATATALKS_UNSIGNED'],
    [
      'an incomplete signature',
      403,
      'IncompleteSignatureException',
      "Authorization header requires 'Signature' parameter. Authorization=AWS4 Credential=AKIDEXAMPLE",
      'DATATALKS_SIGNATURE_MALFORMED',
    ],
    ['a wrong signature', 403, 'InvalidSignatureException', mismatch, 'DATATALKS_SIGNATURE_REFUSED'],
    [
      'a signature without the host',
      403,
      'InvalidSignatureException',
      "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
      'DATATALKS_SIGNATURE_REFUSED',
    ],
    [
      'a signature that is too old',
      403,
      'InvalidSignatureException',
      'Signature expired: 20240101T095959Z is now earlier than 20240101T100000Z (20240101T100500Z - 5 min.)',
      'DATATALKS_CLOCK_SKEW',
    ],
    [
      'a signature that is too new',
      403,
      'InvalidSignatureException',
      'Signature not yet current: 20240101T101001Z is still later than 20240101T101000Z (20240101T100500Z + 5 min.)',
      'DATATALKS_CLOCK_SKEW',
    ],
    [
      'a wrong region',
      403,
      'InvalidSignatureException',
      "Credential should be scoped to a valid region, not 'us-east-1'. ",
      'DATATALKS_SCOPE_REFUSED',
    ],
    [
      'a wrong service',
      403,
      'InvalidSignatureException',
      "Credential should be scoped to correct service: 'execute-api'. ",
      'DATATALKS_SCOPE_REFUSED',
    ],
    [
      'an unknown key',
      403,
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
      'DATATALKS_KEY_UNKNOWN',
    ],
    [
      "an unknown key, with the type of the gateway's own table",
      403,
      'AccessDeniedException',
      'The security token included in the request is invalid.',
      'DATATALKS_KEY_UNKNOWN',
    ],
    [
      'an expired token',
      403,
      'ExpiredTokenException',
      'The security token included in the request is expired',
      'DATATALKS_KEY_UNKNOWN',
    ],
    [
      'a missing right',
      403,
      'AccessDeniedException',
      'User: arn:aws:iam::111122223333:user/x is not authorized to perform: execute-api:Invoke on resource: arn:aws:x',
      'DATATALKS_NOT_PERMITTED',
    ],
    ['a wrong stage', 403, 'ForbiddenException', 'Forbidden', 'DATATALKS_FORBIDDEN'],
    ['a type with an address behind it', 403, 'AccessDeniedException:http://x.test/', 'No', 'DATATALKS_NOT_PERMITTED'],
    ['a 401', 401, 'UnauthorizedException', 'Unauthorized', 'DATATALKS_FORBIDDEN'],
  ]
  test.each(cases)('%s', (_, status, type, message, code) => {
    const headers: Record<string, string> = type === null ? {} : { 'x-amzn-ErrorType': type }
    const failure = failureOf(reply(status, JSON.stringify({ message }), headers))
    expect<unknown[]>([failure.code, failure.retry]).toEqual([code, 'auth'])
  })

  test('in a member with a capital too', () => {
    const failure = failureOf(reply(403, '{"Message":"User: arn:aws:iam::1:user/x is not authorized"}'))
    expect(failure.code).toBe('DATATALKS_NOT_PERMITTED')
    expect(failure.words).toBe('User: arn:aws:iam::1:user/x is not authorized')
  })

  test('without a readable body', () => {
    expect(failureOf(reply(403, '<html></html>')).code).toBe('DATATALKS_FORBIDDEN')
  })
})

type Failure = [name: string, received: HttpReply, code: string, retry: string, words?: string]

describe('judgeReply throws for an event', () => {
  const cases: Failure[] = [
    [
      'a refusal for success false',
      reply(200, '{"success":false,"messages":["unknown group","check it"]}'),
      'DATATALKS_REFUSED',
      'never',
      'unknown group; check it',
    ],
    ['a refusal for success false without words', reply(200, '{"success":false}'), 'DATATALKS_REFUSED', 'never'],
    ['uncertainty for HTML', reply(200, '<html></html>'), 'DATATALKS_UNREADABLE_REPLY', 'unsure'],
    ['uncertainty for text', reply(200, 'OK'), 'DATATALKS_UNREADABLE_REPLY', 'unsure'],
    ['uncertainty for a list', reply(200, '[]'), 'DATATALKS_UNREADABLE_REPLY', 'unsure'],
    [
      'uncertainty for the error of a function',
      reply(200, '{"errorMessage":"Task timed out","errorType":"Sandbox.Timedout"}'),
      'DATATALKS_UNREADABLE_REPLY',
      'unsure',
      'Task timed out',
    ],
    [
      'uncertainty for the error of a function that names its type only',
      reply(200, '{"errorType":"Runtime.ExitError"}'),
      'DATATALKS_UNREADABLE_REPLY',
      'unsure',
    ],
    ['uncertainty for a blank that JSON does not know', reply(200, '\f'), 'DATATALKS_UNREADABLE_REPLY', 'unsure'],
    [
      'uncertainty for a success of another type',
      reply(200, '{"success":"no"}'),
      'DATATALKS_UNREADABLE_REPLY',
      'unsure',
    ],
    [
      'a refusal for 400',
      reply(400, '{"success":false,"messages":["data is missing"],"requestId":"r"}'),
      'DATATALKS_REFUSED',
      'never',
      'data is missing',
    ],
    ['a refusal for 400 without a body', reply(400, ''), 'DATATALKS_REFUSED', 'never'],
    ['a refusal for 404', reply(404, '{"message":"Not Found"}'), 'DATATALKS_REFUSED', 'never', 'Not Found'],
    [
      'a refusal for 413',
      reply(413, '{"message":"Request Too Long"}'),
      'DATATALKS_REFUSED',
      'never',
      'Request Too Long',
    ],
    ['a refusal for 414', reply(414, ''), 'DATATALKS_REFUSED', 'never'],
    ['a refusal for 415', reply(415, ''), 'DATATALKS_REFUSED', 'never'],
    [
      'a wait for too many requests',
      reply(429, '{"message":"Too Many Requests"}'),
      'DATATALKS_BUSY',
      'later',
      'Too Many Requests',
    ],
    [
      'a longer wait for a used-up quota',
      reply(429, '{"message":"Limit Exceeded"}'),
      'DATATALKS_QUOTA_EXCEEDED',
      'later',
      'Limit Exceeded',
    ],
    ['uncertainty for 500', reply(500, ''), 'DATATALKS_SERVER_FAULT', 'unsure'],
    ['uncertainty for 502', reply(502, ''), 'DATATALKS_SERVER_FAULT', 'unsure'],
    ['uncertainty for 503', reply(503, ''), 'DATATALKS_SERVER_FAULT', 'unsure'],
    [
      'uncertainty for 504',
      reply(504, '{"message": "Endpoint request timed out"}'),
      'DATATALKS_SERVER_FAULT',
      'unsure',
      'Endpoint request timed out',
    ],
  ]
  test.each(cases)('%s', (_, received, code, retry, ...[words]) => {
    const failure = failureOf(received)
    expect<unknown[]>([failure.code, failure.retry, failure.words, failure.httpStatus]).toEqual([
      code,
      retry,
      words,
      received.status,
    ])
  })
})

describe('judgeReply knows whether an operation may be sent again', () => {
  const cases: [name: string, operation: OperationName, status: number, retry: string][] = [
    ['a contact after 500', 'contacts.upsert', 500, 'later'],
    ['a contact after 502', 'contacts.upsert', 502, 'later'],
    ['a contact after 504', 'contacts.upsert', 504, 'unsure'],
    ['a delete after 500', 'contacts.delete', 500, 'unsure'],
    ['a delete after 502', 'contacts.delete', 502, 'unsure'],
    ['an event after 500', 'events.create', 500, 'unsure'],
    ['products after 500', 'products.send', 500, 'unsure'],
    ['a profile of version 2 after 502', 'v2.profiles.send', 502, 'unsure'],
    ['an item of version 3 after 504', 'v3.inventory.send', 504, 'unsure'],
  ]
  test.each(cases)('%s', (_, operation, status, retry) => {
    expect(failureOf(reply(status, ''), operation).retry).toBe(retry as 'later' | 'unsure')
  })
})

describe('judgeReply reads Retry-After', () => {
  const cases: [name: string, status: number, code: string, retry: string][] = [
    ['of a 429', 429, 'DATATALKS_BUSY', 'later'],
    ['of a 503, which becomes a wait', 503, 'DATATALKS_BUSY', 'later'],
    ['of a 4xx, which becomes a wait', 413, 'DATATALKS_BUSY', 'later'],
    ['of a 500, which stays unsure', 500, 'DATATALKS_SERVER_FAULT', 'unsure'],
    ['of a 403, which stays a question of access', 403, 'DATATALKS_FORBIDDEN', 'auth'],
  ]
  test.each(cases)('%s', (_, status, code, retry) => {
    const failure = failureOf(reply(status, '', { 'retry-after': '30' }))
    expect<unknown[]>([failure.code, failure.retry, failure.retryAfterMs]).toEqual([code, retry, 30_000])
  })
})

test('the long text on a wrong signature is cut to its first line', () => {
  const message = [
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    '',
    "The Canonical String for this request should have been\n'POST\n/v1/contacts'",
  ].join('\n')
  expect(failureOf(reply(403, JSON.stringify({ message }))).words).toBe(
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  )
})

test('the text on an incomplete signature, which quotes it in pieces, is left out', () => {
  const headers = { 'x-amzn-ErrorType': 'IncompleteSignatureException' }
  const message = "'Signature' not a valid key=value pair (missing equal-sign) in Authorization header: 'AWS4 abc'."
  expect(failureOf(reply(403, JSON.stringify({ message }), headers)).words).toBeUndefined()
})
