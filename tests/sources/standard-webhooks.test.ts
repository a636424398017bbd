import { describe, expect, test } from 'bun:test'
import { sign as signEd25519, createPrivateKey } from 'node:crypto'
import { standardWebhooks } from '@sluice/gateway'
import { Webhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { NOW_MS, playSender, send, worldOf } from './play-sender.ts'
import { changedAt, doubled, headerOf, jsonPost, type Sent, withHeader, without } from './sent.ts'

const secretOf = (text: string) => `whsec_${btoa(text)}`
const SECRET = secretOf('a secret of exactly 32 bytes ....')
const OTHER = secretOf('another secret of 33 bytes .......')
const BODY = '{"type":"contact.created","email":"ada@example.com","name":"Åsa 😀"}'
const RIGHT = '/webhooks/right'

function signed(path: string, atMs: number, prefix = 'webhook', id = 'msg_1'): Sent {
  const at = new Date(atMs)
  const webhook = prefix === 'svix' ? new SvixWebhook(SECRET) : new Webhook(SECRET)
  const signature = webhook.sign(id, at, BODY)
  return post(path, prefix, id, atMs, signature)
}

function post(path: string, prefix: string, id: string, atMs: number, signature: string): Sent {
  const headers = {
    [`${prefix}-id`]: id,
    [`${prefix}-timestamp`]: String(Math.floor(atMs / 1000)),
    [`${prefix}-signature`]: signature,
  }
  return jsonPost(path, headers, BODY)
}

/** What is wrong in the same way whoever sends. */
const wrongOf = (prefix: string, sign: (path: string, atMs: number) => Sent) => ({
  'another id': () => withHeader(sign(RIGHT, NOW_MS), `${prefix}-id`, 'msg_2'),
  'the id twice': () => doubled(sign(RIGHT, NOW_MS), `${prefix}-id`),
  'the time twice': () => doubled(sign(RIGHT, NOW_MS), `${prefix}-timestamp`),
  'another time': () => withHeader(sign(RIGHT, NOW_MS), `${prefix}-timestamp`, String(NOW_MS / 1000 + 1)),
  'a time that is none': () => withHeader(sign(RIGHT, NOW_MS), `${prefix}-timestamp`, '1e9'),
  'a version that is not known': () => {
    const sent = sign(RIGHT, NOW_MS)
    return withHeader(sent, `${prefix}-signature`, headerOf(sent, `${prefix}-signature`).replace(/^v1a?/, 'v2'))
  },
  'the version of the other algorithm': () => {
    const sent = sign(RIGHT, NOW_MS)
    const signature = headerOf(sent, `${prefix}-signature`)
    const swapped = signature.startsWith('v1a,') ? signature.replace('v1a', 'v1') : signature.replace('v1', 'v1a')
    return withHeader(sent, `${prefix}-signature`, swapped)
  },
  'the right signature after sixteen others': () => {
    const sent = sign(RIGHT, NOW_MS)
    const signature = headerOf(sent, `${prefix}-signature`)
    return withHeader(sent, `${prefix}-signature`, `${`${changedAt(signature, 10)} `.repeat(16)}${signature}`)
  },
})

for (const prefix of ['webhook', 'svix']) {
  playSender({
    name: prefix === 'svix' ? 'Svix' : 'Standard Webhooks',
    right: standardWebhooks(SECRET),
    rotating: standardWebhooks({ keys: [OTHER, SECRET] }),
    other: standardWebhooks(OTHER),
    sign: (path, atMs) => signed(path, atMs, prefix, `msg_${atMs}`),
    needs: [`${prefix}-id`, `${prefix}-timestamp`, `${prefix}-signature`],
    signature: `${prefix}-signature`,
    signsTime: true,
    signsMessage: true,
    wrong: {
      ...wrongOf(prefix, (path, atMs) => signed(path, atMs, prefix)),
      'an id with a full stop': () => signed(RIGHT, NOW_MS, prefix, 'msg.1'),
    },
  })
}

/** The key of the example that the server of Svix is tested with, whose signature is in the specification too. */
const SVIX_KEY = Buffer.from(
  '6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==',
  'base64',
)
const PUBLIC_KEY = `whpk_${SVIX_KEY.subarray(32).toString('base64')}`
const OTHER_PUBLIC_KEY = `whpk_${Buffer.from('JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs', 'base64url').toString('base64')}`
const EXAMPLE_AT_MS = 1_614_265_330_000

function signedByKey(path: string, atMs: number): Sent {
  const jwk = {
    kty: 'OKP',
    crv: 'Ed25519',
    d: SVIX_KEY.subarray(0, 32).toString('base64url'),
    x: SVIX_KEY.subarray(32).toString('base64url'),
  }
  const content = `msg_${atMs}.${Math.floor(atMs / 1000)}.${BODY}`
  const signature = signEd25519(null, Buffer.from(content), createPrivateKey({ format: 'jwk', key: jwk }))
  return post(path, 'webhook', `msg_${atMs}`, atMs, `v1a,${signature.toString('base64')}`)
}

playSender({
  name: 'Standard Webhooks with a public key',
  right: standardWebhooks(PUBLIC_KEY),
  rotating: standardWebhooks(OTHER_PUBLIC_KEY, SECRET, PUBLIC_KEY),
  other: standardWebhooks(OTHER_PUBLIC_KEY),
  sign: signedByKey,
  needs: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
  signature: 'webhook-signature',
  signsTime: true,
  signsMessage: true,
  wrong: wrongOf('webhook', signedByKey),
})

describe('Standard Webhooks', () => {
  test('accepts the example of Svix that is signed by a key', async () => {
    const headers = new Headers({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': String(EXAMPLE_AT_MS / 1000),
      'webhook-signature':
        'v1,AAAA v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
    })
    const body = new TextEncoder().encode('{"test": 2432232314}')
    const request = { method: 'POST', url: 'http://a.test/', headers, body }
    const verified = await standardWebhooks('whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=').verify(
      request,
      EXAMPLE_AT_MS,
    )
    expect(verified?.messageId).toBe('msg_p5jXN8AQM9LWM0D4loKWxJek')
  })

  test('takes no header of one set for one of the other', async () => {
    const world = await worldOf({ right: standardWebhooks(SECRET) })
    const sent = signed(RIGHT, NOW_MS)
    const mixed = withHeader(without(sent, 'webhook-timestamp'), 'svix-timestamp', headerOf(sent, 'webhook-timestamp'))
    expect((await send(world, mixed)).status).toBe(401)
    world.stop()
  })

  test('refuses the same id with another body, though it is rightly signed', async () => {
    const world = await worldOf({ right: standardWebhooks(SECRET) })
    const sent = signed(RIGHT, NOW_MS)
    expect((await send(world, sent)).status).toBe(202)
    const body = BODY.replace('ada', 'eve')
    const again = post(RIGHT, 'webhook', 'msg_1', NOW_MS, new Webhook(SECRET).sign('msg_1', new Date(NOW_MS), body))
    expect((await send(world, { ...again, body })).status).toBe(422)
    world.stop()
  })

  test('takes another tolerance', async () => {
    const scheme = standardWebhooks({ keys: [SECRET], toleranceSeconds: 10 })
    const world = await worldOf({ right: scheme })
    expect((await send(world, signed(RIGHT, NOW_MS - 10_000))).status).toBe(202)
    expect((await send(world, signed(RIGHT, NOW_MS - 11_000))).status).toBe(401)
    world.stop()
  })
})
