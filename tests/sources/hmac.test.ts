import { describe, expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { hmac } from '@sluice/gateway'
import { sign as signGithub } from '@octokit/webhooks-methods'
import { Signature } from '@hubspot/api-client'
import { Stripe } from 'stripe'
import { NOW_MS, playSender, PUBLIC_URL, send, storedEvents, worldOf } from './play-sender.ts'
import { doubled, headerOf, jsonPost, type Sent, withHeader } from './sent.ts'

const SECRET = 'a secret of a sender of its own'
const OTHER = 'another secret of that sender'
const BODY = '{"email":"ada@example.com","name":"Åsa"}'
const RIGHT = '/webhooks/right'

/** As the documentation of Zendesk, Calendly, Zoom and others signs: with the crypto module of Node. */
const settings = {
  algorithm: 'sha512',
  header: 'x-signature',
  encoding: 'base64url',
  prefix: 'v1:',
  signed: '{method} {id}.{timestamp}.{body}',
  id: { header: 'x-id' },
  timestamp: { header: 'x-time', unit: 'milliseconds' },
} as const

function signed(path: string, atMs: number, id = `id-${atMs}`): Sent {
  const text = `POST ${id}.${atMs}.${BODY}`
  const signature = createHmac('sha512', SECRET).update(text).digest('base64url')
  return jsonPost(path, { 'x-signature': `v1:${signature}`, 'x-id': id, 'x-time': String(atMs) }, BODY)
}

const scheme = (...secrets: readonly string[]) => hmac({ ...settings, secrets })
const changed = (header: string, change: (value: string) => string) => () => {
  const sent = signed(RIGHT, NOW_MS)
  return withHeader(sent, header, change(headerOf(sent, header)))
}

playSender({
  name: 'a sender of its own',
  right: scheme(SECRET),
  rotating: scheme(OTHER, SECRET),
  other: scheme(OTHER),
  sign: (path, atMs) => signed(path, atMs),
  needs: ['x-signature', 'x-id', 'x-time'],
  signature: 'x-signature',
  signsTime: true,
  signsMessage: true,
  wrong: {
    'another id': changed('x-id', (id) => `${id}0`),
    'an id with what ends it in it': () => signed(RIGHT, NOW_MS, 'id.1'),
    'another time': changed('x-time', (time) => String(Number(time) + 1)),
    'a time that is none': changed('x-time', () => '-1'),
    'the id twice': () => doubled(signed(RIGHT, NOW_MS), 'x-id'),
    'the signature twice': () => doubled(signed(RIGHT, NOW_MS), 'x-signature'),
    'no prefix': changed('x-signature', (text) => text.slice(3)),
    'hexadecimal for base64url': changed(
      'x-signature',
      (text) => `v1:${Buffer.from(text.slice(3), 'base64url').toString('hex')}`,
    ),
    'another algorithm': () => {
      const sent = signed(RIGHT, NOW_MS)
      const text = `POST ${headerOf(sent, 'x-id')}.${NOW_MS}.${BODY}`
      return withHeader(sent, 'x-signature', `v1:${createHmac('sha256', SECRET).update(text).digest('base64url')}`)
    },
    'the body alone': () => {
      const signature = createHmac('sha512', SECRET).update(BODY).digest('base64url')
      return withHeader(signed(RIGHT, NOW_MS), 'x-signature', `v1:${signature}`)
    },
  },
})

describe('the scheme for senders of their own', () => {
  test('is that of GitHub, with its settings', async () => {
    const world = await worldOf({
      right: hmac({
        secrets: [SECRET],
        algorithm: 'sha256',
        header: 'X-Hub-Signature-256',
        prefix: 'sha256=',
        encoding: 'hex',
      }),
    })
    const sent = jsonPost(RIGHT, { 'x-hub-signature-256': await signGithub(SECRET, BODY) }, BODY)
    expect((await send(world, sent)).status).toBe(202)
    expect((await send(world, { ...sent, body: `${BODY} ` })).status).toBe(401)
    world.stop()
  })

  test('is that of Stripe, with its settings', async () => {
    const world = await worldOf({
      right: hmac({
        secrets: [OTHER, SECRET],
        algorithm: 'sha256',
        header: 'stripe-signature',
        part: 'v1',
        encoding: 'hex',
        signed: '{timestamp}.{body}',
        timestamp: { part: 't' },
      }),
    })
    const at = async (timestamp: number) => {
      const { webhooks } = new Stripe('sk_test_nobody')
      const signature = await webhooks.generateTestHeaderStringAsync({ payload: BODY, secret: SECRET, timestamp })
      return jsonPost(RIGHT, { 'stripe-signature': signature }, BODY)
    }
    expect((await send(world, await at(NOW_MS / 1000))).status).toBe(202)
    expect((await send(world, await at(NOW_MS / 1000 - 301))).status).toBe(401)
    const twice = await at(NOW_MS / 1000)
    const header = `t=1,${headerOf(twice, 'stripe-signature')}`
    expect((await send(world, withHeader(twice, 'stripe-signature', header))).status).toBe(401)
    world.stop()
  })

  test('is that of HubSpot, with its settings', async () => {
    const world = await worldOf({
      right: hmac({
        secrets: [SECRET],
        algorithm: 'sha256',
        header: 'x-hubspot-signature-v3',
        encoding: 'base64',
        signed: '{method}{url}{body}{timestamp}',
        timestamp: { header: 'x-hubspot-request-timestamp', unit: 'milliseconds' },
        publicUrl: PUBLIC_URL,
      }),
    })
    const url = `${PUBLIC_URL}${RIGHT}?a=b`
    const options = { clientSecret: SECRET, url, requestBody: BODY, timestamp: NOW_MS, signature: '' }
    const headers = {
      'x-hubspot-signature-v3': Signature.getSignature('POST', 'v3', options),
      'x-hubspot-request-timestamp': String(NOW_MS),
    }
    expect((await send(world, jsonPost(`${RIGHT}?a=b`, headers, BODY))).status).toBe(202)
    expect((await send(world, jsonPost(`${RIGHT}?a=c`, headers, BODY))).status).toBe(401)
    world.stop()
  })

  test('takes SHA-1 where that is all that a sender has', async () => {
    const world = await worldOf({
      right: hmac({ secrets: [SECRET], algorithm: 'sha1', header: 'x-signature', encoding: 'hex' }),
    })
    const signature = createHmac('sha1', SECRET).update(BODY).digest('hex')
    expect((await send(world, jsonPost(RIGHT, { 'x-signature': signature.toUpperCase() }, BODY))).status).toBe(202)
    expect((await send(world, jsonPost(RIGHT, { 'x-signature': signature }, BODY))).status).toBe(202)
    // The same signature in other letters is the same message.
    expect(await storedEvents(world)).toBe(1)
    world.stop()
  })
})
