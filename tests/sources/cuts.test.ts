import { describe, expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { defineConfig, hmac, hubspot, type Scheme, slack, source, standardWebhooks, stripe, z } from '@sluice/gateway'
import * as fc from 'fast-check'
import { createWorld, type World } from '../world/world.ts'
import { everyCut, type Parts, PATH, signedText } from './cuts.ts'
import { NOW_MS, PUBLIC_URL, send, storedEvents } from './play-sender.ts'
import type { Sent } from './sent.ts'

const SECRET = 'a-secret-that-signs-the-pieces'
const WEBHOOK_SECRET = 'a secret of exactly 32 bytes ....'
const SECONDS = String(NOW_MS / 1000)
const JSON_TYPE = 'application/json'
const TYPES = [JSON_TYPE, 'application/x-ndjson', 'application/x-www-form-urlencoded', 'application/xml'] as const
type Type = (typeof TYPES)[number]

interface Reads {
  readonly idempotencyPath?: string
  readonly batches?: boolean
}

/** What a source reads of a body. */
const READS: readonly Reads[] = [
  {},
  { idempotencyPath: 'id' },
  { batches: true },
  { batches: true, idempotencyPath: 'id' },
]

/** A sender: what it signs, and how it sends that. */
interface Signer {
  readonly scheme: Scheme
  readonly template: string
  readonly unit: 'seconds' | 'milliseconds'
  readonly headers: (parts: Partial<Parts>, signed: string) => Readonly<Record<string, string>>
}

const digest = (text: string, encoding: 'hex' | 'base64', secret = SECRET) =>
  createHmac('sha256', secret).update(text).digest(encoding)

function ofTemplate(template: string): Signer {
  const has = (name: string) => template.includes(`{${name}}`)
  const scheme = hmac({
    secrets: [SECRET],
    algorithm: 'sha256',
    header: 'x-signature',
    encoding: 'hex',
    signed: template,
    publicUrl: PUBLIC_URL,
    ...(has('timestamp') ? { timestamp: { header: 'x-time' } } : {}),
    ...(has('id') ? { id: { header: 'x-id' } } : {}),
  })
  const headers: Signer['headers'] = ({ timestamp = '', id = '' }, signed) => ({
    'x-signature': digest(signed, 'hex'),
    'x-time': timestamp,
    'x-id': id,
  })
  return { scheme, template, unit: 'seconds', headers }
}

const KNOWN: readonly (readonly [name: string, signer: Signer])[] = [
  [
    'Standard Webhooks',
    {
      scheme: standardWebhooks(`whsec_${btoa(WEBHOOK_SECRET)}`),
      template: '{id}.{timestamp}.{body}',
      unit: 'seconds',
      headers: ({ id = '', timestamp = '' }, signed) => ({
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${digest(signed, 'base64', WEBHOOK_SECRET)}`,
      }),
    },
  ],
  [
    'Slack',
    {
      scheme: slack({ secrets: [SECRET] }),
      template: 'v0:{timestamp}:{body}',
      unit: 'seconds',
      headers: ({ timestamp = '' }, signed) => ({
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': `v0=${digest(signed, 'hex')}`,
      }),
    },
  ],
  [
    'Stripe',
    {
      scheme: stripe({ secrets: [SECRET] }),
      template: '{timestamp}.{body}',
      unit: 'seconds',
      headers: ({ timestamp = '' }, signed) => ({ 'stripe-signature': `t=${timestamp},v1=${digest(signed, 'hex')}` }),
    },
  ],
  [
    'HubSpot',
    {
      scheme: hubspot({ secrets: [SECRET], publicUrl: PUBLIC_URL }),
      template: '{method}{url}{body}{timestamp}',
      unit: 'milliseconds',
      headers: ({ timestamp = '' }, signed) => ({
        'x-hubspot-request-timestamp': timestamp,
        'x-hubspot-signature-v3': digest(signed, 'base64'),
      }),
    },
  ],
]

const worldFor = (scheme: Scheme, reads: Reads) =>
  createWorld({
    config: defineConfig(() => ({
      sources: { right: source({ scheme, schema: z.unknown(), ...reads }) },
      destinations: {},
      routes: [],
      keys: [{ name: 'admin', token: 'an-admin-token', scopes: ['operate'] }],
    })),
  })

function requestOf({ headers }: Signer, parts: Partial<Parts>, signed: string, type: string): Sent {
  const path = (parts.url ?? `${PUBLIC_URL}${PATH}`).slice(PUBLIC_URL.length)
  const all = { 'content-type': type, ...headers(parts, signed) }
  return { method: 'POST', path, headers: Object.entries(all), body: parts.body ?? '' }
}

/**
 * Sends a request as its sender does, and then everything else that has the same signature. What was refused as it was
 * sent may be an event once, when it is called by another type.
 */
async function attack(world: World, signer: Signer, parts: Parts, type: Type): Promise<readonly Response[]> {
  const signed = signedText(signer.template, parts)
  const honest = await send(world, requestOf(signer, parts, signed, type))
  const stored = Math.max(1, await storedEvents(world))
  for (const cut of everyCut(signer.template, signed)) {
    for (const other of TYPES) {
      await send(world, requestOf(signer, cut, signed, other))
      const now = await storedEvents(world)
      if (now > stored) throw new Error(`${now} events for ${stored}: ${JSON.stringify({ parts, type, cut, other })}`)
    }
  }
  const again = await send(world, requestOf(signer, parts, signed, type))
  return [honest, again]
}

/** Words that mean something to whoever cuts: what ends an id, another time, another event. */
const word = fc.constantFrom(
  'a',
  '7',
  '0',
  '.',
  ':',
  SECONDS,
  `.${SECONDS}.`,
  'm1',
  '{',
  '{"id":"9"}',
  '[1]',
  '\n',
  '?',
)
const words = fc.array(word, { maxLength: 4 }).map((all) => all.join(''))
const escaped = words.map((text) => text.replaceAll('\n', '').replaceAll(/[{}"[\]]/g, '-'))
const json = words.map((note) => JSON.stringify({ id: 'a', note, attemptNumber: 0 }))
const BODIES: Readonly<Record<Type, fc.Arbitrary<string>>> = {
  [JSON_TYPE]: fc.oneof(
    json,
    fc.array(json, { minLength: 1, maxLength: 2 }).map((all) => `[${all.join(',')}]`),
  ),
  'application/x-ndjson': fc.tuple(json, words).map(([one, note]) => `${one}\n${JSON.stringify({ note })}\n0`),
  'application/x-www-form-urlencoded': escaped.map((note) => `id=7&note=${note}&phone=%2B4670&last=0`),
  'application/xml': escaped.map((note) => `<!--${note.replaceAll('-', '')}--><e><id>7</id><note>${note}</note></e>`),
}
const body = fc.constantFrom(...TYPES).chain((type) => fc.record({ type: fc.constant(type), body: BODIES[type] }))
const query = fc.constantFrom('', '?a=b', '?a=', '?a=b.c')
const sent = fc.record({ of: body, query, reads: fc.constantFrom(...READS), id: fc.constantFrom('m1', 'msg_7') })

const separator = fc.constantFrom('', '.', '-', ':', '\n', ' ', '.x', ' | ')
const template = fc
  .tuple(
    fc.shuffledSubarray(['{timestamp}', '{id}', '{method}', '{url}'], { minLength: 1 }),
    fc.nat({ max: 4 }),
    fc.array(separator, { minLength: 6, maxLength: 6 }),
  )
  .map(([others, at, separators]) =>
    [...others.slice(0, at), '{body}', ...others.slice(at)].map((name, index) => separators[index] + name).join(''),
  )

const partsOf = (
  signer: Signer,
  { of, query: asked, id }: { of: { body: string }; query: string; id: string },
): Parts => ({
  timestamp: signer.unit === 'seconds' ? SECONDS : String(NOW_MS),
  id,
  method: 'POST',
  url: `${PUBLIC_URL}${PATH}${asked}`,
  body: of.body,
})

const property = (signer: fc.Arbitrary<Signer>) =>
  fc.asyncProperty(signer, sent, async (from, one) => {
    fc.pre((from.scheme.faults ?? []).length === 0)
    const world = await worldFor(from.scheme, one.reads)
    try {
      const [honest, again] = await attack(world, from, partsOf(from, one), one.of.type)
      // What a sender of JSON or XML sends is taken, whatever it signs.
      if (one.of.type === JSON_TYPE || one.of.type === 'application/xml') expect(honest?.ok).toBe(true)
      if (honest?.ok) expect(await again?.text()).toBe(await honest.text())
    } finally {
      world.stop()
    }
  })

describe('what was signed, cut in another way', () => {
  test('is no new event, by any template that the start takes', async () => {
    await fc.assert(property(template.map(ofTemplate)), { numRuns: 150, seed: 1 })
  })

  test.each(KNOWN)('is no new event: %s', async (_, signer) => {
    await fc.assert(property(fc.constant(signer)), { numRuns: 30, seed: 1 })
  })

  test.each<[template: string, type: Type, body: string, reads: Reads, honest: number]>([
    ['{timestamp}.{id}.{body}', 'application/x-www-form-urlencoded', 'note=a.b&email=ann%40example.com', {}, 202],
    [
      '{timestamp}.{id}.{body}',
      'application/x-ndjson',
      '{"email":"ann@example.com"}\n{"email":"bob@example.com"}\n',
      { batches: true },
      207,
    ],
    [
      '{method}{url}{timestamp}{body}',
      'application/x-www-form-urlencoded',
      `id=7&sent=${SECONDS}&email=ann%40example.com`,
      { idempotencyPath: 'id' },
      415,
    ],
    ['{url}.{body}', 'application/x-www-form-urlencoded', 'id=7&note=a.b&email=c', { idempotencyPath: 'id' }, 415],
    ['{url}\n{body}', 'application/x-www-form-urlencoded', 'id=7&note=a.b&email=c', { idempotencyPath: 'id' }, 202],
    ['{url}.{body}', 'application/x-www-form-urlencoded', 'id=7&note=a.b&email=c', {}, 202],
  ])('is no new event: %s with %s', async (signed, type, text, reads, status) => {
    const signer = ofTemplate(signed)
    const world = await worldFor(signer.scheme, reads)
    const parts = partsOf(signer, { of: { body: text }, query: '?k=v', id: 'm1' })
    const [honest] = await attack(world, signer, parts, type)
    expect(honest?.status).toBe(status)
    world.stop()
  })
})
