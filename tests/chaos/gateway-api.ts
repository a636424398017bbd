import { SANDBOX_KEYS } from '@sluice/gateway/bun'
import { z } from 'zod'

/** No call takes longer: a server that died without a word must not hang the run. */
const CALL_TIMEOUT_MS = 10_000

const Acceptance = z.object({ eventId: z.string() })

const StoredEvent = z.object({
  deliveries: z.array(
    z.object({
      destination: z.string(),
      state: z.string(),
      reason: z.object({ code: z.string() }).nullable(),
      attempts: z.array(z.unknown()),
    }),
  ),
})

const DeliveryPage = z.object({ deliveries: z.array(z.object({ id: z.string() })) })

/** The states in which a delivery is not delivered. */
const OTHER_STATES = ['pending', 'leased', 'awaiting-callback', 'parked', 'dead', 'dropped'] as const

/** Returns the n-th event's email: the one thing of it that every upstream is sent, and that no other event has. */
export function emailOf(event: number): string {
  return `event-${event}@chaos.example`
}

/**
 * Posts the n-th event, with its key.
 *
 * @returns the id that the gateway answered with, or null when no answer could be read: then nobody knows.
 * @throws Error an answer other than 202, for which nothing in a kill test is a reason.
 */
export async function postEvent(url: string, event: number): Promise<string | null> {
  const contact = { email: emailOf(event), phone: '+46700000001', firstName: 'Ada', lastName: `Number ${event}` }
  const answer = await call(`${url}/webhooks/demo`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${SANDBOX_KEYS.SLUICE_INGEST_TOKEN}`,
      'content-type': 'application/json',
      'idempotency-key': `chaos-${event}`,
    },
    body: JSON.stringify(contact),
  }).catch(() => null)
  if (answer === null) return null
  if (answer.status !== 202) throw new Error(`event ${event} was answered ${answer.status}: ${answer.text}`)
  return Acceptance.parse(JSON.parse(answer.text)).eventId
}

/** Reads an event with its deliveries, or null when the gateway does not know it. */
export async function readEvent(url: string, id: string): Promise<z.infer<typeof StoredEvent> | null> {
  const answer = await callApi(`${url}/v1/events/${id}`)
  if (answer.status === 404) return null
  if (answer.status !== 200) throw new Error(`GET /v1/events/${id} was answered ${answer.status}`)
  return StoredEvent.parse(JSON.parse(answer.text))
}

/** Tells in which states besides `delivered` there are deliveries. */
export async function otherStates(url: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const state of OTHER_STATES) {
    const answer = await callApi(`${url}/v1/deliveries?state=${state}&limit=1`)
    if (answer.status !== 200) throw new Error(`GET /v1/deliveries was answered ${answer.status}`)
    if (DeliveryPage.parse(JSON.parse(answer.text)).deliveries.length > 0) found.push(state)
  }
  return found
}

function callApi(url: string) {
  return call(url, { headers: { authorization: `Bearer ${SANDBOX_KEYS.SLUICE_ADMIN_TOKEN}` } })
}

async function call(url: string, init: RequestInit): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(CALL_TIMEOUT_MS) })
  return { status: response.status, text: await response.text() }
}
