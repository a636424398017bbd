import { Webhook } from 'standardwebhooks'
import { contactOf, loneOf } from '../contacts.ts'
import { type GatewayClient, KEYS, type Reply } from '../gateway-client.ts'
import { same } from '../same.ts'
import type { Story } from '../story.ts'
import { unnamed } from '../../stories/unnamed.ts'

const UNAUTHENTICATED = {
  type: 'urn:sluice:problem:UNAUTHENTICATED',
  title: 'The request is not authenticated.',
  status: 401,
  code: 'UNAUTHENTICATED',
}

/** The same answer for every reason: an attacker learns nothing from it. */
function refused(reply: Reply, what: string): void {
  same([reply.status, JSON.parse(unnamed(reply.text))], [401, UNAUTHENTICATED], what)
}

async function nothingStored(gateway: GatewayClient): Promise<void> {
  same(await gateway.call('GET', '/v1/events'), { events: [], nextCursor: null })
}

/** The headers of a message that was signed as its specification says, by another's code. */
function signed(id: string, at: Date, body: string, secret: string = KEYS.signing) {
  const seconds = Math.floor(at.getTime() / 1000)
  return {
    authorization: '',
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  }
}

const MINUTES_MS = 60_000

/** Who may send, and how that is told. */
export const VERIFY: readonly Story[] = [
  {
    name: 'a wrong, missing or unreadable token gets one and the same 401, and nothing is stored',
    short: true,
    async play({ gateway }) {
      for (const authorization of ['', 'Bearer', 'Bearer wrong-token-wrong', `Bearer ${KEYS.admin}`, 'Basic eDp5']) {
        refused(await gateway.post('contacts', contactOf(1), { authorization }), authorization)
      }
      await nothingStored(gateway)
    },
  },
  {
    name: 'a signed message is taken once; another body, another secret or an old time are not',
    short: true,
    async play({ gateway }) {
      const body = JSON.stringify(loneOf(1))
      const now = new Date()
      const old = new Date(now.getTime() - 10 * MINUTES_MS)
      const other = `whsec_${btoa('another-secret-of-32-bytes-------')}`
      refused(await gateway.post('signed', body), 'no signature')
      refused(await gateway.post('signed', JSON.stringify(loneOf(2)), signed('m1', now, body)), 'another body')
      refused(await gateway.post('signed', body, signed('m1', now, body, other)), 'another secret')
      refused(await gateway.post('signed', body, signed('m1', old, body)), 'an old time')
      refused(await gateway.post('signed', body, { ...signed('m1', now, body), 'webhook-id': 'm2' }), 'another id')
      await nothingStored(gateway)
      const first = await gateway.accepted('signed', body, signed('m1', now, body))
      same(await gateway.accepted('signed', body, signed('m1', now, body)), first)
      same((await gateway.event(first.eventId)).idempotencyKey, 'm1')
    },
  },
]
