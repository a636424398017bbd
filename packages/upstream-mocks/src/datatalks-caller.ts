import { signSigV4 } from '@sluice/sigv4'

import { BASE, type Seen, START_MS, type Workbench } from './workbench.ts'

/** Path of the contacts. */
export const CONTACTS = '/datatalks/v1/contacts'
/** Path of the events. */
export const EVENTS = '/datatalks/v1/events'
/** Path of the products. */
export const PRODUCTS = '/datatalks/v1/products'
/** A good contact. */
export const CONTACT = '{"data":{"email":"john.doe@example.com","name":"John Doe"},"group_key":"abc123"}'
/** A good event. */
export const EVENT =
  '{"data":{"email":"john.doe@example.com","value":123.75,"contactExtEventType":"PURCHASE"},"group_key":"abc123"}'
/** How a test signs, with what most leave alone. */
export interface Signing {
  readonly method?: string
  readonly body?: string
  readonly secretAccessKey?: string
  readonly accessKeyId?: string
  readonly region?: string
  readonly service?: string
  readonly skewMs?: number
  readonly form?: 'header' | 'query'
  readonly headers?: Record<string, string>
}

/** A request after it was signed: what a test changes in it is what a thief would. */
export interface OnWire {
  method: string
  path: string
  body: string
  headers: Record<string, string>
}

/** Signs a request as the owner of the sandbox key. */
export async function sign(path: string, signing: Signing = {}): Promise<OnWire> {
  const { method = 'POST', body = CONTACT, headers = {} } = signing
  const signed = await signSigV4(
    { method, url: `${BASE}${path}`, headers, body },
    { accessKeyId: signing.accessKeyId ?? 'AKIDSANDBOX', secretAccessKey: signing.secretAccessKey ?? 'sandbox-secret' },
    {
      region: signing.region ?? 'eu-north-1',
      service: signing.service ?? 'execute-api',
      nowMs: START_MS + (signing.skewMs ?? 0),
      form: signing.form ?? 'header',
    },
  )
  return { method, path: signed.url.slice(BASE.length), body, headers: { ...headers, ...signed.headers } }
}

/** Signs a request and sends it. */
export async function call(bench: Workbench, path: string, signing?: Signing): Promise<Seen> {
  const wire = await sign(path, signing)
  return bench.send(wire.method, wire.path, wire)
}
