import {
  ConfigError,
  DecodeError,
  EncodeError,
  MAX_WORDS_LENGTH,
  SchemaError,
  SluiceError,
  StoreError,
  TransportError,
  UpstreamError,
  VerifyError,
} from '@sluice/errors'
import { equal } from '../check.ts'
import { cases, type Suite } from '../suite.ts'

/** What a library may say in its own error: it must not travel along. */
const cause = new Error('token=hush')

const ERRORS: readonly (readonly [name: string, error: SluiceError, json: string])[] = [
  [
    'ConfigError',
    new ConfigError(['A is missing', 'B is wrong']),
    '{"name":"ConfigError","stage":"config","code":"CONFIG_INVALID","retry":"never","message":"configuration: A is missing; B is wrong"}',
  ],
  [
    'VerifyError',
    new VerifyError('AUTH_REJECTED', 'no match', cause),
    '{"name":"VerifyError","stage":"verify","code":"AUTH_REJECTED","retry":"never","message":"no match"}',
  ],
  [
    'DecodeError',
    new DecodeError('JSON_SYNTAX', 'not JSON', { line: 2, column: 7 }, cause),
    '{"name":"DecodeError","stage":"decode","code":"JSON_SYNTAX","retry":"never","message":"not JSON at line 2, column 7"}',
  ],
  [
    'EncodeError',
    new EncodeError('XML_NAME', 'no name', cause),
    '{"name":"EncodeError","stage":"encode","code":"XML_NAME","retry":"never","message":"no name"}',
  ],
  [
    'SchemaError',
    new SchemaError('not a contact', [{ path: 'email', message: 'expected text' }]),
    '{"name":"SchemaError","stage":"schema","code":"SCHEMA_MISMATCH","retry":"never","message":"not a contact"}',
  ],
  [
    'TransportError',
    new TransportError('CONNECTION_LOST', 'maybe-sent', 'lost', cause),
    '{"name":"TransportError","stage":"transport","code":"CONNECTION_LOST","retry":"unsure","message":"lost"}',
  ],
  [
    'UpstreamError',
    new UpstreamError({ code: 'EXPIRED', retry: 'auth', message: 'expired', words: 'Expired token', cause }),
    '{"name":"UpstreamError","stage":"upstream","code":"EXPIRED","retry":"auth","message":"expired"}',
  ],
  [
    'StoreError',
    new StoreError('STORE_FULL', 'disk full', cause),
    '{"name":"StoreError","stage":"store","code":"STORE_FULL","retry":"later","message":"disk full"}',
  ],
]

const names = ERRORS.map(([name, error]) => [name, error] as const)

/** What the package promises on every runtime: a stable form, and nothing of the cause in it. */
export const suite: Suite = () => [
  ...cases('as JSON', ERRORS, (_, error, json) => equal(JSON.stringify(error), json)),
  ...cases('as a text', names, (_, error) => equal(String(error), `${error.name}: ${error.message}`)),
  ...cases('is an Error and a SluiceError', names, (_, error) =>
    equal([error instanceof Error, error instanceof SluiceError], [true, true]),
  ),
  ...cases('says nothing of its cause', names, (_, error) => equal(JSON.stringify({ error }).includes('hush'), false)),
  ...cases('has a stack that begins with itself, or none', names, (_, error) =>
    equal(error.stack === undefined || error.stack.includes(error.message), true),
  ),
  ...cases<[error: SluiceError, retry: string]>(
    'retry',
    [
      ['of what certainly was not sent', new TransportError('DNS_FAILED', 'not-sent', ''), 'later'],
      ['of what may have been sent', new TransportError('REPLY_TIMEOUT', 'maybe-sent', ''), 'unsure'],
      ['of a store that is away', new StoreError('STORE_UNAVAILABLE', ''), 'later'],
      ['of a lease that was lost', new StoreError('LEASE_LOST', ''), 'never'],
    ],
    (_, error, retry) => equal(error.retry, retry),
  ),
  ...cases<[actual: unknown, expected: unknown]>(
    'keeps',
    [
      ['its cause', new StoreError('STORE_FULL', '', cause).cause, cause],
      ['no cause where there was none', 'cause' in new StoreError('STORE_FULL', ''), false],
      ['its position', new DecodeError('XML_SYNTAX', '', { line: 1, column: 4 }).position, { line: 1, column: 4 }],
      ['its faults', new ConfigError(['a', 'b']).faults, ['a', 'b']],
      ['at most 500 characters of words', MAX_WORDS_LENGTH, 500],
      [
        'the beginning of longer words',
        new UpstreamError({ code: 'X', retry: 'never', message: '', words: 'x'.repeat(501) }).words,
        'x'.repeat(500),
      ],
    ],
    (_, actual, expected) => equal(actual, expected),
  ),
  ...cases(
    'a rejected promise',
    [['keeps class and code', new VerifyError('AUTH_EXPIRED', 'old')]],
    async (_, error) => {
      const thrown: unknown = await Promise.reject(error).catch((reason: unknown) => reason)
      equal(thrown instanceof VerifyError && thrown.code, 'AUTH_EXPIRED')
    },
  ),
]
