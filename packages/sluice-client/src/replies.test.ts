import { describe, expect, test } from 'bun:test'
import { UpstreamError } from '@sluice/errors'
import { type HttpReply, Secret } from '@sluice/http-client'
import { judgeForward } from './replies.ts'

const NOON_MS = Date.UTC(2026, 10, 22, 12, 0, 0)
const DELIVERY = { id: 'dlv_1', destination: 'contactnow', operation: 'records.create' }
const ACCEPTED = JSON.stringify({ eventId: 'evt_1', deliveries: [DELIVERY] })

function reply(status: number, body: string, headers: Record<string, string> = {}): HttpReply {
  return { status, headers: new Headers(headers), bytes: new TextEncoder().encode(body) }
}

const problem = (status: number, code: string, more: object = {}) =>
  JSON.stringify({ type: `urn:sluice:problem:${code}`, title: 'A title.', status, code, ...more })

const judge = (received: HttpReply) =>
  judgeForward(received, { nowMs: NOON_MS, secrets: [new Secret('signature', 'v1,c2lnbmF0dXJl')] })

function failureOf(received: HttpReply): UpstreamError {
  try {
    judge(received)
  } catch (error) {
    if (error instanceof UpstreamError) return error
    throw error
  }
  throw new Error('the reply was taken for an acceptance')
}

describe('an acceptance', () => {
  test.each([
    ['names the event and its deliveries', ACCEPTED],
    ['may say more', JSON.stringify({ more: 1, eventId: 'evt_1', deliveries: [{ ...DELIVERY, more: 1 }] })],
  ])('%s', (_name, body) => {
    expect(judge(reply(202, body))).toEqual({ eventId: 'evt_1', deliveries: [DELIVERY] })
  })
})

describe('no acceptance is', () => {
  test.each([
    ['another success', 200, ACCEPTED],
    ['an empty body', 202, ''],
    ['a page', 202, '<html></html>'],
    ['an acceptance that was cut off', 202, ACCEPTED.slice(0, -1)],
    ['an acceptance without an event', 202, JSON.stringify({ deliveries: [DELIVERY] })],
    ['an acceptance without deliveries', 202, JSON.stringify({ eventId: 'evt_1' })],
    ['an acceptance with an empty id', 202, JSON.stringify({ eventId: '', deliveries: [DELIVERY] })],
    ['an acceptance of deliveries without ids', 202, JSON.stringify({ eventId: 'evt_1', deliveries: [{}] })],
    ['no content', 204, ''],
  ])('%s', (_name, status, body) => {
    const { code, retry } = failureOf(reply(status, body))
    expect([code, retry]).toEqual(['SLUICE_UNREADABLE_REPLY', 'unsure'])
  })

  test('an event that no route took', () => {
    const { code, retry } = failureOf(reply(202, JSON.stringify({ eventId: 'evt_1', deliveries: [] })))
    expect([code, retry]).toEqual(['SLUICE_NOT_ROUTED', 'never'])
  })
})

describe('a refusal', () => {
  type Row = [name: string, status: number, body: string, code: string, retry: string, headers?: Record<string, string>]
  const rows: Row[] = [
    ['of the signature', 401, problem(401, 'UNAUTHENTICATED'), 'SLUICE_SIGNATURE_REFUSED', 'auth'],
    ['of the signature, in other words', 401, 'no', 'SLUICE_SIGNATURE_REFUSED', 'auth'],
    ['of the signature that names a time', 401, '', 'SLUICE_SIGNATURE_REFUSED', 'auth', { 'retry-after': '5' }],
    ['by what stands before it', 403, '<html></html>', 'SLUICE_FORBIDDEN', 'auth'],
    ['for want of the source', 404, problem(404, 'SOURCE_UNKNOWN'), 'SLUICE_SOURCE_UNKNOWN', 'auth'],
    ['for want of a Sluice', 404, 'Not found', 'SLUICE_SOURCE_UNKNOWN', 'auth'],
    ['of the method', 405, problem(405, 'METHOD_NOT_ALLOWED'), 'SLUICE_SOURCE_UNKNOWN', 'auth'],
    ['of the body', 400, problem(400, 'JSON_FORBIDDEN_KEY'), 'SLUICE_REFUSED', 'never'],
    ['of the size', 413, problem(413, 'BODY_TOO_LARGE'), 'SLUICE_REFUSED', 'never'],
    ['of the type', 415, problem(415, 'CONTENT_TYPE_UNSUPPORTED'), 'SLUICE_REFUSED', 'never'],
    ['of the shape', 422, problem(422, 'SCHEMA_MISMATCH'), 'SLUICE_REFUSED', 'never'],
    ['of another content under the same id', 422, problem(422, 'IDEMPOTENCY_KEY_REUSED'), 'SLUICE_REFUSED', 'never'],
    ['of any other kind', 418, '', 'SLUICE_REFUSED', 'never'],
    ['of any other conflict', 409, problem(409, 'SOMETHING_ELSE'), 'SLUICE_REFUSED', 'never'],
    [
      'while the same is worked on',
      409,
      problem(409, 'IDEMPOTENCY_KEY_IN_PROGRESS'),
      'SLUICE_IN_PROGRESS',
      'later',
      { 'retry-after': '1' },
    ],
    ['for now', 429, '', 'SLUICE_BUSY', 'later'],
    [
      'while the store cannot write',
      503,
      problem(503, 'STORE_UNAVAILABLE'),
      'SLUICE_BUSY',
      'later',
      { 'retry-after': '5' },
    ],
    ['of a 4xx that names a time', 408, '', 'SLUICE_BUSY', 'later', { 'retry-after': '5' }],
    ['by a fault', 500, problem(500, 'INTERNAL'), 'SLUICE_SERVER_FAULT', 'later'],
    ['by a proxy', 502, '<html></html>', 'SLUICE_SERVER_FAULT', 'later'],
    ['without a time', 503, '', 'SLUICE_SERVER_FAULT', 'later'],
  ]
  test.each(rows)('%s', (_name, status, body, code, retry, headers = {}) => {
    const error = failureOf(reply(status, body, headers))
    expect([error.code, error.retry, error.httpStatus]).toEqual([code, retry, status])
    expect(error.retryAfterMs).toBe('retry-after' in headers ? Number(headers['retry-after']) * 1000 : undefined)
  })

  test('keeps the words of its problem, with paths and without secrets', () => {
    const errors = [
      { path: 'email', message: 'Invalid email address' },
      { path: '', message: 'v1,c2lnbmF0dXJl is refused' },
    ]
    const error = failureOf(reply(422, problem(422, 'SCHEMA_MISMATCH', { detail: 'At line 1', errors })))
    expect(error.words).toBe(
      'SCHEMA_MISMATCH A title.; At line 1; email: Invalid email address; {signature} is refused',
    )
    expect(error.message).toBe('sluice events.forward: the event was refused')
  })

  test('has no words where there is no problem document', () => {
    expect(failureOf(reply(500, '<html>secret</html>')).words).toBeUndefined()
  })
})
