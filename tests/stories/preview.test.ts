import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { SANDBOX_KEYS } from '@sluice/gateway/bun'
import { contactOf, listDeliveries, postContact, type Running, startRunning, temporaryFolder } from './running.ts'

/** A credential of every kind, with characters that are written in another way in a URL, in JSON and in base64. */
const CANARIES = {
  DANACONNECT_USER: 'canary-dana-user-11aa',
  DANACONNECT_PASSWORD: 'canary/dana+"p&ss"-6d2e',
  CONTACTNOW_USERNAME: 'canary-caller-90fe',
  CONTACTNOW_PASSWORD: 'canary/now+"p&ss"-77c3',
  DATATALKS_ACCESS_KEY_ID: 'AKIDCANARY40B7',
  DATATALKS_SECRET_ACCESS_KEY: 'canary/talks+secret-b8a1',
} as const

const JSON_TYPE = { 'content-type': 'application/json' }
const ADMIN = { authorization: `Bearer ${SANDBOX_KEYS.SLUICE_ADMIN_TOKEN}`, ...JSON_TYPE }
const CONTACT = JSON.stringify(contactOf(1))

interface Preview {
  readonly source: string
  readonly routes: readonly {
    readonly route: string
    readonly matched: boolean
    readonly payload: unknown
    readonly fault: { readonly code: string } | null
    readonly requests: readonly {
      readonly purpose: string
      readonly method: string
      readonly url: string
      readonly headers: Readonly<Record<string, string>>
      readonly body?: string
    }[]
  }[]
}

describe('a preview over HTTP', () => {
  const folder = temporaryFolder()
  let running: Running
  let sent = 0
  /** Whether the gateway reaches its upstreams: only what is delivered may, never what is previewed. */
  let connected = false

  beforeAll(async () => {
    running = await startRunning({
      sandboxUrl: 'http://127.0.0.1:9',
      dataPath: folder.path,
      environment: CANARIES,
      adapt: (ports) => ({
        ...ports,
        fetch: () => {
          sent += 1
          if (!connected) throw new Error('a preview reached the network')
          return Promise.resolve(new Response('{}', { status: 429, headers: { 'retry-after': '3600' } }))
        },
      }),
    })
  })

  afterAll(async () => {
    await running?.gateway.stop()
    folder.remove()
  })

  const post = (body: unknown, headers: Readonly<Record<string, string>> = ADMIN): Promise<Response> =>
    fetch(`${running.url}/v1/preview`, {
      method: 'POST',
      headers,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  const previewed = async (body: unknown): Promise<Preview> => {
    const response = await post(body)
    expect(response.status).toBe(200)
    return (await response.json()) as Preview
  }

  test('shows the payload and the requests of every route, with slots for secrets', async () => {
    const { source, routes } = await previewed({ source: 'demo', contentType: 'application/json', body: CONTACT })
    expect(source).toBe('demo')
    expect(routes.map(({ route, matched, fault }) => [route, matched, fault])).toEqual([
      ['demo.danaconnect.conversations.startData', true, null],
      ['demo.contactnow.records.create', true, null],
      ['demo.datatalks.contacts.upsert', true, null],
    ])
    const lines = routes.flatMap(({ requests }) =>
      requests.map(({ purpose, method, url, body }) => [purpose, `${method} ${url}`, body]),
    )
    expect(lines).toEqual([
      [
        'delivery',
        'POST http://127.0.0.1:9/danaconnect/api/1.0/rest/conversation/1001/start/data',
        '{"NAME":"Ada","SURNAME":"Number 1","EMAIL":"contact-1@example.com","PHONE":"+46700000001"}',
      ],
      [
        'token',
        'POST http://127.0.0.1:9/contactnow/token.php',
        'action=get&username={username}&password={password}&format=json',
      ],
      [
        'delivery',
        'POST http://127.0.0.1:9/contactnow/ecnow.php?token={token}&format=json&method=ecnow_records&action=create&raw=1',
        '[{"dataset":"104","firstname":"Ada","lastname":"Number 1","MobilePhone":"+46700000001","Customer_Email":"contact-1@example.com"}]',
      ],
      [
        'delivery',
        'POST http://127.0.0.1:9/datatalks/v1/contacts',
        '{"data":{"email":"contact-1@example.com","phone":"+46700000001","name":"Ada Number 1","tags":[]},"group_key":"abc123"}',
      ],
    ])
    expect(routes.at(0)?.requests.at(0)?.headers).toMatchObject({ authorization: '{basic}' })
  })

  test('shows XML as its source reads it', async () => {
    const { email, phone, firstName, lastName } = contactOf(1)
    const body = `<contact><email>${email}</email><phone>${phone}</phone><firstName>${firstName}</firstName><lastName>${lastName}</lastName></contact>`
    const asXml = await previewed({ source: 'demo', contentType: 'application/xml', body })
    const asJson = await previewed({ source: 'demo', body: CONTACT })
    const payloads = ({ routes }: Preview) => routes.map(({ payload }) => payload)
    expect(payloads(asXml)).toEqual(payloads(asJson))
  })

  test('says which routes do not match', async () => {
    const body = JSON.stringify({ action: 'create', description: 'May', importTable: 'may' })
    const { routes } = await previewed({ source: 'campaigns', body })
    expect(routes.map(({ matched, payload, requests }) => [matched, payload, requests.length])).toEqual([
      [true, { description: 'May', import_table: 'may' }, 2],
      [false, null, 0],
    ])
  })

  test('sends nothing and stores nothing', async () => {
    await previewed({ source: 'demo', body: CONTACT })
    expect(sent).toBe(0)
    expect(await listDeliveries(running.url)).toEqual([])
  })

  test('holds no secret of any destination, in whatever spelling', async () => {
    const answers = [
      await (await post({ source: 'demo', body: CONTACT })).text(),
      await (await post({ source: 'campaigns', body: '{}' })).text(),
    ]
    const basic = `${CANARIES.DANACONNECT_USER}@demo:${CANARIES.DANACONNECT_PASSWORD}`
    for (const secret of [...Object.values(CANARIES), basic]) {
      const spellings = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), btoa(secret)]
      expect(spellings.filter((spelling) => answers.some((answer) => answer.includes(spelling)))).toEqual([])
    }
  })

  test.each<[string, unknown, number, string]>([
    ['a source that there is not', { source: 'nobody', body: '{}' }, 404, 'SOURCE_UNKNOWN'],
    ['an event that there is not', { eventId: 'evt_1' }, 404, 'EVENT_UNKNOWN'],
    ['neither', {}, 400, 'PARAMETER_INVALID'],
    ['both', { source: 'demo', body: CONTACT, eventId: 'evt_1' }, 400, 'PARAMETER_INVALID'],
    ['a member too many', { source: 'demo', body: CONTACT, send: true }, 400, 'PARAMETER_INVALID'],
    ['a request that is no JSON', '{"source":', 400, 'PARAMETER_INVALID'],
    ['a request of more than 4 MiB', { source: 'demo', body: 'x'.repeat(4_194_304) }, 413, 'BODY_TOO_LARGE'],
    [
      'a body larger than its source takes',
      { source: 'demo', body: `"${'x'.repeat(1_048_576)}"` },
      413,
      'JSON_TOO_LARGE',
    ],
    ['a body that is no JSON', { source: 'demo', body: '{' }, 400, 'JSON_SYNTAX'],
    ['a body that is no contact', { source: 'demo', body: '{}' }, 422, 'SCHEMA_MISMATCH'],
    ['a form', { source: 'demo', contentType: 'text/plain', body: CONTACT }, 415, 'CONTENT_TYPE_UNSUPPORTED'],
  ])('is refused for %s', async (_, body, status, code) => {
    const response = await post(body)
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([status, code])
  })

  test.each([[{}], [{ source: 'demo' }], [{ source: 'demo', body: {} }]])('says what it takes: %p', async (body) => {
    expect(await (await post(body)).json()).toMatchObject({
      errors: [{ path: '', message: expect.stringMatching(/^expected source and body .* or eventId/) }],
    })
  })

  test.each<[string, Readonly<Record<string, string>>, number]>([
    ['without a key', JSON_TYPE, 401],
    ['with the token of a source', { ...JSON_TYPE, authorization: `Bearer ${SANDBOX_KEYS.SLUICE_INGEST_TOKEN}` }, 401],
  ])('is refused %s', async (_, headers, status) => {
    expect((await post({ source: 'demo', body: CONTACT }, headers)).status).toBe(status)
  })

  test('shows a stored event as the routes of today would send it', async () => {
    connected = true
    const accepted = (await (await postContact(running.url, contactOf(1))).json()) as { readonly eventId: string }
    const stored = await previewed({ eventId: accepted.eventId })
    const given = await previewed({ source: 'demo', body: CONTACT })
    const shown = ({ routes }: Preview) =>
      routes.map(({ route, payload, requests }) => [route, payload, requests.length])
    expect(shown(stored)).toEqual(shown(given))
  })
})
