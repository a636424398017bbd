import { describe, expect, test } from 'bun:test'
import { webCryptoHashes } from './hash-functions.ts'
import { signSigV4, type SignOptions } from './sign.ts'
import type { SigningCredentials, UnsignedRequest } from './signable-request.ts'

const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: ['wJalrXUtnFEMI/K7MDENG', 'bPxRfiCYEXAMPLEKEY'].join('+'),
}
const scope = { region: 'us-east-1', service: 'service', nowMs: Date.UTC(2015, 7, 30, 12, 36) }
/** Both ways to sign, which have to do alike: by aws4fetch, and by our own steps with a hash that is passed in. */
const ways: [name: string, options: SignOptions][] = [
  ['signSigV4', scope],
  ['signSigV4 with a hash of the caller', { ...scope, hashes: webCryptoHashes }],
]
const get = { method: 'GET', url: 'https://example.amazonaws.com/' }
const post = { ...get, method: 'POST' }

function authorization(signedHeaders: string, signature: string): string {
  const scope = '20150830/us-east-1/service/aws4_request'
  return `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`
}

// Inputs and signatures of the AWS Signature Version 4 test suite.
const published: [name: string, request: UnsignedRequest, signedHeaders: string, signature: string][] = [
  ['get-vanilla', get, 'host;x-amz-date', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  ['post-vanilla', post, 'host;x-amz-date', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  [
    'get-vanilla-query-order-key-case',
    { ...get, url: `${get.url}?Param2=value2&Param1=value1` },
    'host;x-amz-date',
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
  [
    'normalize-path/get-slashes',
    { ...get, url: `${get.url}/example//` },
    'host;x-amz-date',
    '9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84',
  ],
  [
    'get-vanilla-utf8-query',
    { ...get, url: `${get.url}?ሴ=bar` },
    'host;x-amz-date',
    '2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04',
  ],
  [
    'get-header-value-trim',
    { ...get, headers: { 'My-Header1': ' value1', 'My-Header2': ' "a   b   c"' } },
    'host;my-header1;my-header2;x-amz-date',
    'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
  ],
]

describe.each(ways)('%s', (_way, options) => {
  test.each(published)('signs %s as published', async (_name, request, signedHeaders, signature) => {
    const signed = await signSigV4(request, credentials, options)
    expect(signed.headers.authorization).toBe(authorization(signedHeaders, signature))
    expect(signed.headers['x-amz-date']).toBe('20150830T123600Z')
  })

  test('returns every header that was given, and none for the host', async () => {
    const headers = { 'Content-Type': 'application/json', Host: 'example.amazonaws.com', 'X-Trace': 'a' }
    const signed = await signSigV4({ ...post, headers, body: '{}' }, credentials, options)
    expect(Object.keys(signed.headers).toSorted()).toEqual(['authorization', 'content-type', 'x-amz-date', 'x-trace'])
    expect(signed.headers.authorization).toContain('SignedHeaders=host;x-amz-date;x-trace,')
  })

  test('sends and signs the session token', async () => {
    const signed = await signSigV4(get, { ...credentials, sessionToken: 'token/+=' }, options)
    expect(signed.headers['x-amz-security-token']).toBe('token/+=')
    expect(signed.headers.authorization).toContain('SignedHeaders=host;x-amz-date;x-amz-security-token,')
  })

  test('uses the region and the service given, whatever the host says', async () => {
    const url = 'https://abc.execute-api.eu-west-1.amazonaws.com/'
    const signed = await signSigV4({ ...get, url }, credentials, options)
    expect(signed.headers.authorization).toContain('/20150830/us-east-1/service/aws4_request,')
  })

  test.each<[string, string | Uint8Array, string | Uint8Array]>([
    ['the same for a text and its UTF-8 bytes', 'å', new Uint8Array([0xc3, 0xa5])],
    ['the same for bytes inside a larger buffer', new Uint8Array([1, 2, 3, 4]).subarray(1, 3), new Uint8Array([2, 3])],
    ['the same for no bytes and the empty text', new Uint8Array(), ''],
  ])('signs %s', async (_name, body, same) => {
    const [one, other] = await Promise.all([
      signSigV4({ ...post, body }, credentials, options),
      signSigV4({ ...post, body: same }, credentials, options),
    ])
    expect(one).toEqual(other)
  })

  test('signs a binary body that comes without a content type', async () => {
    const empty = await signSigV4(post, credentials, options)
    const binary = await signSigV4({ ...post, body: new Uint8Array([0xff, 0x00]) }, credentials, options)
    expect(binary.headers.authorization).not.toBe(empty.headers.authorization)
  })

  test('accepts the right hash of the body from the caller', async () => {
    const headers = { 'x-amz-content-sha256': '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a' }
    const signed = await signSigV4({ ...post, headers, body: '{}' }, credentials, options)
    expect(signed.headers.authorization).toContain('SignedHeaders=host;x-amz-content-sha256;x-amz-date,')
  })
})

describe.each(ways)('the address returned by %s', (_way, options) => {
  test.each<[string, string, string]>([
    ['encodes what was not', 'https://h.example/a b?c d=é', 'https://h.example/a%20b?c%20d=%C3%A9'],
    ['keeps escapes', 'https://h.example/a%20b%2F?c=%2B%20', 'https://h.example/a%20b%2F?c=%2B%20'],
    ['resolves dots', 'https://h.example/a/../b/./c', 'https://h.example/b/c'],
    ['keeps repeated slashes', 'https://h.example//a//b', 'https://h.example//a//b'],
    ['leaves out the fragment', 'https://h.example/a?b=1#c', 'https://h.example/a?b=1'],
    ['leaves out the default port', 'https://h.example:443/', 'https://h.example/'],
    ['keeps any other port', 'http://127.0.0.1:8080/', 'http://127.0.0.1:8080/'],
  ])('%s', async (_name, url, expected) => {
    expect((await signSigV4({ method: 'GET', url }, credentials, options)).url).toBe(expected)
  })

  test('holds the signature when the form is query, and no blank as +', async () => {
    const signed = await signSigV4({ ...get, url: `${get.url}?a=b%20c&d=%2B` }, credentials, {
      ...options,
      form: 'query',
    })
    const url = new URL(signed.url)
    expect(url.search).toStartWith('?a=b%20c&d=%2B&X-Amz-Date=20150830T123600Z&X-Amz-Algorithm=AWS4-HMAC-SHA256&')
    expect(url.searchParams.get('X-Amz-Credential')).toBe('AKIDEXAMPLE/20150830/us-east-1/service/aws4_request')
    expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe('host')
    expect(url.searchParams.get('X-Amz-Signature')).toMatch(/^[0-9a-f]{64}$/)
    expect(signed.headers).toEqual({})
  })
})

const refusedRequests: [name: string, change: Partial<UnsignedRequest>][] = [
  ['a raw + in a value', { url: `${get.url}?a=b+c` }],
  ['a raw + in a name', { url: `${get.url}?a+b=c` }],
  ['a pair with an empty name', { url: `${get.url}?=novalue` }],
  ['an empty pair', { url: `${get.url}?a=1&&b=2` }],
  ['an ampersand at the end', { url: `${get.url}?a=1&` }],
  ['an escape that is not UTF-8 in a value', { url: `${get.url}?a=%E5` }],
  ['an escape that is not UTF-8 in a name', { url: `${get.url}?%E5=a` }],
  ['an escaped surrogate', { url: `${get.url}?a=%ED%A0%80` }],
  ['a stray %', { url: `${get.url}?a=100%` }],
  ['a signature already in the query', { url: `${get.url}?X-Amz-Signature=a` }],
  ['an escaped name of the signature in the query', { url: `${get.url}?x-amz-%64ate=a` }],
  ['a relative address', { url: '/a' }],
  ['another scheme', { url: 'ftp://example.amazonaws.com/' }],
  ['a login in the address', { url: 'https://user:password@example.amazonaws.com/' }],
  ['a tab inside a header value', { headers: { a: 'b\tc' } }],
  ['a newline in a header value', { headers: { a: 'b\nc' } }],
  ['a no-break space in a header value', { headers: { a: 'b\u00a0c' } }],
  ['a letter above ASCII in a header value', { headers: { a: 'é' } }],
  ['a blank in a header name', { headers: { 'a b': 'c' } }],
  ['an authorization header', { headers: { Authorization: 'a' } }],
  ['a date of the caller', { headers: { 'X-Amz-Date': '20150830T123600Z' } }],
  ['a session token among the headers', { headers: { 'x-amz-security-token': 'a' } }],
  ['the host of another address', { headers: { host: 'other.example' } }],
  ['a hash that is not the one of the body', { headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }],
  ['a method in lower case', { method: 'patch' }],
  ['an empty method', { method: '' }],
]

const refusedSigners: [name: string, credentials: Partial<SigningCredentials>, options: Partial<SignOptions>][] = [
  ['a blank inside the access key id', { accessKeyId: 'AKID EXAMPLE' }, {}],
  ['a newline after the access key id', { accessKeyId: 'AKIDEXAMPLE\n' }, {}],
  ['a slash inside the access key id', { accessKeyId: 'AKID/EXAMPLE' }, {}],
  ['a comma inside the access key id', { accessKeyId: 'AKID,EXAMPLE' }, {}],
  ['an empty access key id', { accessKeyId: '' }, {}],
  ['a newline after the secret', { secretAccessKey: 'secret\n' }, {}],
  ['a blank before the secret', { secretAccessKey: ' secret' }, {}],
  ['an empty secret', { secretAccessKey: '' }, {}],
  ['a newline after the session token', { sessionToken: 'token\n' }, {}],
  ['an empty session token', { sessionToken: '' }, {}],
  ['an empty region', {}, { region: '' }],
  ['a region in upper case', {}, { region: 'EU-WEST-1' }],
  ['an empty service', {}, { service: '' }],
  ['a service with a slash', {}, { service: 'a/b' }],
  ['the rules of S3', {}, { service: 's3' }],
  ['a time that is no number', {}, { nowMs: Number.NaN }],
]

describe.each(ways)('%s refuses', (_way, options) => {
  const refusal = { name: 'EncodeError', code: 'SIGNATURE_INPUT', retry: 'never' }

  test.each(refusedRequests)('%s', async (_name, change) => {
    const signed = signSigV4({ ...get, ...change }, credentials, options)
    expect(await signed.catch((error: unknown) => error)).toMatchObject(refusal)
  })

  test.each(refusedSigners)('%s', async (_name, otherCredentials, otherOptions) => {
    const signed = signSigV4(get, { ...credentials, ...otherCredentials }, { ...options, ...otherOptions })
    expect(await signed.catch((error: unknown) => error)).toMatchObject(refusal)
  })

  test('without a word of what it refuses', async () => {
    const url = 'https://h.example/?canary-query=%E5'
    const signed = signSigV4({ ...get, url, headers: { a: 'canary-header' } }, credentials, options)
    expect(await signed.catch((error: unknown) => error)).toMatchObject({
      message: 'signature: the query has an escape that is not UTF-8',
    })
  })
})
