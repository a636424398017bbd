import { describe, expect, test } from 'bun:test'
import { SigV4VerifyError } from './verify-error.ts'
import { type LookupKey, type VerifyOptions, verifySigV4 } from './verify.ts'

// The vector post-vanilla of the AWS Signature Version 4 test suite; the key pair opens nothing.
const SIGNATURE = '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'
const SCOPE = '20150830/us-east-1/service/aws4_request'
const CREDENTIAL = `AKIDEXAMPLE/${SCOPE}`
const SIGNED_AT_MS = Date.UTC(2015, 7, 30, 12, 36)
const options: VerifyOptions = { region: 'us-east-1', service: 'service', nowMs: SIGNED_AT_MS }
const lookupKey: LookupKey = (accessKeyId) =>
  accessKeyId === 'AKIDEXAMPLE' ? { secretAccessKey: ['wJalrXUtnFEMI/K7MDENG', 'bPxRfiCYEXAMPLEKEY'].join('+') } : null

/** What a test changes in the request that verifies. A header that is null is absent. */
interface Change {
  readonly method?: string
  readonly url?: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string | null>>
  readonly options?: Partial<VerifyOptions>
  readonly lookupKey?: LookupKey
}

function authorization(change: {
  credential?: string
  signedHeaders?: string
  signature?: string
  algorithm?: string
}) {
  const { credential = CREDENTIAL, signedHeaders = 'host;x-amz-date', signature = SIGNATURE } = change
  const algorithm = change.algorithm ?? 'AWS4-HMAC-SHA256'
  return `${algorithm} Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=${signature}`
}

function verify(change: Change) {
  const headers = new Headers({
    host: 'example.amazonaws.com',
    'x-amz-date': '20150830T123600Z',
    authorization: authorization({}),
  })
  for (const [name, value] of Object.entries(change.headers ?? {})) {
    if (value === null) headers.delete(name)
    else headers.set(name, value)
  }
  const { method = 'POST', url = 'https://example.amazonaws.com/', body = '' } = change
  const bytes = new TextEncoder().encode(body)
  return verifySigV4({ method, url, headers }, bytes, change.lookupKey ?? lookupKey, { ...options, ...change.options })
}

async function errorOf(change: Change): Promise<SigV4VerifyError> {
  const error = await verify(change).catch((thrown: unknown) => thrown)
  if (error instanceof SigV4VerifyError) return error
  throw new Error('the request was accepted, or failed in another way', { cause: error })
}

const EMPTY_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

const accepted: [name: string, change: Change][] = [
  ['a request as published', {}],
  ['a path in place of the whole address', { url: '/' }],
  ['a host that only the address names', { headers: { host: null } }],
  ['pieces joined without blanks', { headers: { authorization: authorization({}).replaceAll(', ', ',') } }],
  [
    'pieces in another order',
    {
      headers: {
        authorization: `AWS4-HMAC-SHA256 Signature=${SIGNATURE},SignedHeaders=host;x-amz-date,Credential=${CREDENTIAL}`,
      },
    },
  ],
  [
    'a Date header beside x-amz-date',
    {
      headers: { date: '20150830T123600Z' },
    },
  ],
  ['headers that are not signed', { headers: { 'content-type': 'text/plain', 'x-other': 'a' } }],
  ['a claim that is the hash of the body', { headers: { 'x-amz-content-sha256': EMPTY_HASH } }],
  ['a time 299 s ago', { options: { nowMs: SIGNED_AT_MS + 299_000 } }],
  ['a time 299 s ahead', { options: { nowMs: SIGNED_AT_MS - 299_000 } }],
  ['a wider clock skew that is asked for', { options: { nowMs: SIGNED_AT_MS + 899_000, clockSkewSeconds: 900 } }],
  ['either form', { options: { form: 'either' } }],
  ['a key that is found later', { lookupKey: async (id) => lookupKey(id) }],
]

const rejected: [name: string, change: Change, code: string, errorType: string, awsMessage: string | RegExp][] = [
  [
    'no signature',
    { headers: { authorization: null } },
    'AUTH_MISSING',
    'MissingAuthenticationTokenException',
    'Missing Authentication Token',
  ],
  [
    'an empty header',
    { headers: { authorization: '' } },
    'AUTH_MISSING',
    'MissingAuthenticationTokenException',
    'Missing Authentication Token',
  ],
  [
    'a signature in the query, which is not allowed',
    { headers: { authorization: null }, url: '/?X-Amz-Signature=a' },
    'AUTH_MISSING',
    'MissingAuthenticationTokenException',
    'Missing Authentication Token',
  ],
  [
    'a signature in the header, where the query is asked for',
    { options: { form: 'query' } },
    'AUTH_MISSING',
    'MissingAuthenticationTokenException',
    'Missing Authentication Token',
  ],
  [
    'signatures in both places',
    { url: '/?X-Amz-Algorithm=AWS4-HMAC-SHA256', options: { form: 'either' } },
    'AUTH_MALFORMED',
    'IncompleteSignatureException',
    /header and query/,
  ],
  [
    'a bearer token',
    { headers: { authorization: 'Bearer sometoken' } },
    'AUTH_MALFORMED',
    'IncompleteSignatureException',
    "'sometoken' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer sometoken'.",
  ],
  [
    'a blank inside the access key',
    { headers: { authorization: 'AWS4-HMAC-SHA256 Credential=AKID EXAMPLE/a' } },
    'AUTH_MALFORMED',
    'IncompleteSignatureException',
    "'EXAMPLE/a' not a valid key=value pair (missing equal-sign) in Authorization header: 'AWS4-HMAC-SHA256 Credential=AKID EXAMPLE/a'.",
  ],
  [
    'one word, and no date',
    { headers: { authorization: 'allow', 'x-amz-date': null } },
    'AUTH_MALFORMED',
    'IncompleteSignatureException',
    "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=allow",
  ],
  [
    'an empty signature',
    { headers: { authorization: authorization({ signature: '' }) } },
    'AUTH_MALFORMED',
    'IncompleteSignatureException',
    /^Authorization header requires 'Signature' parameter\. Authorization=AWS4-HMAC-SHA256 /,
  ],
  [
    'no date',
    { headers: { 'x-amz-date': null } },
    'AUTH_MALFORMED',
    'IncompleteSignatureException',
    /^Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header\. Authorization=/,
  ],
  [
    'two credentials',
    { headers: { authorization: `${authorization({})}, Credential=${CREDENTIAL}` } },
    'AUTH_MALFORMED',
    'IncompleteSignatureException',
    /repeated/,
  ],
  [
    'two authorization headers',
    { headers: { authorization: `${authorization({})}, ${authorization({})}` } },
    'AUTH_MALFORMED',
    'IncompleteSignatureException',
    /missing equal-sign/,
  ],
  [
    'a time of another form',
    { headers: { 'x-amz-date': '2015-08-30T12:36:00Z' } },
    'AUTH_MALFORMED',
    'IncompleteSignatureException',
    /ISO-8601 'basic format'/,
  ],
  [
    'a time 301 s ago',
    { options: { nowMs: SIGNED_AT_MS + 301_000 } },
    'AUTH_EXPIRED',
    'InvalidSignatureException',
    'Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)',
  ],
  [
    'a time 301 s ahead',
    { options: { nowMs: SIGNED_AT_MS - 301_000 } },
    'AUTH_EXPIRED',
    'InvalidSignatureException',
    'Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T123059Z + 5 min.)',
  ],
  [
    'a host that is not signed',
    { headers: { authorization: authorization({ signedHeaders: 'x-amz-date' }) } },
    'AUTH_REJECTED',
    'InvalidSignatureException',
    "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
  ],
  [
    'a part of the header that nobody knows',
    { headers: { authorization: authorization({}).replace('Credential=', `XSignature=${SIGNATURE}, Credential=`) } },
    'AUTH_MALFORMED',
    'IncompleteSignatureException',
    "'XSignature' is not a known parameter.",
  ],
  [
    'another algorithm',
    { headers: { authorization: authorization({ algorithm: 'AWS4-HMAC-SHA512' }) } },
    'AUTH_MALFORMED',
    'IncompleteSignatureException',
    /AWS4-HMAC-SHA512/,
  ],
  [
    'a credential of four parts',
    { headers: { authorization: authorization({ credential: 'AKIDEXAMPLE/20150830/us-east-1/service' }) } },
    'AUTH_MALFORMED',
    'IncompleteSignatureException',
    /exactly 5/,
  ],
  [
    'a credential of six parts',
    { headers: { authorization: authorization({ credential: `AKID/${CREDENTIAL}` }) } },
    'AUTH_MALFORMED',
    'IncompleteSignatureException',
    /exactly 5/,
  ],
  [
    'another region',
    { options: { region: 'eu-west-1' } },
    'AUTH_REJECTED',
    'InvalidSignatureException',
    'Credential should be scoped to a valid region. ',
  ],
  [
    'another service',
    { options: { service: 'execute-api' } },
    'AUTH_REJECTED',
    'InvalidSignatureException',
    "Credential should be scoped to correct service: 'execute-api'. ",
  ],
  [
    'another region and service, both named',
    { options: { region: 'eu-west-1', service: 'execute-api' } },
    'AUTH_REJECTED',
    'InvalidSignatureException',
    "Credential should be scoped to a valid region. Credential should be scoped to correct service: 'execute-api'. ",
  ],
  [
    'another terminator',
    { headers: { authorization: authorization({ credential: CREDENTIAL.replace('aws4_', 'aws5_') }) } },
    'AUTH_REJECTED',
    'InvalidSignatureException',
    /terminator/,
  ],
  [
    'a scope of another day',
    { headers: { authorization: authorization({ credential: CREDENTIAL.replace('20150830', '20150829') }) } },
    'AUTH_REJECTED',
    'InvalidSignatureException',
    /Date in Credential scope/,
  ],
  [
    'an unknown access key',
    { lookupKey: () => null },
    'AUTH_REJECTED',
    'UnrecognizedClientException',
    'The security token included in the request is invalid.',
  ],
  [
    'another secret',
    { lookupKey: () => ({ secretAccessKey: 'other' }) },
    'AUTH_REJECTED',
    'InvalidSignatureException',
    /does not match/,
  ],
  ['another method', { method: 'PUT' }, 'AUTH_REJECTED', 'InvalidSignatureException', /does not match/],
  ['another path', { url: '/a' }, 'AUTH_REJECTED', 'InvalidSignatureException', /does not match/],
  ['another query', { url: '/?a=b' }, 'AUTH_REJECTED', 'InvalidSignatureException', /does not match/],
  [
    'another host',
    { headers: { host: 'other.amazonaws.com' } },
    'AUTH_REJECTED',
    'InvalidSignatureException',
    /does not match/,
  ],
  ['another body', { body: '{}' }, 'AUTH_REJECTED', 'InvalidSignatureException', /does not match/],
  [
    'a signature in upper case',
    { headers: { authorization: authorization({ signature: SIGNATURE.toUpperCase() }) } },
    'AUTH_REJECTED',
    'InvalidSignatureException',
    /does not match/,
  ],
  [
    'a signed header that is absent',
    { headers: { authorization: authorization({ signedHeaders: 'host;x-a;x-amz-date' }) } },
    'AUTH_REJECTED',
    'InvalidSignatureException',
    /does not match/,
  ],
  [
    'a signed header whose name is none',
    { headers: { authorization: authorization({ signedHeaders: 'host;x-a/b;x-amz-date' }) } },
    'AUTH_REJECTED',
    'InvalidSignatureException',
    /does not match/,
  ],
  [
    'an unsigned payload',
    { headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } },
    'AUTH_REJECTED',
    'InvalidSignatureException',
    /does not match/,
  ],
  [
    'a claim that is the hash of another body',
    { headers: { 'x-amz-content-sha256': '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a' } },
    'AUTH_REJECTED',
    'InvalidSignatureException',
    /does not match/,
  ],
  [
    'a session token for a key without one',
    { headers: { 'x-amz-security-token': 'a' } },
    'AUTH_REJECTED',
    'UnrecognizedClientException',
    'The security token included in the request is invalid.',
  ],
]

describe('verifySigV4', () => {
  test.each(accepted)('accepts %s', async (_name, change) => {
    expect(await verify(change)).toEqual({
      accessKeyId: 'AKIDEXAMPLE',
      signedHeaders: ['host', 'x-amz-date'],
      signature: SIGNATURE,
    })
  })

  test.each(rejected)('rejects %s', async (_name, change, code, errorType, awsMessage) => {
    const error = await errorOf(change)
    expect(error).toMatchObject({ name: 'VerifyError', retry: 'never', code, errorType })
    if (typeof awsMessage === 'string') expect(error.awsMessage).toBe(awsMessage)
    else expect(error.awsMessage).toMatch(awsMessage)
  })

  test('answers a mismatch with what it expected, as AWS does', async () => {
    const error = await errorOf({ url: '/a?b', body: '{}' })
    expect(error.awsMessage)
      .toBe(`The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.

The Canonical String for this request should have been
'POST
/a
b=
host:example.amazonaws.com
x-amz-date:20150830T123600Z

host;x-amz-date
44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'

The String-to-Sign should have been
'AWS4-HMAC-SHA256
20150830T123600Z
20150830/us-east-1/service/aws4_request
a39890c4c24a37625befb7577bae38f4cffbf94e280aca10e22ce617c15c0f0f'`)
  })

  test('keeps the words of AWS, which quote the request, out of everything that is logged', async () => {
    const error = await errorOf({ headers: { authorization: 'Bearer canary' } })
    expect(error.awsMessage).toContain('canary')
    expect([error.message, JSON.stringify(error), Bun.inspect(error)].join('\n')).not.toContain('canary')
  })
})

describe('the session token', () => {
  const temporary: LookupKey = async (id) => {
    const key = await lookupKey(id)
    return key === null || key === undefined ? null : { ...key, sessionToken: 'session/token' }
  }

  test('is accepted when it is the one of the key, signed or not', async () => {
    const verified = await verify({ headers: { 'x-amz-security-token': 'session/token' }, lookupKey: temporary })
    expect(verified.accessKeyId).toBe('AKIDEXAMPLE')
  })

  test.each<[string, string | null]>([
    ['is rejected when it is another', 'session/tokem'],
    ['is rejected when it is only the beginning', 'session'],
    ['is rejected when it is absent', null],
  ])('%s', async (_name, token) => {
    const error = await errorOf({ headers: { 'x-amz-security-token': token }, lookupKey: temporary })
    expect(error).toMatchObject({ code: 'AUTH_REJECTED', errorType: 'UnrecognizedClientException' })
  })
})

describe('what nobody may sign with', () => {
  const found: readonly [name: string, key: unknown][] = [
    ['what a plain object finds for an id that is one of its own names', Object],
    ['an empty secret', { secretAccessKey: '' }],
    ['a secret that is not there', {}],
    ['undefined, as a Map finds it', undefined],
  ]
  test.each([...found])('%s is no key', async (_, key) => {
    const lookup: LookupKey = () => key as ReturnType<LookupKey>
    expect(await errorOf({ lookupKey: lookup })).toMatchObject({ code: 'AUTH_REJECTED' })
  })

  test.each([{ nowMs: Number('none') }, { clockSkewSeconds: Number('none') }, { clockSkewSeconds: -1 }])(
    'a clock that is no number judges nothing: %p',
    async (wrong) => {
      const judging = verify({ options: wrong })
      await judging.then(
        () => expect.unreachable(),
        (error: unknown) => expect(error).toMatchObject({ code: 'CONFIG_INVALID' }),
      )
    },
  )
})
