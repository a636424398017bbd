import { describe, expect, test } from 'bun:test'
import { AwsV4Signer } from 'aws4fetch'
import { createHash, createHmac } from 'node:crypto'
import { signSigV4, type SignOptions } from './sign.ts'
import type { UnsignedRequest } from './signable-request.ts'

/** What another signer makes of the same request: its code shares nothing with ours, and its vectors are published. */

const credentials = { accessKeyId: 'AKIDSANDBOX', secretAccessKey: 'sandbox-secret/+=' }
const scope = { region: 'eu-north-1', service: 'execute-api', nowMs: Date.UTC(2026, 10, 22, 12, 30, 15) }
const url = 'https://api.example.com/v1/contacts'

const requests: [name: string, request: UnsignedRequest][] = [
  ['a GET', { method: 'GET', url }],
  ['a JSON post', { method: 'POST', url, headers: { 'Content-Type': 'application/json' }, body: '{"å":1}' }],
  ['a binary body', { method: 'PUT', url, body: new Uint8Array([0, 255, 128]) }],
  ['half a surrogate pair', { method: 'PUT', url, body: 'a\ud800' }],
  ['a port', { method: 'GET', url: 'http://127.0.0.1:8787/v1' }],
  ['an international host', { method: 'GET', url: 'https://MÜLLER.example/' }],
  ['a path with everything', { method: 'GET', url: `${url}/a b/é/%2F/$&+,;=:@!'()*~|^{}[]"<>//x/../y/%2e/%E5` }],
  ['only slashes', { method: 'GET', url: 'https://api.example.com////' }],
  ['a query with everything', { method: 'GET', url: `${url}?b=%2B%20é&a=!'()*~&a=/?:@$,;|^{}[]"<>&c&d==&%61=%7e&A=1` }],
  ['a fragment', { method: 'GET', url: `${url}?a=1#b` }],
  ['headers with blanks', { method: 'GET', url, headers: { 'X-B': '  a   b ', 'x-a': '', X_C: '"a, b"' } }],
  ['a header twice', { method: 'GET', url, headers: { 'X-A': ' 1 ', 'x-a': '2' } }],
  [
    'headers that are not signed',
    {
      method: 'GET',
      url,
      headers: {
        'user-agent': 'a',
        expect: 'b',
        range: 'c',
        connection: 'd',
        'content-length': '0',
        'presigned-expires': 'e',
        'X-Amzn-Trace-Id': 'f',
      },
    },
  ],
]

async function signThere(request: UnsignedRequest, form: 'header' | 'query', sessionToken?: string): Promise<string> {
  const signer = new AwsV4Signer({
    ...request,
    ...scope,
    ...credentials,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    body: typeof request.body === 'string' ? request.body : new Uint8Array(request.body ?? []),
    datetime: '20261122T123015Z',
    signQuery: form === 'query',
  })
  const { headers, url: signed } = await signer.sign()
  return form === 'query' ? (signed.searchParams.get('X-Amz-Signature') ?? '') : (headers.get('authorization') ?? '')
}

async function signHere(request: UnsignedRequest, options: Partial<SignOptions>, token?: string): Promise<string> {
  const key = token === undefined ? credentials : { ...credentials, sessionToken: token }
  const signed = await signSigV4(request, key, { ...scope, ...options })
  const inQuery = new URL(signed.url).searchParams.get('X-Amz-Signature')
  return inQuery ?? signed.headers.authorization ?? 'none'
}

describe('the same signature as aws4fetch', () => {
  test.each(requests)('in the header: %s', async (_name, request) => {
    expect(await signHere(request, {})).toBe(await signThere(request, 'header'))
  })

  test.each(requests)('in the query: %s', async (_name, request) => {
    expect(await signHere(request, { form: 'query' })).toBe(await signThere(request, 'query'))
  })

  test.each(['header', 'query'] as const)('with a session token in the %s', async (form) => {
    const request = { method: 'GET', url }
    expect(await signHere(request, { form }, 'token/+=')).toBe(await signThere(request, form, 'token/+='))
  })
})

describe('hash functions that are passed in', () => {
  const hashes = {
    sha256Hex: (content: Uint8Array | string) => createHash('sha256').update(content).digest('hex'),
    hmacSha256Hex: (key: Uint8Array, text: string) => createHmac('sha256', key).update(text).digest('hex'),
  }

  test.each(requests)('make the same signature: %s', async (_name, request) => {
    expect(await signHere(request, { hashes })).toBe(await signThere(request, 'header'))
  })
})
