import { describe, expect, test } from 'bun:test'
import { ConfigError, SchemaError, TransportError, UpstreamError } from '@sluice/errors'
import { counts } from './deliver.ts'
import { judge } from './outcome.ts'

const SENT = { sent: true, idempotent: false }
const NOT_SENT = { sent: false, idempotent: false }

const upstream = (fields: Partial<ConstructorParameters<typeof UpstreamError>[0]>) =>
  new UpstreamError({ code: 'SOME_CODE', retry: 'never', message: 'vendor operation: failed', ...fields })

describe('judge', () => {
  test.each([
    ['the upstream said no', upstream({ retry: 'never' }), 'refused'],
    ['the upstream asks for another time', upstream({ retry: 'later' }), 'busy'],
    ['the upstream does not accept the credentials', upstream({ retry: 'auth' }), 'unauthorized'],
    ['the reply says nothing', upstream({ retry: 'unsure' }), 'unsure'],
    ['some rows landed', upstream({ retry: 'unsure', counts: { total: 1, bad: 1 } }), 'partial'],
    ['no row landed', upstream({ retry: 'never', counts: { total: 0, bad: 1 } }), 'refused'],
    ['proof that nothing was sent', new TransportError('CONNECTION_REFUSED', 'not-sent', 'x'), 'busy'],
    ['a time-out', new TransportError('HEADERS_TIMEOUT', 'maybe-sent', 'x'), 'unsure'],
    ['a payload that the client refuses', new SchemaError('x', []), 'refused'],
    ['a configuration that cannot work', new ConfigError(['x']), 'refused'],
    ['an error that nobody foresaw', new TypeError('x'), 'unsure'],
  ] as const)('%s', (_, error, outcome) => {
    expect(judge(error, SENT).outcome).toBe(outcome)
  })

  test.each([
    ['a token call that timed out', new TransportError('REPLY_TIMEOUT', 'maybe-sent', 'x')],
    ['a token call with an unreadable reply', upstream({ retry: 'unsure' })],
    ['an unforeseen error', new TypeError('x')],
  ] as const)('%s leaves nobody unsure when the delivery itself was not sent', (_, error) => {
    expect(judge(error, NOT_SENT).outcome).toBe('busy')
  })

  test.each([
    ['a 429', upstream({ retry: 'later', httpStatus: 429 }), true, null],
    ['a 503 with Retry-After', upstream({ retry: 'later', httpStatus: 503, retryAfterMs: 7000 }), true, 7000],
    ['a 503 without', upstream({ retry: 'later', httpStatus: 503 }), false, null],
    ['a refused connection', new TransportError('CONNECTION_REFUSED', 'not-sent', 'x'), false, null],
  ] as const)(
    '%s: whether the upstream asks to be left alone, and for how long',
    (_, error, throttled, retryAfterMs) => {
      expect(judge(error, SENT)).toMatchObject({ throttled, retryAfterMs })
    },
  )

  test.each([
    ['zero', 0, null],
    ['a date that has passed', -5000, null],
    ['a date beyond what a date can be', 1e17, 86_400_000],
  ])('Retry-After of %s', (_, given, retryAfterMs) => {
    const error = upstream({ retry: 'later', httpStatus: 503, retryAfterMs: given })
    expect(judge(error, SENT)).toMatchObject({ outcome: 'busy', throttled: true, retryAfterMs })
  })

  test('credentials that are refused are refused, whatever the reply says of time', () => {
    const error = upstream({ retry: 'auth', httpStatus: 403, retryAfterMs: 1000 })
    expect(judge(error, SENT)).toMatchObject({ outcome: 'unauthorized', throttled: false })
  })

  test('where even the token is refused, the destination is at fault and not the delivery', () => {
    expect(judge(upstream({ retry: 'never', httpStatus: 404 }), NOT_SENT).outcome).toBe('unauthorized')
    expect(judge(new SchemaError('x', []), NOT_SENT).outcome).toBe('refused')
  })

  test.each([
    ['an operation that must not be repeated', false, 'unsure'],
    ['one that may be', true, 'busy'],
  ] as const)('a 503 that names no time, of %s', (_, idempotent, outcome) => {
    const error = upstream({ retry: 'later', httpStatus: 503 })
    expect(judge(error, { sent: true, idempotent }).outcome).toBe(outcome)
    expect(judge(error, NOT_SENT).outcome).toBe('busy')
  })

  test.each([
    [500, 'unsure'],
    [502, 'unsure'],
    [503, 'busy'],
    [504, 'unsure'],
  ] as const)('a %d that names a time, of an operation that must not be repeated: %s', (httpStatus, outcome) => {
    const error = upstream({ retry: 'later', httpStatus, retryAfterMs: 7000 })
    // The gate closes for that time in any case.
    expect(judge(error, SENT)).toMatchObject({ outcome, throttled: true, retryAfterMs: 7000 })
    expect(judge(error, { ...SENT, idempotent: true }).outcome).toBe('busy')
    expect(judge(error, NOT_SENT).outcome).toBe('busy')
  })

  test.each([
    [400, true],
    [404, true],
    [408, undefined],
    [409, undefined],
    [413, true],
    [422, true],
    [423, undefined],
    [425, undefined],
    [429, undefined],
  ] as const)(
    'a %d that names a time was not taken, so it may come again: uses up an attempt: %p',
    (httpStatus, spends) => {
      const error = upstream({ retry: 'later', httpStatus, retryAfterMs: 7000 })
      for (const idempotent of [true, false]) {
        const judgement = judge(error, { sent: true, idempotent })
        expect(judgement).toMatchObject({ outcome: 'busy', throttled: true, retryAfterMs: 7000 })
        expect([judgement.spends, counts(judgement)]).toEqual([spends, spends === true])
      }
    },
  )

  test.each([400, 408, 429])(
    'a %d that the contract of the upstream takes for a no is one, whatever it says of time',
    (httpStatus) => {
      const judgement = judge(upstream({ retry: 'never', httpStatus, retryAfterMs: 7000 }), SENT)
      expect([judgement.outcome, counts(judgement)]).toEqual(['refused', true])
    },
  )

  test('a 503 that names a time stays unsure where the contract of the upstream says so', () => {
    const error = upstream({ retry: 'unsure', httpStatus: 503, retryAfterMs: 7000 })
    expect(judge(error, SENT)).toMatchObject({ outcome: 'unsure', throttled: true, retryAfterMs: 7000 })
  })

  test.each([401, 403])('a %d is about the credentials, whatever its body says', (httpStatus) => {
    expect(judge(upstream({ retry: 'never', httpStatus }), SENT).outcome).toBe('unauthorized')
  })

  test("keeps the upstream's words beside the code", () => {
    const error = upstream({ code: 'CONTACTNOW_REFUSED', words: 'Bad argument: xyz' })
    expect(judge(error, SENT)).toMatchObject({
      code: 'CONTACTNOW_REFUSED',
      detail: 'vendor operation: failed: Bad argument: xyz',
    })
  })

  test('of an error that nobody foresaw it shows nothing: its message may quote a contact', () => {
    expect(JSON.stringify(judge(new TypeError('ada@example.com'), SENT))).not.toContain('ada')
  })
})
