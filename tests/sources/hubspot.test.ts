import { describe, expect, test } from 'bun:test'
import { Signature } from '@hubspot/api-client'
import { defineConfig, hubspot, source, z } from '@sluice/gateway'
import { createWorld } from '../world/world.ts'
import { NOW_MS, playSender, PUBLIC_URL, send, storedEvents, worldOf } from './play-sender.ts'
import { doubled, headerOf, jsonPost, type Sent, withHeader } from './sent.ts'

const SECRET = 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy'
const OTHER = 'another-client-secret'
const BODY = '[{"eventId":1,"subscriptionType":"contact.creation","email":"ada@example.com","name":"Åsa"}]'
const RIGHT = '/webhooks/right'
/** The address as it is called, and as HubSpot signs it. */
const QUERY = '?a=%2Fb%3a%20c&d=%40%21%24%27%28%29%2A%2C%3B%26%3D&e=?'
const SIGNED_QUERY = "?a=/b:%20c&d=@!$'()*,;%26%3D&e=?"

interface Parts {
  readonly method?: string
  readonly body?: string
  readonly url?: string
}

function signed(
  path: string,
  atMs: number,
  { method = 'POST', url = `${PUBLIC_URL}${path}`, body = BODY }: Parts = {},
): Sent {
  const timestamp = atMs
  const options = { clientSecret: SECRET, url, requestBody: body, timestamp, signature: '' }
  const signature = Signature.getSignature(method, 'v3', options)
  return jsonPost(path, { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': String(timestamp) }, body)
}

const changed = (header: string, change: (value: string) => string) => () => {
  const sent = signed(RIGHT, NOW_MS)
  return withHeader(sent, header, change(headerOf(sent, header)))
}
const scheme = (...secrets: readonly string[]) => hubspot({ secrets, publicUrl: PUBLIC_URL })

playSender({
  name: 'HubSpot',
  right: scheme(SECRET),
  rotating: scheme(OTHER, SECRET),
  other: scheme(OTHER),
  sign: signed,
  needs: ['x-hubspot-signature-v3', 'x-hubspot-request-timestamp'],
  signature: 'x-hubspot-signature-v3',
  signsTime: true,
  signsMessage: true,
  wrong: {
    'signed for another host': () => signed(RIGHT, NOW_MS, { url: `https://other.example.com/in${RIGHT}` }),
    'signed for another path': () => signed(RIGHT, NOW_MS, { url: `${PUBLIC_URL}/webhooks/other` }),
    'signed without TLS': () => signed(RIGHT, NOW_MS, { url: `http://hooks.example.com/in${RIGHT}` }),
    'signed for what the server sees': () => signed(RIGHT, NOW_MS, { url: `https://gateway.test${RIGHT}` }),
    'signed for another query': () => ({ ...signed(RIGHT, NOW_MS), path: `${RIGHT}?a=1` }),
    'signed for another method': () => signed(RIGHT, NOW_MS, { method: 'PUT' }),
    'another time': changed('x-hubspot-request-timestamp', (time) => String(Number(time) + 1)),
    'a time in seconds': changed('x-hubspot-request-timestamp', (time) => time.slice(0, -3)),
    'a time that is none': changed('x-hubspot-request-timestamp', () => '2026-01-02T03:04:05Z'),
    'the time twice': () => doubled(signed(RIGHT, NOW_MS), 'x-hubspot-request-timestamp'),
    'the signature twice': () => doubled(signed(RIGHT, NOW_MS), 'x-hubspot-signature-v3'),
    'hexadecimal for base64': changed('x-hubspot-signature-v3', (text) => Buffer.from(text, 'base64').toString('hex')),
    'the old version': () => {
      const sent = signed(RIGHT, NOW_MS)
      const v1 = Signature.getSignature('POST', 'v1', { clientSecret: SECRET, requestBody: BODY, signature: '' })
      return withHeader(withHeader(sent, 'x-hubspot-signature', v1), 'x-hubspot-signature-v3', v1)
    },
  },
})

describe('a webhook of HubSpot', () => {
  test('is the example of its library for Python', async () => {
    const headers = new Headers({
      'x-hubspot-signature-v3': 'K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=',
      'x-hubspot-request-timestamp': '1693657560000',
    })
    const body = new TextEncoder().encode("{'example_field':'example_value'}")
    const request = { method: 'POST', url: 'http://10.0.0.1:8787/webhook_uri', headers, body }
    const verifying = hubspot({ secrets: [SECRET], publicUrl: 'https://www.example.com' }).verify(
      request,
      1_693_657_560_000,
    )
    expect(await verifying).toMatchObject({ messageId: null })
  })

  test('has some characters of its address decoded, and no others', async () => {
    const world = await worldOf({ right: scheme(SECRET) })
    const path = `${RIGHT}${QUERY}`
    const sent = signed(path, NOW_MS, { url: `${PUBLIC_URL}${RIGHT}${SIGNED_QUERY}` })
    expect((await send(world, sent)).status).toBe(202)
    const allDecoded = signed(path, NOW_MS, { url: `${PUBLIC_URL}${decodeURIComponent(path)}` })
    expect((await send(world, allDecoded)).status).toBe(401)
    world.stop()
  })

  test('is one event, however its address is escaped', async () => {
    const world = await worldOf({ right: scheme(SECRET) })
    const body = '[{"eventId":1,"attemptNumber":0}]'
    const sent = signed(RIGHT, NOW_MS, { url: `${PUBLIC_URL}${RIGHT}?ref=a/b:c`, body })
    const answers = new Set<string>()
    for (const query of ['?ref=a/b:c', '?ref=a%2Fb:c', '?ref=a%2fb%3Ac']) {
      const answer = await send(world, { ...sent, path: `${RIGHT}${query}` })
      expect(answer.status).toBe(202)
      answers.add(await answer.text())
    }
    expect(answers.size).toBe(1)
    expect(await storedEvents(world)).toBe(1)
    world.stop()
  })

  test('is known again when it is tried again, later and with another number of the attempt', async () => {
    const world = await worldOf({ right: scheme(SECRET) })
    const attempt = (number: number, atMs: number, objectId = 1) =>
      signed(RIGHT, atMs, {
        body: `[{"eventId":1,"attemptNumber":${number},"objectId":${objectId}},{"attemptNumber" : ${number}}]`,
      })
    const first = await send(world, attempt(0, NOW_MS - 60_000))
    const text = await first.text()
    for (const number of [1, 2, 10]) {
      const again = await send(world, attempt(number, NOW_MS + number))
      expect([again.status, await again.text()]).toEqual([202, text])
    }
    expect(await storedEvents(world)).toBe(1)
    expect((await send(world, attempt(1, NOW_MS, 2))).status).toBe(202)
    expect(await storedEvents(world)).toBe(2)
    world.stop()
  })

  test.each<[name: string, options: { readonly batches?: boolean }, body: (attempt: number, email: string) => string]>([
    ['alone', {}, (attempt, email) => `{"eventId":1,"attemptNumber":${attempt},"email":"${email}"}`],
    [
      'in a batch',
      { batches: true },
      (attempt, email) =>
        `[{"eventId":1,"attemptNumber":${attempt},"email":"${email}"},{"eventId":2,"attemptNumber": ${attempt}}]`,
    ],
  ])('is known again by an id in its body, whatever the number of the attempt: %s', async (_, options, body) => {
    const declared = source({ scheme: scheme(SECRET), schema: z.unknown(), idempotencyPath: 'eventId', ...options })
    const keys = [{ name: 'admin', token: 'an-admin-token', scopes: ['operate'] }] as const
    const world = await createWorld({
      config: defineConfig(() => ({ sources: { right: declared }, destinations: {}, routes: [], keys })),
    })
    const attempt = (number: number, email = 'ada@example.com') =>
      send(world, signed(RIGHT, NOW_MS + number, { body: body(number, email) }))
    const first = await attempt(0)
    expect(first.ok).toBe(true)
    const text = await first.text()
    const stored = await storedEvents(world)
    for (const number of [1, 2, 10]) expect(await (await attempt(number)).text()).toBe(text)
    // Another event under the id of the first is told to be one.
    expect(await (await attempt(3, 'eve@example.com')).text()).toContain('IDEMPOTENCY_KEY_REUSED')
    expect(await storedEvents(world)).toBe(stored)
    world.stop()
  })
})
