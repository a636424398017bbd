import { describe, expect, test } from 'bun:test'
import { createHash, createHmac } from 'node:crypto'
import { canonicalRequest } from './verify/canonical-request.ts'
import { signSigV4, type SignOptions } from './sign.ts'
import type { UnsignedRequest } from './signable-request.ts'
import { signature } from './verify/signature.ts'
import { stringToSign } from './verify/string-to-sign.ts'
import { type VerifyOptions, verifySigV4 } from './verify/verify.ts'

const credentials = { accessKeyId: 'AKIDSANDBOX', secretAccessKey: 'sandbox-secret' }
const NOW_MS = Date.UTC(2026, 10, 22, 12)
const scope = { region: 'eu-north-1', service: 'execute-api', nowMs: NOW_MS }

/** Signs a request, sends it nowhere, and verifies what would have arrived. */
async function roundTrip(request: UnsignedRequest, sign: Partial<SignOptions>, verify: Partial<VerifyOptions>) {
  const signed = await signSigV4(request, credentials, { ...scope, ...sign })
  const body =
    typeof request.body === 'string' ? new TextEncoder().encode(request.body) : new Uint8Array(request.body ?? [])
  const init = { method: request.method, headers: signed.headers }
  const received = new Request(signed.url, body.length === 0 ? init : { ...init, body })
  const bytes = new Uint8Array(await received.clone().arrayBuffer())
  return verifySigV4(received, bytes, () => credentials, { ...scope, ...verify })
}

const hashes = {
  sha256Hex: (content: Uint8Array | string) => createHash('sha256').update(content).digest('hex'),
  hmacSha256Hex: (key: Uint8Array, text: string) => createHmac('sha256', key).update(text).digest('hex'),
}

const url = 'https://api.example.com/v1/contacts'

const requests: [name: string, request: UnsignedRequest, signedHeaders: string[]][] = [
  [
    'a JSON post',
    { method: 'POST', url, headers: { 'content-type': 'application/json' }, body: '{"å":1}' },
    ['host', 'x-amz-date'],
  ],
  [
    'a binary body without content type',
    { method: 'POST', url, body: new Uint8Array([0, 255, 128]) },
    ['host', 'x-amz-date'],
  ],
  [
    'a header of the caller',
    { method: 'PUT', url, headers: { 'X-Trace': ' a   b ' }, body: 'x' },
    ['host', 'x-amz-date', 'x-trace'],
  ],
  ['the same header twice', { method: 'GET', url, headers: { a: '1', A: '2' } }, ['a', 'host', 'x-amz-date']],
  [
    'a path with everything',
    { method: 'GET', url: `${url}/a b/é/%2F/$&+,;=:@!'()*~//x/../y/` },
    ['host', 'x-amz-date'],
  ],
  [
    'a query with everything',
    { method: 'GET', url: `${url}?b=%2B%20é&a=!'()*~&a=/?:@$,;&c&d==` },
    ['host', 'x-amz-date'],
  ],
  ['a port', { method: 'GET', url: 'http://127.0.0.1:8787/v1' }, ['host', 'x-amz-date']],
]

describe('what signSigV4 signs, verifySigV4 accepts', () => {
  test.each(requests)('%s', async (_name, request, signedHeaders) => {
    expect(await roundTrip(request, {}, {})).toMatchObject({ accessKeyId: 'AKIDSANDBOX', signedHeaders })
  })

  test.each(requests)('%s, signed in the query', async (_name, request, signedHeaders) => {
    for (const way of [{}, { hashes }]) {
      const verified = await roundTrip(request, { ...way, form: 'query' }, { form: 'query' })
      expect(verified.signedHeaders).toEqual(signedHeaders.filter((name) => name !== 'x-amz-date'))
    }
  })
})

describe('hash functions that are passed in', () => {
  test.each(requests)('accept what was signed without them: %s', async (_name, request, signedHeaders) => {
    expect(await roundTrip(request, {}, { hashes })).toMatchObject({ accessKeyId: 'AKIDSANDBOX', signedHeaders })
  })

  test.each(requests)('sign what is accepted without them: %s', async (_name, request, signedHeaders) => {
    expect(await roundTrip(request, { hashes }, {})).toMatchObject({ accessKeyId: 'AKIDSANDBOX', signedHeaders })
  })

  test('reject another signature too', async () => {
    const other = { ...hashes, hmacSha256Hex: () => '0'.repeat(64) }
    const verified = roundTrip({ method: 'GET', url }, { hashes: other }, { hashes })
    expect(await verified.catch((error: unknown) => error)).toMatchObject({ code: 'AUTH_REJECTED' })
  })
})

describe('a signature in the query', () => {
  const get = { method: 'GET', url }

  test.each<[string, string, Partial<VerifyOptions>]>([
    ['is accepted where either form is', '', { form: 'either' }],
    ['holds for the clock skew', '', { nowMs: NOW_MS + 300_000 }],
    ['holds as long as it says', '?X-Amz-Expires=3600', { nowMs: NOW_MS + 3_600_000 }],
  ])('%s', async (_name, query, options) => {
    const verified = await roundTrip(
      { ...get, url: `${url}${query}` },
      { form: 'query' },
      { form: 'query', ...options },
    )
    expect(verified.accessKeyId).toBe('AKIDSANDBOX')
  })

  test.each<[string, string, Partial<VerifyOptions>, string]>([
    ['is not looked for without being asked for', '', { form: 'header' }, 'AUTH_MISSING'],
    ['ends with the clock skew', '', { nowMs: NOW_MS + 301_000 }, 'AUTH_EXPIRED'],
    ['ends when it says', '?X-Amz-Expires=60', { nowMs: NOW_MS + 61_000 }, 'AUTH_EXPIRED'],
    [
      'does not hold before its time, whatever it says',
      '?X-Amz-Expires=3600',
      { nowMs: NOW_MS - 301_000 },
      'AUTH_EXPIRED',
    ],
    ['cannot hold for longer than a week', '?X-Amz-Expires=604801', {}, 'AUTH_MALFORMED'],
    ['cannot hold for no time', '?X-Amz-Expires=0', {}, 'AUTH_MALFORMED'],
    ['cannot hold for what is no number', '?X-Amz-Expires=1e3', {}, 'AUTH_MALFORMED'],
  ])('%s', async (_name, query, options, code) => {
    const verified = roundTrip({ ...get, url: `${url}${query}` }, { form: 'query' }, { form: 'query', ...options })
    expect(await verified.catch((error: unknown) => error)).toMatchObject({ name: 'VerifyError', code })
  })

  test.each<[string, (signed: string) => string, string]>([
    ['is refused when a part is absent', (signed) => signed.replace('X-Amz-Date', 'X-Amz-Data'), 'AUTH_MALFORMED'],
    ['is refused when a part is there twice', (signed) => `${signed}&X-Amz-Date=20261122T120000Z`, 'AUTH_MALFORMED'],
    ['covers the rest of the query', (signed) => `${signed}&a=b`, 'AUTH_REJECTED'],
  ])('%s', async (_name, tamper, code) => {
    const signed = await signSigV4(get, credentials, { ...scope, form: 'query' })
    const received = new Request(tamper(signed.url))
    const verified = verifySigV4(received, new Uint8Array(), () => credentials, { ...scope, form: 'query' })
    expect(await verified.catch((error: unknown) => error)).toMatchObject({ name: 'VerifyError', code })
  })
})

describe('a raw + in a received query', () => {
  /** A request signed for one spelling of the query, which then arrives in another. */
  async function arrivesAs(signedQuery: string, receivedQuery: string, options: Pick<VerifyOptions, 'rawPlus'>) {
    const { headers } = await signSigV4({ method: 'GET', url: `${url}?${signedQuery}` }, credentials, scope)
    const received = new Request(`${url}?${receivedQuery}`, { headers })
    return verifySigV4(received, new Uint8Array(), () => credentials, { ...scope, ...options })
  }

  test.each<[string, string, Pick<VerifyOptions, 'rawPlus'>, string | null]>([
    ['stands for itself', 'a=b%2Bc', {}, null],
    ['stands for a blank when told so', 'a=b%20c', { rawPlus: 'space' }, null],
    ['is no blank otherwise', 'a=b%20c', { rawPlus: 'plus' }, 'AUTH_REJECTED'],
    ['is no plus then', 'a=b%2Bc', { rawPlus: 'space' }, 'AUTH_REJECTED'],
  ])('%s', async (_name, signedQuery, options, code) => {
    const verified = arrivesAs(signedQuery, 'a=b+c', options).then(() => ({ code: null }))
    expect(await verified.catch((error: unknown) => error)).toMatchObject({ code })
  })
})

describe('a request signed step by step', () => {
  const signedAt = '20261122T120000Z'
  const scopeText = '20261122/eu-north-1/execute-api/aws4_request'

  /** Signs `GET /` over the headers named, present or not, and sends those given. */
  async function received(signedHeaders: string[], headers: Record<string, string>): Promise<Request> {
    const canonical = canonicalRequest({
      method: 'GET',
      path: '/',
      query: '',
      headers: Object.entries({ ...headers, host: 'api.example.com' }),
      signedHeaders,
      bodyHash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    })
    const text = await stringToSign({ signedAt, scope: scopeText, canonicalRequest: canonical })
    const hex = await signature({ ...scope, secretAccessKey: 'sandbox-secret', date: '20261122', stringToSign: text })
    const fields = [
      `Credential=AKIDSANDBOX/${scopeText}`,
      `SignedHeaders=${signedHeaders.join(';')}`,
      `Signature=${hex}`,
    ]
    const authorization = `AWS4-HMAC-SHA256 ${fields.join(', ')}`
    return new Request('https://api.example.com/', { headers: { ...headers, authorization } })
  }

  test('is accepted with its time in a Date header', async () => {
    const request = await received(['date', 'host'], { date: signedAt })
    const verified = await verifySigV4(request, new Uint8Array(), () => credentials, scope)
    expect(verified.signedHeaders).toEqual(['date', 'host'])
  })

  test('is rejected when it covers a header that is absent, even as an empty one', async () => {
    const request = await received(['host', 'x-absent', 'x-amz-date'], { 'x-amz-date': signedAt })
    const verified = verifySigV4(request, new Uint8Array(), () => credentials, scope)
    expect(await verified.catch((error: unknown) => error)).toMatchObject({ code: 'AUTH_REJECTED' })
  })
})
