import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Ports } from '@sluice/gateway'
import { checkedHttp } from '../document/checked-http.ts'
import { type Gateway, loadConfig, SANDBOX_KEYS, sandboxEnvironment, startGateway } from '@sluice/gateway/bun'

/** The configuration that this repository ships. */
const SHIPPED_CONFIG = resolve(import.meta.dir, '../../sluice.config.ts')

/** What a story changes about a gateway. */
export interface RunningOptions {
  /** Where the sandbox listens. */
  readonly sandboxUrl: string
  readonly dataPath: string
  /** Settings in place of those of the sandbox. */
  readonly environment?: Readonly<Record<string, string>>
  /** Whether the gateway says of itself that its calls always come from the same address. Default true. */
  readonly fixedEgress?: boolean
  readonly adapt?: (ports: Ports) => Ports
}

/** A gateway that listens on a port of its own, and what it logged. */
export interface Running {
  readonly url: string
  readonly log: readonly string[]
  readonly gateway: Gateway
}

/** Starts a gateway with the shipped configuration. Its `stop` fails where it answered what its document does not say. */
export async function startRunning(options: RunningOptions): Promise<Running> {
  const { sandboxUrl, dataPath, environment = {}, fixedEgress = true, adapt = (ports) => ports } = options
  const log: string[] = []
  const checked = await checkedHttp()
  const gateway = await startGateway({
    configFile: await loadConfig(SHIPPED_CONFIG),
    environment: { ...sandboxEnvironment(sandboxUrl), ...environment },
    port: 0,
    dataPath,
    sandboxUrl,
    example: null,
    fixedEgress,
    around: checked.around,
    adapt: (ports) =>
      adapt({
        ...ports,
        log: (level, message, fields) => void log.push(JSON.stringify({ level, message, ...fields })),
      }),
  })
  const stop = async () => {
    await gateway.stop()
    checked.assertDocumented()
  }
  return { url: gateway.url, log, gateway: { ...gateway, stop } }
}

/** Makes an empty folder; `remove` deletes it with all that is in it. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'sluice-story-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** A contact that no other number gives. */
export function contactOf(number: number): Readonly<Record<string, string>> {
  return {
    email: `contact-${number}@example.com`,
    phone: `+4670${String(number).padStart(7, '0')}`,
    firstName: 'Ada',
    lastName: `Number ${number}`,
  }
}

/** Posts a contact to `demo`. */
export function postContact(
  url: string,
  contact: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${url}/webhooks/demo`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${SANDBOX_KEYS.SLUICE_INGEST_TOKEN}`,
      'content-type': 'application/json',
      ...headers,
    },
    body: JSON.stringify(contact),
  })
}

/** A delivery as the API shows it, as far as the stories look at it. */
export interface ShownDelivery {
  readonly id: string
  readonly eventId: string
  readonly destination: string
  readonly state: string
  readonly attemptCount: number
  readonly countedAttemptCount: number
  readonly reason: { readonly code: string } | null
}

/** Reads from the API with the sandbox's key. */
export async function readApi<Body>(
  url: string,
  path: string,
  key: string = SANDBOX_KEYS.SLUICE_ADMIN_TOKEN,
): Promise<Body> {
  const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}` } })
  if (!response.ok) throw new Error(`GET ${path}: ${response.status}`)
  return (await response.json()) as Body
}

/** Lists deliveries, page by page. */
export async function listDeliveries(url: string, query = '', key?: string): Promise<readonly ShownDelivery[]> {
  const all: ShownDelivery[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const from: string = cursor === '' ? '' : `&cursor=${cursor}`
    const page: { deliveries: ShownDelivery[]; nextCursor: string | null } = await readApi(
      url,
      `/v1/deliveries?limit=200${query}${from}`,
      key,
    )
    all.push(...page.deliveries)
    cursor = page.nextCursor
  }
  return all
}

/** Tells whether there are `count` deliveries and each is delivered. */
export async function allDelivered(url: string, count: number, key?: string): Promise<true | undefined> {
  for (const state of ['pending', 'leased', 'parked', 'dead']) {
    const { deliveries } = await readApi<{ deliveries: readonly unknown[] }>(
      url,
      `/v1/deliveries?limit=1&state=${state}`,
      key,
    )
    if (deliveries.length > 0) return undefined
  }
  const delivered = await listDeliveries(url, '&state=delivered', key)
  return delivered.length === count ? true : undefined
}
