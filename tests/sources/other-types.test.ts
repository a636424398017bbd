import { describe, expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { defineConfig, hmac, hubspot, type Scheme, slack, source, standardWebhooks, stripe, z } from '@sluice/gateway'
import { Webhook } from 'standardwebhooks'
import { createWorld } from '../world/world.ts'
import { NOW_MS, PUBLIC_URL, send, storedEvents } from './play-sender.ts'
import { jsonPost, type Sent, withBody, withHeader } from './sent.ts'

const RIGHT = '/webhooks/right'
const SECRET = 'a-secret-that-signs-the-body'
const WHSEC = `whsec_${btoa('a secret of exactly 32 bytes ....')}`
const [JSON_TYPE, LINES, FORM, XML] = [
  'application/json',
  'application/x-ndjson',
  'application/x-www-form-urlencoded',
  'application/xml',
]
const EVERY_TYPE = [JSON_TYPE, LINES, FORM, XML, 'text/xml; charset=iso-8859-1', 'text/xml; charset=windows-1252']
const SECONDS = String(NOW_MS / 1000)

const hex = (content: string) => createHmac('sha256', SECRET).update(content).digest('hex')
const plain = hmac({ secrets: [SECRET], algorithm: 'sha256', header: 'x-signature', encoding: 'hex' })
const byPlain = (body: string) => jsonPost(RIGHT, { 'x-signature': hex(body) }, body)
const byWebhook = (body: string) =>
  jsonPost(
    RIGHT,
    {
      'webhook-id': 'msg_1',
      'webhook-timestamp': SECONDS,
      'webhook-signature': new Webhook(WHSEC).sign('msg_1', new Date(NOW_MS), body),
    },
    body,
  )

const worldOf = (scheme: Scheme, options: { readonly batches?: boolean; readonly idempotencyPath?: string }) =>
  createWorld({
    config: defineConfig(() => ({
      sources: { right: source({ scheme, schema: z.unknown(), ...options }) },
      destinations: {},
      routes: [],
      keys: [{ name: 'admin', token: 'an-admin-token', scopes: ['operate'] }],
    })),
  })

interface Case {
  readonly scheme: Scheme
  readonly sign: (body: string) => Sent
  readonly type?: string
  readonly body: string
  readonly events?: number
  readonly options?: { readonly batches?: boolean; readonly idempotencyPath?: string }
}

const BATCHES = { batches: true, idempotencyPath: 'id' }
const webhooks = { scheme: standardWebhooks(WHSEC), sign: byWebhook }
const cases: readonly (readonly [name: string, one: Case])[] = [
  ['a signed id, and one in the body', { ...webhooks, body: '{"id":"a"}', options: BATCHES }],
  ['a list on several lines', { ...webhooks, body: '[\n{"x":1},\n{"x":2}\n]', events: 2, options: { batches: true } }],
  ['a list of one', { ...webhooks, body: '[{"id":"a"}]', options: BATCHES }],
  ['an event on several lines', { ...webhooks, body: '{"a":\n{"id":"b"}\n}', options: BATCHES }],
  ['lines', { ...webhooks, type: LINES, body: '{"id":"a"}\n{"x":2}\n', events: 2, options: BATCHES }],
  [
    'a list with an item that is refused',
    { ...webhooks, body: '[{"a":1,"a":2},\n{"x":1}\n]', options: { batches: true } },
  ],
  ['XML with a line in it', { ...webhooks, type: XML, body: '<a>\n{"id":1}\n</a>', options: BATCHES }],
  [
    'an event of Stripe',
    {
      scheme: stripe({ secrets: [SECRET] }),
      sign: (body) => jsonPost(RIGHT, { 'stripe-signature': `t=${SECONDS},v1=${hex(`${SECONDS}.${body}`)}` }, body),
      body: '{\n  "id": "evt_1",\n  "object": "event"\n}',
    },
  ],
  [
    'an event of Slack',
    {
      scheme: slack({ secrets: [SECRET] }),
      sign: (body) =>
        jsonPost(
          RIGHT,
          { 'x-slack-signature': `v0=${hex(`v0:${SECONDS}:${body}`)}`, 'x-slack-request-timestamp': SECONDS },
          body,
        ),
      body: '{"event_id":"Ev1"}',
    },
  ],
  ['JSON with an id', { scheme: plain, sign: byPlain, body: ' {"id":"a"}', options: BATCHES }],
  ['a list with ids', { scheme: plain, sign: byPlain, body: '[{"id":"a"},{"id":"b"}]', events: 2, options: BATCHES }],
  ['XML with an id', { scheme: plain, sign: byPlain, type: XML, body: '<e><id>å</id></e>', options: BATCHES }],
  ['a form with an id', { scheme: plain, sign: byPlain, type: FORM, body: 'id=a&b[c]=%7B1%7D\n', options: BATCHES }],
  ['JSON that is known by its bytes', { scheme: plain, sign: byPlain, body: '[\n{"id":"a"}\n]' }],
]

describe('a captured body that is sent again under another type', () => {
  test.each(cases)('is no new event: %s', async (_, { scheme, sign, type = JSON_TYPE, body, events = 1, options }) => {
    const world = await worldOf(scheme, options ?? {})
    const sent = withHeader(sign(body), 'content-type', type)
    const first = await send(world, sent)
    expect([202, 207]).toContain(first.status)
    expect(await storedEvents(world)).toBe(events)
    const text = await first.text()
    for (const other of EVERY_TYPE) {
      await send(world, withHeader(sent, 'content-type', other))
      expect([other, await storedEvents(world)]).toEqual([other, events])
    }
    const again = await send(world, sent)
    expect([again.status, await again.text()]).toEqual([first.status, text])
    world.stop()
  })

  test('is the first event for a sender that wrote another body in that type', async () => {
    const world = await worldOf(plain, BATCHES)
    const bodies: readonly (readonly [type: string, body: string])[] = [
      [LINES, '{"id":"1"}\n'],
      [LINES, '{"id"\n{"id":"2"}'],
      [FORM, 'id=3&payload=%7B%22a%22%3A1%7D\r\n'],
      ['text/xml; charset=iso-8859-1', '<?xml version="1.0" encoding="iso-8859-1"?><e><id>4</id></e>'],
      ['text/xml; charset=windows-1252', '<e><id>5</id></e>'],
      [JSON_TYPE, '{"id":"6"}'],
    ]
    for (const [type, body] of bodies) {
      expect([202, 207]).toContain((await send(world, withHeader(byPlain(body), 'content-type', type))).status)
    }
    expect(await storedEvents(world)).toBe(bodies.length)
    world.stop()
  })
})

describe('a captured body of which a part is moved to or from the end of its address', () => {
  const path = `${RIGHT}?tenant=1`
  const byAddress = (body: string) => jsonPost(path, { 'x-signature': hex(`${PUBLIC_URL}${path}${body}`) }, body)
  const ofHubspot = (body: string) => {
    const signature = createHmac('sha256', SECRET).update(`POST${PUBLIC_URL}${path}${body}${NOW_MS}`).digest('base64')
    return jsonPost(path, { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': String(NOW_MS) }, body)
  }
  const address = hmac({
    secrets: [SECRET],
    algorithm: 'sha256',
    header: 'x-signature',
    encoding: 'hex',
    signed: '{url}{body}',
    publicUrl: PUBLIC_URL,
  })
  const workflow = hubspot({ secrets: [SECRET], publicUrl: PUBLIC_URL })
  test.each<[name: string, scheme: Scheme, sign: (body: string) => Sent]>([
    ['an address that is signed before the body', address, byAddress],
    ['a workflow of HubSpot', workflow, ofHubspot],
  ])('is no new event: %s', async (_, scheme, sign) => {
    const world = await worldOf(scheme, { idempotencyPath: 'id' })
    const body = '{"id":"a","phone":"+46700000001"}'
    const sent = sign(body)
    expect((await send(world, sent)).status).toBe(202)
    for (const cut of [
      { ...withBody(sent, body.slice(1)), path: `${path}{` },
      { ...withBody(sent, `?tenant=1${body}`), path: RIGHT },
      { ...withBody(sent, `1${body}`), path: `${RIGHT}?tenant=` },
    ]) {
      for (const type of EVERY_TYPE) {
        // The signature is right; what is read there is not what was read.
        expect([400, 415, 422]).toContain((await send(world, withHeader(cut, 'content-type', type))).status)
      }
    }
    expect(await storedEvents(world)).toBe(1)
    world.stop()
  })

  test('is taken, and known by all that is signed, where nothing is read from it', async () => {
    const world = await worldOf(address, {})
    const sent = withHeader(byAddress('id=7'), 'content-type', FORM)
    const moved = { ...withBody(sent, 'd=7'), path: `${path}i` }
    expect([(await send(world, sent)).status, (await send(world, moved)).status]).toEqual([202, 202])
    expect(await storedEvents(world)).toBe(1)
    world.stop()
  })
})
