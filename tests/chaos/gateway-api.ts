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
      attempts: z.array(z.object({ code: z.string().nullable() })),
    }),
  ),
})
/** An event as the gateway shows it, with its deliveries and their attempts. */
export type StoredEvent = z.infer<typeof StoredEvent>

const DeliveryPage = z.object({ deliveries: z.array(z.object({ id: z.string() })) })

/** The states in which the gateway still has something to do. */
const OPEN_STATES = ['pending', 'leased', 'awaiting-callback'] as const

/** A dataset holds no more records than a look reads: one beyond them could not be proven absent. */
const EVENTS_PER_DATASET = 200
const FIRST_DATASET = 104

/** Lists the datasets of a run of so many events. */
export function datasetsOf(events: number): readonly number[] {
  return Array.from({ length: Math.ceil(events / EVENTS_PER_DATASET) }, (_, index) => FIRST_DATASET + index)
}

function datasetOf(event: number): number {
  return FIRST_DATASET + Math.floor(event / EVENTS_PER_DATASET)
}

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
  const contact = {
    email: emailOf(event),
    phone: '+46700000001',
    firstName: 'Ada',
    lastName: `Number ${event}`,
    dataset: String(datasetOf(event)),
  }
  const answer = await call(`${url}/webhooks/contacts`, {
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
export async function readEvent(url: string, id: string): Promise<StoredEvent | null> {
  const answer = await callApi(`${url}/v1/events/${id}`)
  if (answer.status === 404) return null
  if (answer.status !== 200) throw new Error(`GET /v1/events/${id} was answered ${answer.status}`)
  return StoredEvent.parse(JSON.parse(answer.text))
}

/** Tells whether some delivery is not at its end. */
export async function isBusy(url: string): Promise<boolean> {
  for (const state of OPEN_STATES) {
    const answer = await callApi(`${url}/v1/deliveries?state=${state}&limit=1`)
    if (answer.status !== 200) throw new Error(`GET /v1/deliveries was answered ${answer.status}`)
    if (DeliveryPage.parse(JSON.parse(answer.text)).deliveries.length > 0) return true
  }
  return false
}

function callApi(url: string) {
  return call(url, { headers: { authorization: `Bearer ${SANDBOX_KEYS.SLUICE_ADMIN_TOKEN}` } })
}

async function call(url: string, init: RequestInit): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(CALL_TIMEOUT_MS) })
  return { status: response.status, text: await response.text() }
}
