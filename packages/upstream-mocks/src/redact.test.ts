import { describe, expect, test } from 'bun:test'

import { multipart } from './contactnow-caller.ts'
import { createWorkbench, type Sending } from './workbench.ts'

const CANARY = 'canary-5e7a'

const form = { 'content-type': 'application/x-www-form-urlencoded' }

const secrets: [name: string, path: string, sending: Sending][] = [
  ['a password in the query', `/contactnow/token.php?action=get&username=u&password=${CANARY}`, {}],
  ['a password whose name is percent-encoded', `/contactnow/token.php?pass%77ord=${CANARY}`, {}],
  ['a password in a form', '/contactnow/token.php', { headers: form, body: `action=get&password=${CANARY}` }],
  [
    'a password in a multipart form',
    '/contactnow/token.php',
    { body: multipart({ action: 'get', password: CANARY, format: 'json' }) },
  ],
  [
    'a password of several lines in a multipart form',
    '/contactnow/token.php',
    { body: multipart({ password: `a\r\n--${CANARY}` }) },
  ],
  [
    'a password whose part names a file first',
    '/contactnow/token.php',
    {
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
      body: `--b\r\nContent-Disposition: form-data; filename="f"; name="password"\r\n\r\n${CANARY}\r\n--b--`,
    },
  ],
  [
    'a multipart form without its boundary',
    '/contactnow/token.php',
    { headers: { 'content-type': 'multipart/form-data' }, body: CANARY },
  ],
  ['a token in the query', `/contactnow/ecnow.php?token=${CANARY}&method=dnc`, {}],
  [
    'a token in a form without Content-Type',
    '/contactnow/ecnow.php',
    { headers: { 'content-type': 'text/plain' }, body: `token=${CANARY}` },
  ],
  ['a login', '/danaconnect/oauth2/token', { headers: { authorization: `Basic ${CANARY}` } }],
  ['a Bearer token', '/danaconnect/oauth2/token', { headers: { authorization: `Bearer ${CANARY}` } }],
  ['an Authorization without scheme', '/danaconnect/oauth2/token', { headers: { authorization: CANARY } }],
  ['a client secret', '/danaconnect/oauth2/token', { headers: form, body: `client_id=c&client_secret=${CANARY}` }],
  [
    'a signature',
    '/datatalks/v1/contacts',
    {
      headers: { authorization: `AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=${CANARY}` },
      body: '{}',
    },
  ],
  ['a signature in the query', `/datatalks/v1/contacts?X-Amz-Signature=${CANARY}`, {}],
  ['a session token', '/datatalks/v1/contacts', { headers: { 'x-amz-security-token': CANARY } }],
]
test.each(secrets)('the log leaves out %s', async (_name, path, sending) => {
  const bench = createWorkbench()
  await bench.send('POST', path, sending)
  const [logged] = bench.mocks.requests()
  expect(logged?.seq).toBe(1)
  const shown = (await bench.send('GET', '/_sandbox/requests')).text
  expect(shown).toContain('{redacted}')
  expect(shown).not.toContain(CANARY)
})

describe('the log shows', () => {
  test('names, order and harmless values of a query', async () => {
    const bench = createWorkbench()
    await bench.send('GET', '/contactnow/token.php?action=get&username=u&password=p&format=xml&flag')
    expect(bench.mocks.requests()[0]?.query).toBe('action=get&username=u&password={redacted}&format=xml&flag')
  })

  test('the parts of a multipart form that are no secrets', async () => {
    const bench = createWorkbench()
    await bench.send('POST', '/contactnow/token.php', {
      body: multipart({ action: 'get', password: CANARY, format: 'xml' }),
    })
    const body = bench.mocks.requests()[0]?.body ?? ''
    expect(body).toContain('name="password"\r\n\r\n{redacted}\r\n--')
    expect(body).toContain('name="format"\r\n\r\nxml\r\n--')
  })

  test('the scheme of an Authorization', async () => {
    const bench = createWorkbench()
    await bench.send('POST', '/datatalks/v1/contacts', { headers: { authorization: 'AWS4-HMAC-SHA256 Credential=a' } })
    expect(bench.mocks.requests()[0]?.headers['authorization']).toBe('AWS4-HMAC-SHA256 {redacted}')
  })

  test('a payload as it came, whatever its Content-Type says', async () => {
    const bench = createWorkbench()
    const body = '[{"description":"a&token=b"}]'
    await bench.send('POST', '/contactnow/ecnow.php?raw=1', { headers: form, body })
    expect(bench.mocks.requests()[0]?.body).toBe(body)
  })

  test('at most 64 KiB of a body', async () => {
    const bench = createWorkbench()
    await bench.send('POST', '/contactnow/ecnow.php?raw=1', { body: `[${'1'.repeat(70_000)}]` })
    expect(bench.mocks.requests()[0]?.body.length).toBe(65_536)
  })
})
