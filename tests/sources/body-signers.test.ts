import { describe, expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { type Scheme, shopify, twitter, typeform } from '@sluice/gateway'
import { answerOf, playSender, send, storedEvents, UNAUTHENTICATED, worldOf } from './play-sender.ts'
import { doubled, headerOf, jsonPost, type Sent, withHeader } from './sent.ts'

/**
 * Shopify, Typeform and X sign in their documentation as here, with the crypto module of Node:
 * https://shopify.dev/docs/apps/build/webhooks/subscribe/https
 * https://www.typeform.com/developers/webhooks/secure-your-webhooks/
 * https://docs.x.com/x-api/webhooks/introduction
 */
const sign = (secret: string, text: string) => createHmac('sha256', secret).update(text, 'utf8').digest('base64')

const SECRET = 'a-secret-of-the-app'
const OTHER = 'another-secret-of-the-app'
const BODY = '{"event_id":"01H7","form_response":{"email":"ada@example.com","name":"Åsa 😀"}}'

interface BodySigner {
  readonly name: string
  readonly header: string
  readonly prefix: string
  readonly scheme: (secrets: readonly string[]) => Scheme
}

const SIGNERS: readonly BodySigner[] = [
  { name: 'Shopify', header: 'x-shopify-hmac-sha256', prefix: '', scheme: (secrets) => shopify({ secrets }) },
  { name: 'Typeform', header: 'typeform-signature', prefix: 'sha256=', scheme: (secrets) => typeform({ secrets }) },
  { name: 'X', header: 'x-twitter-webhooks-signature', prefix: 'sha256=', scheme: (secrets) => twitter({ secrets }) },
]

for (const { name, header, prefix, scheme } of SIGNERS) {
  const signed = (path: string): Sent => jsonPost(path, { [header]: `${prefix}${sign(SECRET, BODY)}` }, BODY)
  const changed = (change: (signature: string) => string) => () => {
    const sent = signed('/webhooks/right')
    return withHeader(sent, header, change(headerOf(sent, header)))
  }
  playSender({
    name,
    right: scheme([SECRET]),
    rotating: scheme([OTHER, SECRET]),
    other: scheme([OTHER]),
    sign: signed,
    needs: [header],
    signature: header,
    signsTime: false,
    signsMessage: true,
    wrong: {
      'the signature twice': () => doubled(signed('/webhooks/right'), header),
      'hexadecimal for base64': changed(
        (signature) => prefix + Buffer.from(signature.slice(prefix.length), 'base64').toString('hex'),
      ),
      'base64 without its padding': changed((signature) => signature.replace(/=$/, '')),
      'another prefix': changed((signature) => `sha1=${signature.slice(prefix.length)}`),
    },
  })
}

describe('a webhook of Shopify', () => {
  test('is a new one by its id only where that is believed', async () => {
    const world = await worldOf({
      strict: shopify({ secrets: [SECRET] }),
      believing: shopify({ secrets: [SECRET], believeDeliveryId: true }),
    })
    const post = (source: string, id: string) =>
      send(
        world,
        jsonPost(
          `/webhooks/${source}`,
          { 'x-shopify-hmac-sha256': sign(SECRET, BODY), 'x-shopify-webhook-id': id },
          BODY,
        ),
      )
    for (const id of ['1', '2', '1']) expect((await post('strict', id)).status).toBe(202)
    expect(await storedEvents(world)).toBe(1)
    for (const id of ['1', '2', '1']) expect((await post('believing', id)).status).toBe(202)
    expect(await storedEvents(world)).toBe(3)
    world.stop()
  })
})

describe('the challenge of X', () => {
  const challenge = (token: string): Sent => ({
    method: 'GET',
    path: `/webhooks/right?${new URLSearchParams({ crc_token: token, nonce: 'n' })}`,
    headers: [],
    body: '',
  })

  test('is answered as its documentation says, with the first secret', async () => {
    const world = await worldOf({ right: twitter({ secrets: [SECRET, OTHER] }) })
    const response = await send(world, challenge('9b4507b3-9040-4669'))
    expect([response.status, await response.json()]).toEqual([
      200,
      { response_token: `sha256=${sign(SECRET, '9b4507b3-9040-4669')}` },
    ])
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    world.stop()
  })

  test.each(['{"a":1}', '[1]', ' {"a":1}', '<script>', 'a b', '', 'x'.repeat(513), 'é'])(
    'signs nothing that could be a body or markup: %s',
    async (token) => {
      const world = await worldOf({ right: twitter({ secrets: [SECRET] }) })
      const response = await send(world, challenge(token))
      expect(await answerOf(response)).toEqual([401, UNAUTHENTICATED])
      world.stop()
    },
  )

  test('makes no signature that a body could have', async () => {
    const world = await worldOf({ right: twitter({ secrets: [SECRET] }) })
    for (const body of ['true', '12345', 'email=ada']) {
      const response = await send(world, challenge(body))
      const { response_token: signature } = (await response.json()) as { readonly response_token: string }
      const forged = await send(world, jsonPost('/webhooks/right', { 'x-twitter-webhooks-signature': signature }, body))
      expect(await answerOf(forged)).toEqual([401, UNAUTHENTICATED])
    }
    expect(await storedEvents(world)).toBe(0)
    world.stop()
  })
})
