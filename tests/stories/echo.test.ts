import { describe, expect, test } from 'bun:test'
import { createContactnow } from '@sluice/contactnow'
import { createDanaconnect, DANACONNECT_BASE_URLS } from '@sluice/danaconnect'
import { createDatatalks } from '@sluice/datatalks'
import { UpstreamError } from '@sluice/errors'
import type { Exchange } from '@sluice/http-client/observe'
import { createSluice } from '@sluice/sluice-client'

/** With every character that is written in more than one way. */
const PASSWORD = 'CANARY-p w+/ü"é&<2'
const ACCESS_KEY = 'CANARYACCESSKEY'
const SECRET_KEY = 'CANARY/secret+key='
const TOKEN = 'CANARY+token/='

/** An upstream that refuses, and says back all that it was sent. */
async function echo(request: Request): Promise<Response> {
  const said = `${request.url} ${decodeURIComponent(request.url)} ${[...request.headers].join(' | ')} ${await request.text()}`
  const words = { error: said, wsError: { errorDescription: said }, messages: [said], code: 'SAID', detail: said }
  return Response.json({ success: false, ...words })
}

type Watch = { readonly observe: (exchange: Exchange) => void }
const common = { fetch: echo, nowMs: () => 1_700_000_000_000 }
const credentials = { username: 'CANARY-user', password: PASSWORD }
const record = { dataset: '104', HomePhone: '01234567890' }

const CALLS: readonly [name: string, call: (watch: Watch) => Promise<unknown>][] = [
  [
    'DANAConnect',
    (watch) => danaconnect.conversations.startData({ conversationID: 1, fields: { NAME: 'Ada' } }, watch),
  ],
  ["ContactNow's token.php", (watch) => createContactnow({ ...common, credentials }).token.get({}, watch)],
  [
    'ContactNow, in JSON',
    (watch) =>
      createContactnow({ ...common, credentials, tokens }).records.create(record, { ...watch, format: 'json' }),
  ],
  [
    'Datatalks',
    (watch) => datatalks.contacts.upsert({ data: { email: 'ada@example.com' }, group_key: 'abc123' }, watch),
  ],
  [
    'another Sluice',
    (watch) => relay.events.forward({ event: { email: 'ada@example.com' } }, { ...watch, id: 'dlv_1' }),
  ],
]
const danaconnect = createDanaconnect({
  ...common,
  baseUrls: DANACONNECT_BASE_URLS,
  credentials: { user: 'me', company: 'us', password: PASSWORD },
})
const datatalks = createDatatalks({ ...common, credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY } })
const relay = createSluice({
  ...common,
  baseUrl: 'https://sluice.test',
  source: 'relay',
  secret: `whsec_${btoa('CANARY-of-24-bytes-or-more')}`,
})
const tokens = { get: () => Promise.resolve(TOKEN), refuse: () => undefined }

describe('an upstream that says back what it was sent', () => {
  test.each([...CALLS])('gets no secret of %s into an exchange or an error', async (_, call) => {
    const shown: string[] = []
    const failed = await call({ observe: (exchange) => void shown.push(JSON.stringify(exchange)) }).catch(
      (error: unknown) => error,
    )
    if (!(failed instanceof UpstreamError)) throw new Error('the call was to be refused')
    shown.push(JSON.stringify([failed.message, failed.words, failed]))
    expect(shown).toHaveLength(2)
    // It did say something back, so what is missing was taken out.
    expect(shown[0]).toContain('{')
    expect(failed.words).toBeDefined()
    for (const text of shown) {
      expect(text).not.toContain('CANARY')
      expect(text).not.toMatch(/Signature=[0-9a-f]{64}/)
      expect(text).not.toContain('v1,')
      expect(text).not.toMatch(/Basic [A-Za-z0-9+/]{8}/)
    }
  })
})
