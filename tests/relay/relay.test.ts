import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { StoreError } from '@sluice/errors'
import type { Ports } from '@sluice/gateway'
import { SANDBOX_KEYS, type Sandbox, startSandbox } from '@sluice/gateway/bun'
import { type Child, startChild } from '../chaos/child.ts'
import { eventually } from '../stories/eventually.ts'
import { listDeliveries, readApi, type ShownDelivery, temporaryFolder } from '../stories/running.ts'
import { type Started, startEdge, startFixed } from './gateways.ts'
import { CONTACT, postToEdge, RELAY_SECRET } from './settings.ts'

const SLOW_MS = 20_000
/** Beyond the wait after one attempt, 5 s and its jitter, and what a busy store asks for; within what a signature may be off. */
const LATER_MS = 10_000

/** A delivery with what became of it. */
interface Delivery extends ShownDelivery {
  readonly receipt: { readonly eventId: string; readonly deliveries: readonly string[] } | null
  readonly reason: { readonly code: string; readonly detail: string } | null
  readonly attempts: readonly {
    readonly code: string | null
    readonly outcome: string
    readonly counted: boolean
    readonly steps: readonly { readonly request: { readonly headers: Readonly<Record<string, string>> } }[]
  }[]
}

let sandbox: Sandbox
const folder = temporaryFolder()
const started = new Set<Started>()
const children = new Set<Child>()
let folders = 0

beforeAll(async () => {
  sandbox = await startSandbox(0)
})
afterEach(async () => {
  for (const child of children) child.kill()
  await Promise.all([...Array.from(children, ({ ended }) => ended), ...Array.from(started, stop)])
  children.clear()
})
afterAll(() => {
  sandbox.stop()
  folder.remove()
})

const newDataPath = () => join(folder.path, `data-${(folders += 1)}`)

async function stop(running: Started): Promise<void> {
  started.delete(running)
  await running.gateway.stop()
}

async function fixed(options: Partial<Parameters<typeof startFixed>[0]> = {}): Promise<Started> {
  const running = await startFixed({ sandboxUrl: sandbox.url, dataPath: newDataPath(), ...options })
  started.add(running)
  return running
}

/** An edge whose clock can be put forward, at which everything that is due is looked for. */
async function edge(fixedUrl: string, settings: Readonly<Record<string, string>> = {}) {
  let aheadMs = 0
  const dataPath = newDataPath()
  const adapt = (ports: Ports): Ports => ({ ...ports, nowMs: () => ports.nowMs() + aheadMs })
  const running = await startEdge({ sandboxUrl: sandbox.url, dataPath, fixedUrl, settings, adapt })
  started.add(running)
  const later = () => {
    aheadMs += LATER_MS
    running.gateway.app.outbox.wake()
  }
  return { ...running, dataPath, later }
}

/** Posts a contact whose email no other test uses, and returns the delivery that forwards it. */
async function forward(edgeUrl: string, email: string, contact: object = {}): Promise<string> {
  const response = await postToEdge(edgeUrl, { ...CONTACT, email, ...contact })
  const { deliveries } = (await response.json()) as { deliveries: { id: string; destination: string }[] }
  return deliveries.find(({ destination }) => destination === 'relay')?.id ?? ''
}

const read = (url: string, id: string) => readApi<Delivery>(url, `/v1/deliveries/${id}`)

/** Waits until a delivery is in this state, or has this many attempts. */
function untilIt(url: string, id: string, is: (delivery: Delivery) => boolean): Promise<Delivery> {
  return eventually(`delivery ${id}`, async () => {
    const delivery = await read(url, id)
    return is(delivery) ? delivery : undefined
  })
}

const isDelivered = ({ state }: ShownDelivery) => state === 'delivered'
const wasTried = ({ attempts, state }: Delivery) => attempts.length > 0 && state !== 'leased'

/** How often ContactNow was told of a contact, and did something. */
const recordsOf = (email: string): number =>
  sandbox.mocks.requests({ upstream: 'contactnow' }).filter(({ body, effect }) => effect > 0 && body.includes(email))
    .length

const gateOf = async (url: string): Promise<unknown> => {
  const { destinations } = await readApi<{ destinations: { name: string; gate: unknown }[] }>(url, '/v1/destinations')
  return destinations.find(({ name }) => name === 'relay')?.gate
}

/** A port where nobody listens. */
async function freePort(): Promise<number> {
  const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() })
  const port = Number(server.port)
  await server.stop(true)
  return port
}

describe('an edge that forwards to a gateway on a fixed address', () => {
  test('the contact arrives at ContactNow, and the receipt names what the other gateway made of it', async () => {
    const second = await fixed()
    const first = await edge(second.url)
    const id = await forward(first.url, 'arrives@example.com')
    const { receipt, attempts } = await untilIt(first.url, id, isDelivered)
    const there = await eventually('the record', async () => {
      const deliveries = await listDeliveries(second.url)
      return deliveries.every(isDelivered) && deliveries.length > 0 ? deliveries : undefined
    })
    expect(receipt).toEqual({ eventId: there[0]?.eventId ?? '', deliveries: there.map((made) => made.id) })
    expect(there).toMatchObject([{ destination: 'contactnow', state: 'delivered' }])
    expect(recordsOf('arrives@example.com')).toBe(1)
    expect(attempts).toMatchObject([{ outcome: 'delivered', steps: [{ request: { headers: { 'webhook-id': id } } }] }])
    // Datatalks was called by the edge itself.
    await eventually('Datatalks', async () => (await listDeliveries(first.url)).every(isDelivered) || undefined)
  })

  test('no log, no answer and no file of either holds the secret or a signature', async () => {
    const secondPath = newDataPath()
    const second = await fixed({ dataPath: secondPath })
    const first = await edge(second.url)
    const id = await forward(first.url, 'secret@example.com')
    const shown = JSON.stringify(await untilIt(first.url, id, isDelivered))
    await eventually('the record', async () => (await listDeliveries(second.url)).every(isDelivered) || undefined)
    const files = [first.dataPath, secondPath].flatMap((path) =>
      readdirSync(path).map((file) => readFileSync(join(path, file)).toString('latin1')),
    )
    expect(files.join('')).toContain('secret@example.com')
    const bytes = atob(RELAY_SECRET.slice('whsec_'.length))
    const found = [...files, ...first.log, ...second.log, shown].filter((text) =>
      [RELAY_SECRET, RELAY_SECRET.slice('whsec_'.length), bytes, 'v1,'].some((secret) => text.includes(secret)),
    )
    expect(found).toEqual([])
  })

  test('a gateway that is down is waited for, and nothing is lost', async () => {
    const port = await freePort()
    const first = await edge(`http://127.0.0.1:${port}`)
    const id = await forward(first.url, 'down@example.com')
    const waiting = await untilIt(first.url, id, wasTried)
    expect(waiting).toMatchObject({ state: 'pending', reason: { code: 'CONNECTION_REFUSED' } })
    expect(waiting.attempts).toMatchObject([{ outcome: 'busy', counted: true }])

    const second = await fixed({ port })
    first.later()
    expect(await untilIt(first.url, id, isDelivered)).toMatchObject({ attemptCount: 2 })
    await eventually('the record', async () => (await listDeliveries(second.url)).every(isDelivered) || undefined)
    expect(recordsOf('down@example.com')).toBe(1)
  })

  test('a gateway that cannot store asks to wait, and the whole destination waits', async () => {
    let full = true
    const second = await fixed({
      adapt: (ports) => ({
        ...ports,
        store: {
          ...ports.store,
          accept: (event) =>
            full ? Promise.reject(new StoreError('STORE_FULL', 'disk full')) : ports.store.accept(event),
        },
      }),
    })
    const first = await edge(second.url)
    const id = await forward(first.url, 'full@example.com')
    const waiting = await untilIt(first.url, id, wasTried)
    expect(waiting).toMatchObject({ state: 'pending', countedAttemptCount: 0, reason: { code: 'SLUICE_BUSY' } })
    expect(waiting.reason?.detail).toContain('STORE_FULL')
    expect(await gateOf(first.url)).toMatchObject({ state: 'closed', reason: 'retry-after' })

    full = false
    first.later()
    await untilIt(first.url, id, isDelivered)
    await eventually('the record', async () => (await listDeliveries(second.url)).every(isDelivered) || undefined)
    expect(recordsOf('full@example.com')).toBe(1)
  })

  test(
    'a gateway that is killed between its commit and its answer answers the next attempt with the first acceptance',
    async () => {
      const [port, dataPath] = [await freePort(), newDataPath()]
      const life = (ending: string): Child => {
        const child = startChild('../relay/fixed-process.ts', dataPath, sandbox.url, String(port), ending)
        children.add(child)
        return child
      }
      const dying = life('dies')
      expect(await dying.url).toBe(`http://127.0.0.1:${port}`)
      const first = await edge(`http://127.0.0.1:${port}`)
      const id = await forward(first.url, 'killed@example.com')
      const unsure = await untilIt(first.url, id, wasTried)
      expect(await dying.ended).toBe('SIGKILL')
      expect(unsure).toMatchObject({ state: 'pending', attempts: [{ outcome: 'unsure', code: 'CONNECTION_LOST' }] })

      const url = (await life('lives').url) ?? ''
      // The event was committed in the life before, so it is delivered without being sent again.
      const [kept] = await eventually('the event of the life before', async () => {
        const deliveries = await listDeliveries(url)
        return deliveries.length > 0 && deliveries.every(isDelivered) ? deliveries : undefined
      })
      first.later()
      const { receipt, attemptCount } = await untilIt(first.url, id, isDelivered)
      expect(attemptCount).toBe(2)
      expect(receipt).toEqual({ eventId: kept?.eventId ?? '', deliveries: [kept?.id ?? ''] })
      expect(await listDeliveries(url)).toHaveLength(1)
      expect(recordsOf('killed@example.com')).toBe(1)
    },
    SLOW_MS,
  )

  test('a wrong secret pauses the destination, uses up no attempt, and is mended by the right one', async () => {
    const wrong = { RELAY_WEBHOOK_SECRET: `whsec_${btoa('another-secret-of-32-bytes-in-all')}` }
    const [port, dataPath] = [await freePort(), newDataPath()]
    const second = await fixed({ port, dataPath, settings: wrong })
    const first = await edge(second.url)
    const id = await forward(first.url, 'wrong-secret@example.com')
    const waiting = await untilIt(first.url, id, wasTried)
    expect(waiting).toMatchObject({
      state: 'pending',
      countedAttemptCount: 0,
      reason: { code: 'SLUICE_SIGNATURE_REFUSED' },
      attempts: [{ outcome: 'unauthorized', counted: false }],
    })
    expect(await gateOf(first.url)).toMatchObject({ state: 'closed', reason: 'credentials' })

    await stop(second)
    const mended = await fixed({ port, dataPath })
    const headers = { authorization: `Bearer ${SANDBOX_KEYS.SLUICE_ADMIN_TOKEN}` }
    await fetch(`${first.url}/v1/destinations/relay/resume`, { method: 'POST', headers })
    await untilIt(first.url, id, isDelivered)
    await eventually('the record', async () => (await listDeliveries(mended.url)).every(isDelivered) || undefined)
    expect(recordsOf('wrong-secret@example.com')).toBe(1)
  })

  test('an event that the other source does not take is dead, with the reason and without the contact', async () => {
    const second = await fixed()
    const first = await edge(second.url)
    const id = await forward(first.url, 'refused@example.com', { phone: '0700000009' })
    const dead = await untilIt(first.url, id, ({ state }) => state === 'dead')
    expect(dead).toMatchObject({ attemptCount: 1, reason: { code: 'SLUICE_REFUSED' } })
    expect(dead.reason?.detail).toEndWith(
      'SCHEMA_MISMATCH The body does not have the shape that this source asks for.; phone: expected an international number',
    )
    expect(dead.reason?.detail).not.toContain('0700000009')
    expect(await listDeliveries(second.url)).toEqual([])
    expect(await gateOf(first.url)).toMatchObject({ state: 'open' })
  })
})
