import { describe, expect, test } from 'bun:test'

import { SluiceError } from './sluice-error.ts'
import {
  ConfigError,
  DecodeError,
  EncodeError,
  MAX_WORDS_LENGTH,
  SchemaError,
  StoreError,
  TransportError,
  UpstreamError,
  VerifyError,
} from './stages.ts'

/** What a library may say in its own error: it must not travel along. */
const cause = new Error('token=hush')

const ERRORS: readonly (readonly [SluiceError, object])[] = [
  [
    new ConfigError(['A is missing', 'B is missing']),
    {
      name: 'ConfigError',
      stage: 'config',
      code: 'CONFIG_INVALID',
      retry: 'never',
      message: 'configuration: A is missing; B is missing',
    },
  ],
  [
    new VerifyError('AUTH_REJECTED', 'signature does not match', cause),
    {
      name: 'VerifyError',
      stage: 'verify',
      code: 'AUTH_REJECTED',
      retry: 'never',
      message: 'signature does not match',
    },
  ],
  [
    new DecodeError('JSON_SYNTAX', 'not JSON', { line: 2, column: 7 }, cause),
    {
      name: 'DecodeError',
      stage: 'decode',
      code: 'JSON_SYNTAX',
      retry: 'never',
      message: 'not JSON at line 2, column 7',
    },
  ],
  [
    new EncodeError('XML_NAME', 'no name', cause),
    { name: 'EncodeError', stage: 'encode', code: 'XML_NAME', retry: 'never', message: 'no name' },
  ],
  [
    new SchemaError('not a contact', [{ path: 'email', message: 'expected text' }]),
    { name: 'SchemaError', stage: 'schema', code: 'SCHEMA_MISMATCH', retry: 'never', message: 'not a contact' },
  ],
  [
    new TransportError('DNS_FAILED', 'not-sent', 'no address', cause),
    { name: 'TransportError', stage: 'transport', code: 'DNS_FAILED', retry: 'later', message: 'no address' },
  ],
  [
    new UpstreamError({ code: 'EXPIRED', retry: 'auth', message: 'token expired', words: 'Expired token', cause }),
    { name: 'UpstreamError', stage: 'upstream', code: 'EXPIRED', retry: 'auth', message: 'token expired' },
  ],
  [
    new StoreError('STORE_FULL', 'disk full', cause),
    { name: 'StoreError', stage: 'store', code: 'STORE_FULL', retry: 'later', message: 'disk full' },
  ],
]

describe('as JSON', () => {
  test.each(ERRORS.map(([error, expected]) => [error.name, error, expected] as const))(
    '%s says what it is, and not what caused it',
    (_, error, expected) => {
      expect(JSON.parse(JSON.stringify(error))).toEqual(expected)
    },
  )
})

test.each(ERRORS.map(([error]) => [error.name, error] as const))('%s is an Error and a SluiceError', (_, error) => {
  expect([error instanceof Error, error instanceof SluiceError]).toEqual([true, true])
})

test('the error of a read says what the error of its request said', () => {
  const cause = new Error('socket')
  const error = new TransportError('REPLY_TIMEOUT', 'maybe-sent', 'GET x.test/', cause).ofRead()
  expect<unknown>([error.code, error.sent, error.message, error.cause]).toEqual([
    'REPLY_TIMEOUT',
    'maybe-sent',
    'GET x.test/',
    cause,
  ])
})

describe('retry', () => {
  test.each([
    ['a request that certainly was not sent', new TransportError('CONNECTION_REFUSED', 'not-sent', ''), 'later'],
    ['a request that may have been sent', new TransportError('CONNECTION_LOST', 'maybe-sent', ''), 'unsure'],
    ['a read that may have been sent', new TransportError('CONNECTION_LOST', 'maybe-sent', '').ofRead(), 'later'],
    ['a store that is away', new StoreError('STORE_UNAVAILABLE', ''), 'later'],
    ['a lease that was lost', new StoreError('LEASE_LOST', ''), 'never'],
  ] as const)('of %s', (_, error, retry) => {
    expect(error.retry).toBe(retry)
  })
})

describe('what an error keeps', () => {
  test('is its cause, for a debugger', () => {
    expect(new StoreError('STORE_FULL', 'disk full', cause).cause).toBe(cause)
  })

  test('is no cause where there was none', () => {
    expect('cause' in new StoreError('STORE_FULL', 'disk full')).toBe(false)
  })

  test('is the position', () => {
    const { position, message } = new DecodeError('XML_SYNTAX', 'not well formed', { line: 1, column: 4 })
    expect([position, message]).toEqual([{ line: 1, column: 4 }, 'not well formed at line 1, column 4'])
  })

  test('is a message without a position where there is none', () => {
    expect(new DecodeError('JSON_TOO_LARGE', 'too large').message).toBe('too large')
  })

  test('is at most 500 characters of an upstream’s words', () => {
    const error = new UpstreamError({ code: 'X', retry: 'never', message: '', words: 'x'.repeat(501) })
    expect([error.words?.length, MAX_WORDS_LENGTH]).toEqual([500, 500])
  })

  test('is what an upstream said of status, waiting time and rows', () => {
    const counts = { total: 3, bad: 1 }
    const fields = { code: 'X', retry: 'later', message: '', httpStatus: 429, retryAfterMs: 1000, counts } as const
    const error = new UpstreamError(fields)
    expect([error.httpStatus, error.retryAfterMs, error.counts, error.words]).toEqual([429, 1000, counts, undefined])
  })
})
