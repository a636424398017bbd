import { describe, expect, test } from 'bun:test'
import { z } from 'zod'
import { buildConfig, type Route, route, source } from '../config.ts'
import { contactnow } from '../destinations/contactnow.ts'
import { danaconnect } from '../destinations/danaconnect.ts'
import { datatalks } from '../destinations/datatalks.ts'
import type { Json } from '../store/port.ts'
import { bearer } from '../sources/bearer.ts'
import { preview, PREVIEW_DELIVERY_ID, type PreviewedRoute } from './preview.ts'

/** With characters that are written in another way in a URL, in JSON, in XML and in base64. */
const SECRETS = ['canary-user<1>', 'canary/dana+"p&ss"', 'canary now=+"p&ss"', 'AKIDCANARY40B7', 'canary/talks+secret']
const [dialUser = '', mailPassword = '', dialPassword = '', accessKeyId = '', secretAccessKey = ''] = SECRETS
const NOW_MS = 1_767_323_045_000

const callback = { parameter: 'callbackUrl', baseUrl: 'https://edge.example' }
const mail = danaconnect({ user: 'canary-user', company: 'demo', password: mailPassword, callback })
const dial = contactnow({ username: dialUser, password: dialPassword })
const dialXml = contactnow({ username: dialUser, password: dialPassword, format: 'xml' })
const profile = datatalks({ accessKeyId, secretAccessKey })

/** The payload that a route gets is the body itself. */
const echo = source({ scheme: bearer('a-token-of-a-sender'), schema: z.json() })

async function previewOf(payload: Json, declared: Route): Promise<PreviewedRoute> {
  const input = {
    sources: { echo },
    destinations: { mail, dial, 'dial-xml': dialXml, profile },
    routes: [declared],
    keys: [{ name: 'admin', token: 'a-key-of-some-length', scopes: ['read' as const] }],
  }
  const configured = buildConfig(() => input, {}).sources.get('echo')
  if (configured === undefined) throw new Error('echo is not configured')
  const body = new TextEncoder().encode(JSON.stringify(payload))
  const [previewed] = await preview(configured, 'application/json', body, {
    nowMs: () => NOW_MS,
    readAlias: () => Promise.resolve(null),
  })
  if (previewed === undefined) throw new Error('nothing was previewed')
  return previewed
}

const ROW = { dataset: '104', MobilePhone: '+4670' }
const DATASET = { description: 'May', import_table: 'may' }
const CONTACT = { data: { email: 'a@example.com' }, group_key: 'abc123' }
const FIELDS = { NAME: 'Ada' }

const REQUESTS: readonly [declared: Route, payload: Json, urls: readonly string[]][] = [
  [
    route(echo, mail, 'conversations.startData', { map: '$' }),
    { conversationID: 1001, fields: FIELDS },
    ['/1001/start/data'],
  ],
  [route(echo, mail, 'conversations.startDataByProject', { map: '$' }), { projectID: 7, fields: FIELDS }, ['/7/']],
  [
    route(echo, mail, 'contacts.load', { map: '$' }),
    { tableCode: 'CONTACTS', fields: FIELDS },
    ['/webdb/table/CONTACTS'],
  ],
  [route(echo, dial, 'datasets.create', { map: '$' }), DATASET, ['token.php', 'method=ecnow_datasets']],
  [route(echo, dial, 'datasets.update', { map: '$' }), { ...DATASET, dataset: '104' }, ['token.php', 'action=update']],
  [route(echo, dial, 'records.create', { map: '$' }), ROW, ['token.php', 'ecnow.php?token={token}&format=json']],
  [route(echo, dialXml, 'records.create', { map: '$' }), ROW, ['token.php', 'ecnow.php?token={token}&format=xml']],
  [route(echo, dial, 'data.create', { map: '$' }), ROW, ['token.php', 'method=ecnow_data']],
  [route(echo, profile, 'contacts.upsert', { map: '$' }), CONTACT, ['/contacts']],
  [route(echo, profile, 'contacts.delete', { map: '$' }), CONTACT, ['/contacts']],
]

describe('a preview reaches the request itself, without a network', () => {
  test.each([...REQUESTS])('%#', async (declared, payload, urls) => {
    const { matched, fault, requests } = await previewOf(payload, declared)
    expect({ matched, fault }).toEqual({ matched: true, fault: null })
    expect(requests.map(({ purpose }) => purpose)).toEqual(urls.length === 2 ? ['token', 'delivery'] : ['delivery'])
    for (const [index, part] of urls.entries()) expect(requests[index]?.url).toContain(part)
  })

  test.each([...REQUESTS])('and holds no secret: %#', async (declared, payload) => {
    const shown = JSON.stringify(await previewOf(payload, declared))
    for (const secret of SECRETS) {
      const spellings = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), btoa(secret)]
      expect(spellings.filter((spelling) => shown.includes(spelling))).toEqual([])
    }
    expect(shown).not.toContain(btoa(`canary-user@demo:${mailPassword}`))
  })
})

test('a marker shows as it would stand there', async () => {
  const { payload, requests } = await previewOf(ROW, route(echo, dial, 'records.create', { map: '$', marker: 'ref' }))
  expect(payload).toEqual({ ...ROW, ref: PREVIEW_DELIVERY_ID })
  expect(requests.at(-1)?.body).toContain(`"ref":"${PREVIEW_DELIVERY_ID}"`)
})

describe('a route that would send nothing says why', () => {
  test.each<[string, Parameters<typeof route<Json, typeof dial, 'records.create'>>[3], object]>([
    ['it does not match', { when: 'false', map: '$' }, { matched: false, fault: null }],
    ['its mapping fails', { map: '$error("no")' }, { fault: { code: 'MAPPING_FAILED' } }],
    [
      'its payload is wrong',
      { map: '{"dataset": {}}' },
      { fault: { code: 'PAYLOAD_INVALID', errors: [{ path: 'dataset' }] } },
    ],
  ])('%s', async (_, options, expected) => {
    expect(await previewOf(ROW, route(echo, dial, 'records.create', options))).toMatchObject({
      payload: null,
      requests: [],
      ...expected,
    })
  })

  test('its client cannot write the payload', async () => {
    const payload = { ...ROW, '__bad name': 'x' }
    const { fault, requests } = await previewOf(payload, route(echo, dialXml, 'records.create', { map: '$' }))
    expect(requests.filter(({ purpose }) => purpose === 'delivery')).toEqual([])
    expect(fault).toMatchObject({ code: 'XML_NAME' })
  })
})
