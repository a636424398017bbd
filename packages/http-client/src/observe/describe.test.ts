import { describe, expect, test } from 'bun:test'

import { describeReply, describeRequest, redactSecrets } from './describe.ts'
import { type HttpRequest, Secret } from '../request.ts'

const base: HttpRequest = { method: 'POST', url: 'https://a.example/b', pathTemplate: '/b' }
const bytes = (text: string) => new TextEncoder().encode(text)
const token = new Secret('token', '0123456789abcdef')

describe('a request is described', () => {
  test.each<[string, HttpRequest, object]>([
    ['without a body', base, { method: 'POST', url: 'https://a.example/b', headers: {}, bodyBytes: 0 }],
    [
      'with its query',
      {
        ...base,
        query: [
          ['token', token],
          ['q', 'a b'],
        ],
      },
      { url: 'https://a.example/b?token={token}&q=a%20b' },
    ],
    [
      'with its headers',
      { ...base, headers: { Authorization: new Secret('authorization', 'Basic eDp5'), 'X-Note': 'n' } },
      { headers: { authorization: '{authorization}', 'x-note': 'n' } },
    ],
    [
      'with a form',
      {
        ...base,
        body: {
          kind: 'form',
          fields: [
            ['user', 'u'],
            ['password', new Secret('password', 'p w')],
          ],
        },
      },
      {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'user=u&password={password}',
        bodyBytes: 21,
      },
    ],
    [
      'with text in which a secret of its query stands again',
      { ...base, query: [['token', token]], body: { kind: 'text', text: '<t>0123456789abcdef</t>' } },
      { body: '<t>{token}</t>', bodyBytes: 23 },
    ],
    ['with bytes that are text', { ...base, body: { kind: 'bytes', bytes: bytes('é') } }, { body: 'é', bodyBytes: 2 }],
    [
      'with bytes that are no text',
      { ...base, body: { kind: 'bytes', bytes: new Uint8Array([1, 0, 2]) } },
      { body: '(not text)', bodyBytes: 3 },
    ],
    [
      'with parts',
      {
        ...base,
        body: {
          kind: 'multipart',
          fields: [['token', token]],
          files: [{ name: 'f', filename: 'f.csv', contentType: 'text/csv', bytes: bytes('a,b') }],
        },
      },
      {
        body:
          '--sluice-part-000000\r\nContent-Disposition: form-data; name="token"\r\n\r\n{token}\r\n' +
          '--sluice-part-000000\r\nContent-Disposition: form-data; name="f"; filename="f.csv"\r\n' +
          'Content-Type: text/csv\r\n\r\na,b\r\n--sluice-part-000000--\r\n',
        bodyBytes: 225,
      },
    ],
  ])('%s', (_, request, expected) => {
    expect(describeRequest(request)).toMatchObject(expected)
  })

  test('with at most 64 KiB of its body', () => {
    const described = describeRequest({ ...base, body: { kind: 'text', text: 'x'.repeat(70_000) } })
    expect([described.body?.length, described.bodyBytes]).toEqual([65_536, 70_000])
  })

  test('with at most 64 KiB of its body also where that is a file among fields', () => {
    const file = { name: 'file', filename: 'contacts.csv', contentType: 'text/csv', bytes: bytes('x'.repeat(70_000)) }
    const fields: [string, string][] = [['settings', 's'.repeat(1000)]]
    const described = describeRequest({ ...base, body: { kind: 'multipart', fields, files: [file] } })
    expect(described.body?.length).toBe(65_536)
    expect(described.bodyBytes).toBeGreaterThan(71_000)
  })

  test.each([
    ['is none', 'nowhere', '/b'],
    ['holds a login', 'https://user:CANARY@a.example/b', 'https://a.example/b'],
    ['holds a query of its own', 'https://a.example/b?token=CANARY', 'https://a.example/b'],
    ['holds a fragment', 'https://a.example/b#CANARY', 'https://a.example/b'],
  ])('by its template when its URL %s, which is never sent', (_, url, shown) => {
    expect(describeRequest({ ...base, url }).url).toBe(shown)
  })

  test('with a boundary that its files do not hold, in one pass over them', () => {
    const taken = Array.from({ length: 40_000 }, (_, number) => `sluice-part-${String(number).padStart(6, '0')}`)
    const file = { name: 'f', filename: 'f', contentType: 'text/csv', bytes: bytes(taken.join('\n')) }
    const { headers } = describeRequest({ ...base, body: { kind: 'multipart', fields: [], files: [file] } })
    expect(headers['content-type']).toBe('multipart/form-data; boundary=sluice-part-040000')
  })
})

describe('a reply is described', () => {
  const reply = (headers: Record<string, string>, body = '') => ({
    status: 200,
    headers: new Headers(headers),
    bytes: bytes(body),
  })

  test('with harmless headers only', () => {
    const headers = {
      'content-type': 'text/html',
      'retry-after': '5',
      'x-amzn-errortype': 'ThrottlingException',
      'set-cookie': 'session=1',
      authorization: 'Bearer x',
      'www-authenticate': 'Basic realm="x"',
      'x-api-key': 'k',
    }
    expect(describeReply(reply(headers), []).headers).toEqual({
      'content-type': 'text/html',
      'retry-after': '5',
      'x-amzn-errortype': 'ThrottlingException',
    })
  })

  test.each([
    ['an absolute location', 'https://b.example:8443/path?token=1', 'b.example:8443'],
    ['a relative location', '/path?token=1', '(relative)'],
  ])('with the host only of %s', (_, location, expected) => {
    expect(describeReply(reply({ location }), []).headers).toEqual({ location: expected })
  })

  test('without its secrets, in headers too', () => {
    const described = describeReply(reply({ server: 'v0123456789abcdef' }, 'bad token 0123456789abcdef'), [
      { slot: 'token', value: '0123456789abcdef' },
    ])
    expect([described.headers, described.body, described.bodyBytes]).toEqual([
      { server: 'v{token}' },
      'bad token {token}',
      26,
    ])
  })
})

describe('a secret', () => {
  test.each([
    ['as a string', () => String(token), '{token}'],
    ['as JSON', () => JSON.stringify({ token }), '{"token":"{token}"}'],
    ['inspected', () => Bun.inspect(token).includes('0123456789abcdef'), false],
  ])('shows nothing %s', (_, show, expected) => {
    expect(show()).toBe(expected)
  })
})

describe('words lose the secrets', () => {
  const secrets = [new Secret('password', 'p&w-canary'), new Secret('empty', '')]
  test.each<[string, string, string]>([
    ['that stand in them', 'no p&w-canary here', 'no {password} here'],
    ['that are escaped in them', 'no p&amp;w-canary or p%26w-canary', 'no {password} or {password}'],
    ['of which they have none', 'Bad argument: xyz', 'Bad argument: xyz'],
    ['however long they are', `${'x'.repeat(70_000)}p&w-canary`, `${'x'.repeat(70_000)}{password}`],
  ])('%s', (_, words, expected) => {
    expect(redactSecrets(words, secrets)).toBe(expected)
  })
})
