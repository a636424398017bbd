import { afterEach, describe, expect, test } from 'bun:test'
import { sandboxEnvironment } from '@sluice/gateway/bun'
import { SANDBOX } from '@sluice/upstream-mocks'
import { UPSTREAMS_URL } from '../world/addresses.ts'
import { setStage, type Stage } from './stage.ts'

let stage: Stage
afterEach(() => stage.world.stop())

/** Paths that the configured accounts may be called at, and no other. */
const PREFIXES = ['DANACONNECT_APPSERV_URL', 'DANACONNECT_WS_URL', 'CONTACTNOW_URL', 'DATATALKS_URL'].map(
  (name) => new URL(sandboxEnvironment(UPSTREAMS_URL)[name] ?? ''),
)

/** Text that would lead somewhere else if it were taken for more than one part of a path. */
const HOSTILE = [
  '..',
  '.',
  '%2e%2e',
  '%2E%2E%2F%2E%2E',
  '..%2f..%2fadmin',
  '%2fadmin',
  'a%2fb',
  'a%5cb',
  'a%3fdebug=1',
  'a%23b',
  'a%0d%0aX-Injected:%201',
  'a%00b',
  'a%252fb',
  '%40evil.example',
  'a%40evil.example%2f',
  'http:%2f%2fevil.example',
  '%F0%9F%98%80',
  '%E2%80%AE',
  '%ff',
  'a;b=c',
  'a&b=c',
  'x'.repeat(300),
] as const

const JSON_TYPE = { 'content-type': 'application/json' }
const PLACES: readonly (readonly [name: string, method: string, path: (part: string) => string, body?: object])[] = [
  ['tableCode', 'POST', (part) => `/v1/danaconnect/tables/${part}/loads`, { fieldsCode: ['A'], rows: [{ A: '1' }] }],
  ['conversation', 'POST', (part) => `/v1/danaconnect/conversations/${part}/starts`, { fields: {} }],
  ['project', 'POST', (part) => `/v1/danaconnect/projects/${part}/starts`, { fields: {} }],
  ['dana', 'GET', (part) => `/v1/danaconnect/records/${part}`],
  ['dana of a trigger', 'POST', (part) => `/v1/danaconnect/records/${part}/triggers`, {}],
  ['dataset', 'GET', (part) => `/v1/contactnow/datasets/${part}/records`],
  [
    'record',
    'PATCH',
    (part) => `/v1/contactnow/datasets/${SANDBOX.contactnow.dataset}/records/${part}`,
    { FirstName: 'A' },
  ],
  ['table', 'GET', (part) => `/v1/contactnow/tables/${part}/records`],
]

describe.each(PLACES)('%s', (_, method, path, body) => {
  test('leads nowhere but to the configured account, whatever it says', async () => {
    const called: { readonly url: URL; readonly headers: Headers }[] = []
    stage = await setStage({
      observe: (request, reply) =>
        void (reply === null && called.push({ url: new URL(request.url), headers: request.headers })),
    })
    for (const part of HOSTILE) {
      const { status, text } = await stage.ask(method, path(part), {
        headers: JSON_TYPE,
        ...(body === undefined ? {} : { body }),
      })
      expect({ part, status: status < 500 && status !== 409 }).toEqual({ part, status: true })
      expect(text).not.toContain('evil.example')
    }
    for (const { url, headers } of called) {
      const home = PREFIXES.find(({ pathname }) => url.pathname.startsWith(pathname.replace(/\/$/, '/')))
      expect([url.origin, home !== undefined, url.hash, url.username]).toEqual([UPSTREAMS_URL, true, '', ''])
      expect(url.pathname).not.toMatch(/\/\.\.?(\/|$)|%2f|%5c|%2e%2e/i)
      expect(headers.has('x-injected')).toBe(false)
      expect(url.searchParams.get('debug')).toBeNull()
    }
  })
})

test.each([['99999999999'], ['0'], ['2147483648']])(
  'the conversation %s is none: nobody is called, now or later',
  async (number) => {
    stage = await setStage()
    const path = `/v1/danaconnect/conversations/${number}`
    for (const headers of [{}, { prefer: 'respond-async' }])
      for (const starts of ['starts', 'list-starts'])
        expect(
          await stage.ask('POST', `${path}/${starts}`, { body: starts === 'starts' ? { fields: {} } : {}, headers }),
        ).toMatchObject({
          status: 422,
          json: { code: 'SCHEMA_MISMATCH', errors: [{ path: 'conversation' }] },
        })
    expect(stage.world.log.filter((line) => line.includes('"attempt"'))).toEqual([])
  },
)

test('values of a query and a body stay values', async () => {
  const called: URL[] = []
  stage = await setStage({ observe: (request, reply) => void (reply === null && called.push(new URL(request.url))) })
  const evil = 'x&action=delete&token=stolen#y\r\nz'
  await stage.ask('GET', `/v1/contactnow/datasets?import_table=${encodeURIComponent(evil)}`)
  await stage.ask('POST', `/v1/danaconnect/records/${SANDBOX.danaconnect.dana}/triggers`, {
    body: { fields: { 'a&dana': evil } },
  })
  const [read] = called.filter(({ pathname }) => pathname.endsWith('ecnow.php'))
  expect([read?.searchParams.getAll('action'), read?.searchParams.get('import_table')]).toEqual([['read'], evil])
  const [trigger] = called.filter(({ pathname }) => pathname.endsWith('Trigger'))
  expect([trigger?.searchParams.getAll('dana'), trigger?.searchParams.get('a&dana')]).toEqual([
    [SANDBOX.danaconnect.dana],
    evil,
  ])
})

test('no answer, and no line of the log, holds a secret', async () => {
  const secrets = new Set<string>(['sandbox-password', 'sandbox-secret'])
  stage = await setStage({
    observe: (request) => {
      for (const value of [new URL(request.url).searchParams.get('token'), request.headers.get('authorization')])
        if (value !== null && value !== '') secrets.add(value)
    },
  })
  const texts: string[] = []
  for (const fault of ['refusal-200', 'status-400', 'status-401', 'status-500', 'html-200'] as const) {
    for (const [upstream, path] of [
      ['contactnow', '/v1/contactnow/datasets/104/records'],
      ['danaconnect', '/v1/danaconnect/conversations/1001/starts'],
      ['datatalks', '/v1/datatalks/contacts'],
    ] as const) {
      stage.world.fault({ upstream, fault, times: 1 })
      const body = { MobilePhone: '+46700000001' }
      const other =
        upstream === 'danaconnect' ? { fields: {} } : { data: { email: 'a@b.example' }, group_key: 'abc123' }
      for (const accept of ['application/json', 'application/xml']) {
        const asked = { body: upstream === 'contactnow' ? body : other, headers: { accept } }
        texts.push((await stage.ask('POST', path, asked)).text)
        await stage.ask('POST', `/v1/destinations/${upstream}/resume`)
      }
    }
  }
  expect(texts.length).toBe(30)
  expect(secrets.size).toBeGreaterThan(4)
  const said = [...texts, ...stage.world.log].join('\n')
  for (const secret of secrets) expect(said).not.toContain(secret)
})
