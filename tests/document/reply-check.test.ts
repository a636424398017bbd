import { describe, expect, test } from 'bun:test'
import { type Document, readCommitted } from './document.ts'
import { type Asked, createReplyCheck, type ReplyCheck } from './reply-check.ts'

const document: Document = await readCommitted()
const check: ReplyCheck = createReplyCheck(document)

const JSON_TYPE = { 'content-type': 'application/json' }
const PROBLEM_TYPE = { 'content-type': 'application/problem+json' }
const READ = { method: 'GET', path: '/v1/jobs/job_1' }
const HEALTH = { method: 'GET', path: '/healthz' }

const problem = (status: number, code: string) =>
  JSON.stringify({ type: `urn:sluice:problem:${code}`, title: 'x', status, code })

const AS_DOCUMENTED: readonly [
  name: string,
  asked: Asked,
  status: number,
  headers: Record<string, string>,
  body: string,
][] = [
  ['a success', HEALTH, 200, JSON_TYPE, '{"status":"ok"}'],
  [
    'a media type with a parameter',
    HEALTH,
    200,
    { 'content-type': 'Application/JSON; charset=utf-8' },
    '{"status":"ok"}',
  ],
  ['its head alone', { ...HEALTH, method: 'HEAD' }, 200, JSON_TYPE, ''],
  ['a problem', READ, 404, PROBLEM_TYPE, problem(404, 'JOB_UNKNOWN')],
  [
    'a problem with its header',
    READ,
    401,
    { ...PROBLEM_TYPE, 'www-authenticate': 'Bearer' },
    problem(401, 'UNAUTHENTICATED'),
  ],
  ['a path that there is not', { method: 'GET', path: '/v1/none' }, 404, PROBLEM_TYPE, problem(404, 'NOT_FOUND')],
  [
    'a method that is not taken',
    { ...READ, method: 'PUT' },
    405,
    { ...PROBLEM_TYPE, allow: 'GET, HEAD' },
    problem(405, 'METHOD_NOT_ALLOWED'),
  ],
]

const OTHERWISE: readonly [...(typeof AS_DOCUMENTED)[number], fault: string][] = [
  ['another status', HEALTH, 204, {}, '', 'readHealth has no 204'],
  [
    'another media type',
    HEALTH,
    200,
    { 'content-type': 'text/html' },
    '{"status":"ok"}',
    'text/html is not documented',
  ],
  ['another value', HEALTH, 200, JSON_TYPE, '{"status":"fine"}', '/status'],
  ['a member that is missing', HEALTH, 200, JSON_TYPE, '{}', 'status'],
  ['a member that is not documented', HEALTH, 200, JSON_TYPE, '{"status":"ok","more":1}', 'more'],
  ['a code of another operation', READ, 404, PROBLEM_TYPE, problem(404, 'EVENT_UNKNOWN'), '/code'],
  ['a code of another status', READ, 404, PROBLEM_TYPE, problem(409, 'JOB_UNKNOWN'), '/status'],
  ['a header that is missing', READ, 401, PROBLEM_TYPE, problem(401, 'UNAUTHENTICATED'), 'WWW-Authenticate is missing'],
  [
    'a body where none is documented',
    { method: 'POST', path: '/callbacks/danaconnect/x' },
    200,
    {},
    'ok',
    'not documented',
  ],
  ['an answer where nothing is', { method: 'GET', path: '/v1/none' }, 200, JSON_TYPE, '{}', 'and not NOT_FOUND'],
  [
    'another list of methods',
    { ...READ, method: 'PUT' },
    405,
    { ...PROBLEM_TYPE, allow: 'GET' },
    problem(405, 'METHOD_NOT_ALLOWED'),
    'allows GET',
  ],
]

describe('is as the document says:', () => {
  test.each([...AS_DOCUMENTED])('%s', (_name, asked, status, headers, body) => {
    expect(check(asked, { status, headers: new Headers(headers), body })).toEqual([])
  })
})

describe('is not as the document says:', () => {
  test.each([...OTHERWISE])('%s', (_name, asked, status, headers, body, fault) => {
    const faults = check(asked, { status, headers: new Headers(headers), body })
    expect(faults).toEqual([expect.stringContaining(fault)])
  })
})
