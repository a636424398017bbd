import { describe, expect, test } from 'bun:test'
import { stripe } from '@sluice/gateway'
import { Stripe } from 'stripe'
import { NOW_MS, playSender, send, storedEvents, worldOf } from './play-sender.ts'
import { changedAt, doubled, headerOf, jsonPost, type Sent, withHeader } from './sent.ts'

const SECRET = 'whsec_test_secret_of_an_endpoint'
const OTHER = 'whsec_another_secret'
const RIGHT = '/webhooks/right'
const { webhooks } = new Stripe('sk_test_nobody')
const bodyAt = (atMs: number) =>
  `{\n  "id": "evt_${atMs}",\n  "object": "event",\n  "data": {"email": "ada@example.com", "name": "Åsa"}\n}`

async function signed(path: string, atMs: number, body = bodyAt(atMs)): Promise<Sent> {
  const timestamp = Math.floor(atMs / 1000)
  const signature = await webhooks.generateTestHeaderStringAsync({ payload: body, secret: SECRET, timestamp })
  return jsonPost(path, { 'stripe-signature': signature }, body)
}

const changed = (change: (signature: string) => string) => async () => {
  const sent = await signed(RIGHT, NOW_MS)
  return withHeader(sent, 'stripe-signature', change(headerOf(sent, 'stripe-signature')))
}

playSender({
  name: 'Stripe',
  right: stripe({ secrets: [SECRET] }),
  rotating: stripe({ secrets: [OTHER, SECRET] }),
  other: stripe({ secrets: [OTHER] }),
  sign: signed,
  needs: ['stripe-signature'],
  signature: 'stripe-signature',
  signsTime: true,
  signsMessage: true,
  wrong: {
    'the header twice': async () => doubled(await signed(RIGHT, NOW_MS), 'stripe-signature'),
    'another time': changed((signature) => signature.replace(/t=\d+/, `t=${NOW_MS / 1000 - 1}`)),
    'no time': changed((signature) => signature.replace(/t=\d+,/, '')),
    'two times': changed((signature) => `t=${NOW_MS / 1000},${signature}`),
    'a time that is none': changed((signature) => signature.replace(/t=\d+/, 't=0x10')),
    'a time that is negative': changed((signature) => signature.replace('t=', 't=-')),
    'the version of tests': changed((signature) => signature.replace('v1=', 'v0=')),
    'base64 for hexadecimal': changed((signature) =>
      signature.replace(/v1=(.*)/, (_, hex: string) => `v1=${Buffer.from(hex, 'hex').toString('base64')}`),
    ),
    'the right signature after sixteen others': changed((signature) => {
      const [time = '', right = ''] = signature.split(',')
      return [time, ...Array.from({ length: 16 }, () => changedAt(right, 5)), right].join(',')
    }),
  },
})

describe('a webhook of Stripe', () => {
  test('is taken with one of several signatures, in any place', async () => {
    const world = await worldOf({ right: stripe({ secrets: [SECRET] }) })
    const sent = await signed(RIGHT, NOW_MS)
    const [time = '', right = ''] = headerOf(sent, 'stripe-signature').split(',')
    const both = withHeader(sent, 'stripe-signature', `${time},${changedAt(right, 5)},v0=ab,${right}`)
    expect((await send(world, both)).status).toBe(202)
    world.stop()
  })

  test('is known again by its id, when it is signed anew and later', async () => {
    const world = await worldOf({ right: stripe({ secrets: [SECRET] }) })
    const first = await send(world, await signed(RIGHT, NOW_MS - 60_000, bodyAt(1)))
    const again = await send(world, await signed(RIGHT, NOW_MS, bodyAt(1)))
    expect(await again.text()).toBe(await first.text())
    expect(await storedEvents(world)).toBe(1)
    const reused = await send(world, await signed(RIGHT, NOW_MS, bodyAt(1).replace('ada', 'eve')))
    expect([reused.status, await reused.json()]).toMatchObject([422, { code: 'IDEMPOTENCY_KEY_REUSED' }])
    world.stop()
  })

  test('is known again when fewer endpoints wait for it', async () => {
    const world = await worldOf({ right: stripe({ secrets: [SECRET] }) })
    const waiting = (count: number) => `{\n  "id": "evt_1",\n  "object": "event",\n  "pending_webhooks": ${count}\n}`
    const first = await send(world, await signed(RIGHT, NOW_MS - 60_000, waiting(2)))
    const again = await send(world, await signed(RIGHT, NOW_MS, waiting(1)))
    expect([again.status, await again.text()]).toEqual([202, await first.text()])
    expect(await storedEvents(world)).toBe(1)
    world.stop()
  })
})
