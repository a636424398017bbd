import { describe, expect, test } from 'bun:test'
import { github, meta } from '@sluice/gateway'
import { sign } from '@octokit/webhooks-methods'
import { NOW_MS, playSender, send, storedEvents, worldOf } from './play-sender.ts'
import { doubled, headerOf, jsonPost, type Sent, withHeader } from './sent.ts'

const SECRET = "It's a Secret to Everybody"
const OTHER = 'another secret of ours'
const BODY = '{"action":"opened","sender":{"email":"ada@example.com"},"zen":"Åsa 😀"}'

async function signed(path: string): Promise<Sent> {
  const headers = {
    'x-hub-signature-256': await sign(SECRET, BODY),
    'x-github-delivery': 'd-1',
    'x-github-event': 'issues',
  }
  return jsonPost(path, headers, BODY)
}

playSender({
  name: 'GitHub',
  right: github({ secrets: [SECRET] }),
  rotating: github({ secrets: [OTHER, SECRET] }),
  other: github({ secrets: [OTHER] }),
  sign: signed,
  needs: ['x-hub-signature-256'],
  signature: 'x-hub-signature-256',
  signsTime: false,
  signsMessage: true,
  wrong: {
    'the signature twice': async () => doubled(await signed('/webhooks/right'), 'x-hub-signature-256'),
    'the old algorithm by its name': async () => {
      const sent = await signed('/webhooks/right')
      return withHeader(sent, 'x-hub-signature-256', headerOf(sent, 'x-hub-signature-256').replace('sha256=', 'sha1='))
    },
    'base64 for hexadecimal': async () => {
      const sent = await signed('/webhooks/right')
      const hex = headerOf(sent, 'x-hub-signature-256').slice('sha256='.length)
      return withHeader(sent, 'x-hub-signature-256', `sha256=${Buffer.from(hex, 'hex').toString('base64')}`)
    },
    'another header of GitHub': async () => {
      const sent = await signed('/webhooks/right')
      return { ...sent, headers: [['x-hub-signature', headerOf(sent, 'x-hub-signature-256')]] }
    },
  },
})

describe('a webhook of GitHub', () => {
  test('is the example of its documentation', async () => {
    const headers = new Headers({
      'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    })
    const request = { method: 'POST', url: 'http://a.test/', headers, body: new TextEncoder().encode('Hello, World!') }
    const verified = await github({ secrets: [SECRET] }).verify(request, NOW_MS)
    expect(verified).toEqual({ messageId: null, signedContent: request.body })
  })

  test('is a new one by its delivery id only where that is believed, and then no other body goes with the same id', async () => {
    const world = await worldOf({ right: github({ secrets: [SECRET], believeDeliveryId: true }) })
    const sent = await signed('/webhooks/right')
    const first = await (await send(world, sent)).text()
    expect(await (await send(world, sent)).text()).toBe(first)
    expect((await send(world, withHeader(sent, 'x-github-delivery', 'd-2'))).status).toBe(202)
    expect(await storedEvents(world)).toBe(2)
    const body = BODY.replace('opened', 'closed')
    const reused = { ...withHeader(sent, 'x-hub-signature-256', await sign(SECRET, body)), body }
    const refused = await send(world, reused)
    expect([refused.status, await refused.json()]).toMatchObject([422, { code: 'IDEMPOTENCY_KEY_REUSED' }])
    world.stop()
  })
})

playSender({
  name: 'Meta',
  right: meta({ secrets: [SECRET], verifyTokens: ['a verify token'] }),
  rotating: meta({ secrets: [OTHER, SECRET], verifyTokens: ['a verify token'] }),
  other: meta({ secrets: [OTHER], verifyTokens: ['a verify token'] }),
  sign: signed,
  needs: ['x-hub-signature-256'],
  signature: 'x-hub-signature-256',
  signsTime: false,
  signsMessage: true,
})
