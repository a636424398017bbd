import { resolve } from 'node:path'
import { SANDBOX_KEYS, sandboxEnvironment } from '@sluice/gateway/bun'

/** The two configurations that the documents show. */
export const EDGE_CONFIG = resolve(import.meta.dirname, '../../examples/relay/edge.config.ts')
export const FIXED_CONFIG = resolve(import.meta.dirname, '../../examples/relay/fixed.config.ts')

/** What both gateways sign and verify with. */
export const RELAY_SECRET = `whsec_${btoa('canary-relay-secret-3f9c0a17')}`

type Settings = Readonly<Record<string, string | undefined>>

/** Settings of the gateway that senders reach, whatever it runs on. */
export function edgeSettings(sandboxUrl: string, fixedUrl: string, others: Settings = {}): Settings {
  return { ...sandboxEnvironment(sandboxUrl), RELAY_URL: fixedUrl, RELAY_SECRET, ...others }
}

/** Settings of the gateway that calls ContactNow. */
export function fixedSettings(sandboxUrl: string, others: Settings = {}): Settings {
  return { ...sandboxEnvironment(sandboxUrl), RELAY_WEBHOOK_SECRET: RELAY_SECRET, ...others }
}

/** A contact that the edge takes. */
export const CONTACT = { email: 'ada@example.com', phone: '+46700000001', firstName: 'Ada', lastName: 'Lovelace' }

/** Posts a contact to the edge, as a sender does. */
export function postToEdge(edgeUrl: string, contact: unknown = CONTACT): Promise<Response> {
  return fetch(`${edgeUrl}/webhooks/contacts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SANDBOX_KEYS.SLUICE_INGEST_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(contact),
  })
}
