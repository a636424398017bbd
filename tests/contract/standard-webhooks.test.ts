import { describe, expect, test } from 'bun:test'
import { standardWebhooks } from '@sluice/gateway'
import { signStandardWebhook } from '@sluice/standard-webhooks'
import { Webhook } from 'standardwebhooks'

/** Our signer, the client of the specification and the gateway's verifier, of which no two share any code. */

const NOW_MS = Date.now()
const POSTED = { method: 'POST', url: 'http://gateway.test/webhooks/a' }
const SECRETS = [24, 32, 64].map((length) => `whsec_${btoa(String.fromCharCode(...randomBytes(length)))}`)
const BODIES = ['', '{}', '{"name":"Åsa 😀","n":[1,2]}', 'a.b.c', '{"line":"\\n"}\n', 'x'.repeat(100_000)]
const IDS = ['dlv_01KAPQ3Z8N4T6V9X2B5D7F0G1J', 'm', '~'.repeat(255)]
const rows = SECRETS.flatMap((secret) =>
  BODIES.flatMap((body) => IDS.map((id): [string, string, string, string] => [nameOf(id, body), secret, body, id])),
)

describe('what is signed', () => {
  test.each(rows)('%s is signed as the client of the specification signs it', async (_name, secret, body, id) => {
    const headers = await signStandardWebhook({ id, body }, secret, NOW_MS)
    expect(headers['webhook-signature']).toBe(new Webhook(secret).sign(id, new Date(NOW_MS), body))
  })

  test.each(rows)(
    '%s is accepted by the client of the specification, and by the gateway',
    async (_name, secret, body, id) => {
      const headers = { ...(await signStandardWebhook({ id, body }, secret, NOW_MS)) }
      new Webhook(secret).verify(body, headers, { jsonParse: false })
      const received = { ...POSTED, headers: new Headers(headers), body: new TextEncoder().encode(body) }
      await standardWebhooks(secret).verify(received, NOW_MS)
    },
  )

  test('is refused by both when one character differs', async () => {
    const [secret = ''] = SECRETS
    const headers = { ...(await signStandardWebhook({ id: 'dlv_1', body: '{"a":1}' }, secret, NOW_MS)) }
    expect(() => new Webhook(secret).verify('{"a":2}', headers)).toThrow()
    const received = { ...POSTED, headers: new Headers(headers), body: new TextEncoder().encode('{"a":2}') }
    const verifying = Promise.resolve(standardWebhooks(secret).verify(received, NOW_MS))
    const refused: unknown = await verifying.then(
      () => null,
      (error: unknown) => error,
    )
    expect(refused).toMatchObject({ code: 'AUTH_REJECTED' })
  })
})

function nameOf(id: string, body: string): string {
  return `${id.length} characters of id and ${body.length} of body`
}

function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length))
}
