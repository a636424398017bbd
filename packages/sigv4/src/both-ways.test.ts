import { describe, expect, test } from 'bun:test'
import { webCryptoHashes } from './hash-functions.ts'
import { type SignedRequest, signSigV4 } from './sign.ts'
import type { UnsignedRequest } from './signable-request.ts'

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

/** Signs both ways: by aws4fetch, and by our own steps, which share nothing with it. */
function bothWays(request: UnsignedRequest, form: 'header' | 'query', token?: string): Promise<SignedRequest[]> {
  const key = token === undefined ? credentials : { ...credentials, sessionToken: token }
  return Promise.all([
    signSigV4(request, key, { ...scope, form }),
    signSigV4(request, key, { ...scope, form, hashes: webCryptoHashes }),
  ])
}

describe('both ways to sign make the same', () => {
  test.each(requests)('in the header: %s', async (_name, request) => {
    const [byLibrary, bySteps] = await bothWays(request, 'header')
    expect(byLibrary?.headers.authorization).toMatch(/, Signature=[0-9a-f]{64}$/)
    expect(bySteps).toEqual(byLibrary)
  })

  test.each(requests)('in the query: %s', async (_name, request) => {
    const [byLibrary, bySteps] = await bothWays(request, 'query')
    expect(byLibrary?.url).toMatch(/&X-Amz-Signature=[0-9a-f]{64}$/)
    expect(bySteps).toEqual(byLibrary)
  })

  test.each(['header', 'query'] as const)('with a session token in the %s', async (form) => {
    const [byLibrary, bySteps] = await bothWays({ method: 'GET', url }, form, 'token/+=~*')
    expect(bySteps).toEqual(byLibrary)
  })
})
