import { type SignedRequest, type SignOptions, signSigV4, type UnsignedRequest } from '@sluice/sigv4'
import { canonicalRequest, signature, stringToSign, verifySigV4, type VerifyOptions } from '@sluice/sigv4/verify'
import { codeOf, equal, utf8 } from '../check.ts'
import { checkPublishedVector, isReadable } from '../published-vector.ts'
import { WAYS } from '../signing-ways.ts'
import { cases, type Suite, vectors } from '../suite.ts'

// The key pair of AWS's documentation; it opens nothing.
const CREDENTIALS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: ['wJalrXUtnFEMI/K7MDENG', 'bPxRfiCYEXAMPLEKEY'].join('+'),
}
const NOW_MS = Date.UTC(2015, 7, 30, 12, 36)
const OPTIONS = { region: 'us-east-1', service: 'service', nowMs: NOW_MS }
const ADDRESS = 'https://example.amazonaws.com/'
const EMPTY_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

const LIST_USERS = [
  'GET',
  '/',
  'Action=ListUsers&Version=2010-05-08',
  'content-type:application/x-www-form-urlencoded; charset=utf-8',
  'host:iam.amazonaws.com',
  'x-amz-date:20150830T123600Z',
  '',
  'content-type;host;x-amz-date',
  EMPTY_HASH,
].join('\n')

const LIST_USERS_STRING = [
  'AWS4-HMAC-SHA256',
  '20150830T123600Z',
  '20150830/us-east-1/iam/aws4_request',
  'f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59',
].join('\n')

/** Signs a request, makes a `Request` of it on this runtime, and verifies what that carries. */
async function signAndVerify(request: UnsignedRequest, change: Partial<VerifyOptions> & { body?: Uint8Array } = {}) {
  const body = typeof request.body === 'string' ? utf8(request.body) : (request.body ?? new Uint8Array())
  const form = change.form === 'query' ? 'query' : 'header'
  const [signed, bySteps] = await signBothWays(request, { ...OPTIONS, form })
  equal(bySteps.url, signed.url)
  equal(bySteps.headers['authorization'], signed.headers['authorization'])
  const sent = new Request(signed.url, {
    method: request.method,
    headers: signed.headers,
    ...(body.length === 0 ? {} : { body: body.slice() }),
  })
  const received = new Uint8Array(await sent.clone().arrayBuffer())
  return verifySigV4(sent, change.body ?? received, () => CREDENTIALS, { ...OPTIONS, ...change })
}

/** Signs by aws4fetch and, with a hash that is passed in, by the package's own steps. */
async function signBothWays(request: UnsignedRequest, options: SignOptions): Promise<[SignedRequest, SignedRequest]> {
  const sign = (way: (typeof WAYS)[number]) => signSigV4(request, CREDENTIALS, { ...options, ...way })
  return [await sign(WAYS[0]), await sign(WAYS[1])]
}

const every256 = Uint8Array.from({ length: 256 }, (_, byte) => byte)

/** What the package promises on every runtime: above all WebCrypto, and what each `Request` does to an address. */
export const suite: Suite = ({ signingVectors }) => [
  ...vectors('AWS documentation, ListUsers', [['canonical request', LIST_USERS]], (_, expected) => {
    const headers = [
      ['Host', 'iam.amazonaws.com'],
      ['Content-Type', 'application/x-www-form-urlencoded; charset=utf-8'],
      ['X-Amz-Date', '20150830T123600Z'],
    ] as const
    const signedHeaders = ['x-amz-date', 'content-type', 'host']
    const query = 'Action=ListUsers&Version=2010-05-08'
    equal(canonicalRequest({ method: 'GET', path: '/', query, headers, signedHeaders, bodyHash: EMPTY_HASH }), expected)
  }),
  ...vectors('AWS documentation, ListUsers', [['string to sign', LIST_USERS_STRING]], async (_, expected) => {
    const scope = '20150830/us-east-1/iam/aws4_request'
    equal(await stringToSign({ signedAt: '20150830T123600Z', scope, canonicalRequest: LIST_USERS }), expected)
  }),
  ...vectors(
    'AWS documentation, ListUsers',
    [['signature', '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7']],
    async (_, expected) => {
      const { secretAccessKey } = CREDENTIALS
      const key = { secretAccessKey, date: '20150830', region: 'us-east-1', service: 'iam' }
      equal(await signature({ ...key, stringToSign: LIST_USERS_STRING }), expected)
    },
  ),
  ...vectors<[request: UnsignedRequest, signature: string]>(
    'AWS test suite',
    [
      [
        'get-vanilla',
        { method: 'GET', url: ADDRESS },
        '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
      ],
      [
        'post-vanilla',
        { method: 'POST', url: ADDRESS },
        '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
      ],
      [
        'get-vanilla-query-order-key-case',
        { method: 'GET', url: `${ADDRESS}?Param2=value2&Param1=value1` },
        'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
      ],
      [
        'get-vanilla-utf8-query',
        { method: 'GET', url: `${ADDRESS}?ሴ=bar` },
        '2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04',
      ],
      [
        'normalize-path/get-slashes',
        { method: 'GET', url: `${ADDRESS}/example//` },
        '9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84',
      ],
      [
        'get-header-value-trim',
        { method: 'GET', url: ADDRESS, headers: { 'My-Header1': ' value1', 'My-Header2': ' "a   b   c"' } },
        'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
      ],
    ],
    async (_, request, expected) => {
      for (const { headers } of await signBothWays(request, OPTIONS)) {
        equal(/Signature=(\w+)/.exec(headers['authorization'] ?? '')?.[1], expected)
      }
    },
  ),
  ...vectors(
    'published vector',
    signingVectors.filter(isReadable).map((vector) => [vector.name, vector] as const),
    (_, vector) => checkPublishedVector(vector),
  ),
  ...cases<[request: UnsignedRequest]>(
    'what is signed is verified:',
    [
      ['a body of text', { method: 'POST', url: ADDRESS, body: '{"a":"é"}' }],
      ['a body of every byte, without a content type', { method: 'POST', url: ADDRESS, body: every256 }],
      ['a body within a larger buffer', { method: 'PUT', url: ADDRESS, body: every256.subarray(100, 200) }],
      ['a body of a megabyte', { method: 'POST', url: ADDRESS, body: new Uint8Array(1_048_576).fill(7) }],
      ['a DELETE with a body', { method: 'DELETE', url: ADDRESS, body: '{}' }],
      ['a path with escapes', { method: 'GET', url: `${ADDRESS}a%20b/%C3%A9/c%2Fd` }],
      ['a path with signs', { method: 'GET', url: `${ADDRESS}$a/b:c@d,e;f=g!h*i'j(k)` }],
      ['a path beyond ASCII', { method: 'GET', url: `${ADDRESS}é/😀` }],
      ['a path with dots', { method: 'GET', url: `${ADDRESS}a/../b/./c` }],
      ['a path with two slashes', { method: 'GET', url: `${ADDRESS}a//b` }],
      ['a query with escapes', { method: 'GET', url: `${ADDRESS}?b=%20%2B%26&a=%C3%A9&a=` }],
      ['a query with signs', { method: 'GET', url: `${ADDRESS}?a='(!*)~&b=c=d` }],
      ['a name without a value', { method: 'GET', url: `${ADDRESS}?a&b` }],
      ['a port', { method: 'GET', url: 'http://127.0.0.1:8080/' }],
      ['a default port', { method: 'GET', url: 'https://example.amazonaws.com:443/' }],
      [
        'headers',
        { method: 'POST', url: ADDRESS, headers: { 'X-A': ' a  b ', 'Content-Type': 'text/plain' }, body: 'x' },
      ],
    ],
    async (_, request) => equal((await signAndVerify(request)).accessKeyId, 'AKIDEXAMPLE'),
  ),
  ...cases<[request: UnsignedRequest]>(
    'what is signed in the query is verified:',
    [
      ['an address alone', { method: 'GET', url: ADDRESS }],
      ['beside other parameters', { method: 'GET', url: `${ADDRESS}?a=b%20c&d=%2B` }],
    ],
    async (_, request) => equal((await signAndVerify(request, { form: 'query' })).signedHeaders, ['host']),
  ),
  ...cases<[change: Partial<VerifyOptions> & { body?: Uint8Array }, code: string]>(
    'verifying refuses',
    [
      ['another body', { body: utf8('{"a":2}') }, 'AUTH_REJECTED'],
      ['no body', { body: new Uint8Array() }, 'AUTH_REJECTED'],
      ['a time 301 s ago', { nowMs: NOW_MS + 301_000 }, 'AUTH_EXPIRED'],
      ['a time 301 s ahead', { nowMs: NOW_MS - 301_000 }, 'AUTH_EXPIRED'],
      ['another region', { region: 'eu-west-1' }, 'AUTH_REJECTED'],
      ['another service', { service: 'execute-api' }, 'AUTH_REJECTED'],
    ],
    async (_, change, code) =>
      equal(await codeOf(() => signAndVerify({ method: 'POST', url: ADDRESS, body: '{"a":1}' }, change)), code),
  ),
  ...cases<[headers: Record<string, string>, code: string]>(
    'verifying tells apart',
    [
      ['no signature', {}, 'AUTH_MISSING'],
      ['a bearer token', { authorization: 'Bearer sometoken' }, 'AUTH_MALFORMED'],
      [
        'an absent part',
        { authorization: 'AWS4-HMAC-SHA256 Credential=a', 'x-amz-date': '20150830T123600Z' },
        'AUTH_MALFORMED',
      ],
    ],
    async (_, headers, code) => {
      const request = new Request(ADDRESS, { method: 'POST', headers })
      equal(await codeOf(() => verifySigV4(request, new Uint8Array(), () => CREDENTIALS, OPTIONS)), code)
    },
  ),
  ...cases<[change: Partial<UnsignedRequest>]>(
    'signing refuses',
    [
      ['a raw +', { url: `${ADDRESS}?a=b+c` }],
      ['an empty name', { url: `${ADDRESS}?=b` }],
      ['an escape that is not UTF-8', { url: `${ADDRESS}?a=%E5` }],
      ['a tab inside a header', { headers: { a: 'b\tc' } }],
      ['a no-break space in a header', { headers: { a: 'b\u00a0c' } }],
      ['a letter above ASCII in a header', { headers: { a: 'é' } }],
      ['a blank in a header name', { headers: { 'a b': 'c' } }],
      ['a relative address', { url: '/a' }],
      ['a login in the address', { url: 'https://user:password@example.amazonaws.com/' }],
      ['a method in lower case', { method: 'patch' }],
    ],
    async (_, change) => {
      for (const way of WAYS) {
        const request = { method: 'GET', url: ADDRESS, ...change }
        equal(await codeOf(() => signSigV4(request, CREDENTIALS, { ...OPTIONS, ...way })), 'SIGNATURE_INPUT')
      }
    },
  ),
]
