import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startWorkerd, type Workerd } from '../runtime/workerd.ts'
import { builtWorker } from '../tools/built-worker.ts'
import { startUpstream, type Upstream } from './upstream.ts'

export const ADMIN_TOKEN = 'tests-admin-token'
export const INGEST_TOKEN = 'tests-ingest-token'

/** A Worker with the configuration of this folder, and its upstream. */
export interface Stage {
  readonly upstream: Upstream
  /** Where the Durable Objects are kept. */
  readonly storagePath: string
  /** Starts the Worker on the storage of this stage; one that ran before has to be killed first. */
  start(environment?: Readonly<Record<string, string | undefined>>): Promise<Workerd>
  /** Ends everything, and removes the storage. */
  close(): Promise<void>
}

const CONFIG = join(import.meta.dirname, 'sluice.config.ts')

/** Sets a stage for one test, or for several. The first builds the Worker, which takes some seconds. */
export async function setStage(): Promise<Stage> {
  const workerPath = await builtWorker({ configPath: CONFIG })
  const storagePath = mkdtempSync(join(tmpdir(), 'sluice-storage-'))
  const upstream = startUpstream()
  const started: Workerd[] = []
  return {
    upstream,
    storagePath,
    async start(environment = {}) {
      const complete = {
        SHARDS: '8',
        SLUICE_INGEST_TOKEN: INGEST_TOKEN,
        SLUICE_ADMIN_TOKEN: ADMIN_TOKEN,
        DATATALKS_SECRET_ACCESS_KEY: 'tests-secret-key',
        DATATALKS_URL: upstream.url,
        ...environment,
      }
      const workerd = await startWorkerd({ workerPath, storagePath, port: 0, environment: complete })
      started.push(workerd)
      return workerd
    },
    async close() {
      await Promise.all(started.map((workerd) => workerd.kill()))
      await upstream.stop()
      rmSync(storagePath, { recursive: true, force: true })
    },
  }
}

/** What a webhook was answered. */
export interface Accepted {
  readonly eventId: string
  readonly deliveries: readonly { readonly id: string }[]
}

/** Posts an event. */
export function post(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  source = 'events',
): Promise<Response> {
  return fetch(`${url}/webhooks/${source}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${INGEST_TOKEN}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

/**
 * Posts events numbered from `from`, each with a key of its own.
 *
 * @throws Error one was not accepted.
 */
export async function postMany(url: string, count: number, from = 0, source = 'events'): Promise<readonly Accepted[]> {
  const numbers = Array.from({ length: count }, (_, index) => from + index)
  return Promise.all(
    numbers.map(async (number) => {
      const contact = { email: `contact-${number}@example.com`, number }
      const reply = await post(url, contact, { 'idempotency-key': `key-${number}` }, source)
      if (reply.status !== 202) throw new Error(`event ${number}: ${reply.status} ${await reply.text()}`)
      return (await reply.json()) as Accepted
    }),
  )
}
