import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { StoreError } from '@sluice/errors'
import { SANDBOX_KEYS, type Sandbox, startSandbox } from '@sluice/gateway/bun'
import { type Child, startChild } from '../chaos/child.ts'
import { eventually } from '../stories/eventually.ts'
import { listDeliveries, readApi, type ShownDelivery, temporaryFolder } from '../stories/running.ts'
import { filesOf } from './files.ts'
import { type Started, startFixed } from './gateways.ts'
import { CONTACT, postToEdge, RELAY_SECRET } from './settings.ts'

/** A gateway that senders reach and that forwards, whatever it runs on. */
export interface Edge {
  readonly url: string
  /** Has it look for what is due after the wait that follows one attempt; or does nothing, and that wait is waited for. */
  later(): void
  /** All that it wrote: its log, and the files of its store. */
  written(): readonly string[]
  stop(): Promise<void>
}

/** A runtime of the edge, and what its transport tells. */
export interface EdgeRuntime {
  readonly name: string
  /** Starts it with the configuration `EDGE_CONFIG` and `edgeSettings(sandboxUrl, fixedUrl)`. */
  start(sandboxUrl: string, fixedUrl: string): Promise<Edge>
  /** What an attempt ends with where nobody listens. */
  readonly nobodyListens: { readonly outcome: string; readonly code: string }
  /** How long a condition is waited for. */
  readonly deadlineMs: number
}

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

const isDelivered = ({ state }: ShownDelivery) => state === 'delivered'
const wasTried = ({ attempts, state }: Delivery) => attempts.length > 0 && state !== 'leased'

/** A port where nobody listens. */
async function freePort(): Promise<number> {
  const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() })
  const port = Number(server.port)
  await server.stop(true)
  return port
}

/** Posts a contact whose email no other story uses, and returns the delivery that forwards it. */
async function forward(edgeUrl: string, email: string, contact: object = {}): Promise<string> {
  const response = await postToEdge(edgeUrl, { ...CONTACT, email, ...contact })
  const { deliveries } = (await response.json()) as { deliveries: { id: string; destination: string }[] }
  return deliveries.find(({ destination }) => destination === 'relay')?.id ?? ''
}

const gateOf = async (url: string): Promise<unknown> => {
  const { destinations } = await readApi<{ destinations: { name: string; gate: unknown }[] }>(url, '/v1/destinations')
  return destinations.find(({ name }) => name === 'relay')?.gate
}

/** What has to hold between an edge on any runtime, a gateway on a fixed address, and ContactNow. */
export function relayStories(runtime: EdgeRuntime): void {
  const { deadlineMs } = runtime
  const story = (name: string, play: () => Promise<void>) => test(name, play, 4 * deadlineMs)
  let sandbox: Sandbox
  const folder = temporaryFolder()
  const stops = new Set<() => Promise<void>>()
  let folders = 0

  beforeAll(async () => {
    sandbox = await startSandbox(0)
  })
  afterEach(async () => {
    const all = [...stops]
    stops.clear()
    await Promise.all(all.map((stop) => stop()))
  })
  afterAll(() => {
    sandbox.stop()
    folder.remove()
  })

  const newDataPath = () => `${folder.path}/data-${(folders += 1)}`

  async function fixed(options: Partial<Parameters<typeof startFixed>[0]> = {}) {
    const dataPath = newDataPath()
    const running: Started = await startFixed({ sandboxUrl: sandbox.url, dataPath, ...options })
    const stop = async () => {
      stops.delete(stop)
      await running.gateway.stop()
    }
    stops.add(stop)
    return { ...running, dataPath, stop }
  }

  /** The gateway on a fixed address in a process of its own, which `dies` at its first commit or `lives`. */
  function fixedProcess(dataPath: string, port: number, ending: 'dies' | 'lives'): Child {
    const child = startChild('../relay/fixed-process.ts', dataPath, sandbox.url, String(port), ending)
    stops.add(async () => {
      child.kill()
      await child.ended
    })
    return child
  }

  async function edge(fixedUrl: string): Promise<Edge> {
    const started = await runtime.start(sandbox.url, fixedUrl)
    stops.add(() => started.stop())
    return started
  }

  function untilIt(url: string, id: string, is: (delivery: Delivery) => boolean): Promise<Delivery> {
    const look = async () => {
      const delivery = await readApi<Delivery>(url, `/v1/deliveries/${id}`)
      return is(delivery) ? delivery : undefined
    }
    return eventually(`delivery ${id}`, look, deadlineMs)
  }

  /** Waits until whatever the other gateway took is delivered, and returns it. */
  function untilAllAre(url: string): Promise<readonly ShownDelivery[]> {
    const look = async () => {
      const deliveries = await listDeliveries(url)
      return deliveries.length > 0 && deliveries.every(isDelivered) ? deliveries : undefined
    }
    return eventually('all are delivered', look, deadlineMs)
  }

  /** How often ContactNow was told of a contact, and did something. */
  const recordsOf = (email: string): number =>
    sandbox.mocks.requests({ upstream: 'contactnow' }).filter(({ body, effect }) => effect > 0 && body.includes(email))
      .length

  describe(`an edge on ${runtime.name} that forwards to a gateway on a fixed address`, () => {
    story('the contact arrives at ContactNow, and the receipt names what the other gateway made of it', async () => {
      const second = await fixed()
      const first = await edge(second.url)
      const id = await forward(first.url, 'arrives@example.com')
      const { receipt, attempts } = await untilIt(first.url, id, isDelivered)
      const there = await untilAllAre(second.url)
      expect(receipt).toEqual({ eventId: there[0]?.eventId ?? '', deliveries: there.map((made) => made.id) })
      expect(there).toMatchObject([{ destination: 'contactnow', state: 'delivered' }])
      expect(recordsOf('arrives@example.com')).toBe(1)
      expect(attempts).toMatchObject([
        { outcome: 'delivered', steps: [{ request: { headers: { 'webhook-id': id } } }] },
      ])
      // Datatalks was called by the edge itself.
      await untilAllAre(first.url)
    })

    story('no log, no answer and no file of either holds the secret or a signature', async () => {
      const second = await fixed()
      const first = await edge(second.url)
      const id = await forward(first.url, 'secret@example.com')
      const shown = JSON.stringify(await untilIt(first.url, id, isDelivered))
      await untilAllAre(second.url)
      const texts = [...first.written(), ...second.log, ...filesOf(second.dataPath), shown]
      expect(first.written().join('')).toContain('secret@example.com')
      const bytes = atob(RELAY_SECRET.slice('whsec_'.length))
      const found = texts.filter((text) =>
        [RELAY_SECRET, RELAY_SECRET.slice('whsec_'.length), bytes, 'v1,'].some((secret) => text.includes(secret)),
      )
      expect(found).toEqual([])
    })

    story('a gateway that is down is waited for, and nothing is lost', async () => {
      const port = await freePort()
      const first = await edge(`http://127.0.0.1:${port}`)
      const id = await forward(first.url, 'down@example.com')
      const waiting = await untilIt(first.url, id, wasTried)
      expect(waiting).toMatchObject({ state: 'pending', reason: { code: runtime.nobodyListens.code } })
      expect(waiting.attempts).toMatchObject([{ ...runtime.nobodyListens, counted: true }])

      const second = await fixed({ port })
      first.later()
      expect(await untilIt(first.url, id, isDelivered)).toMatchObject({ attemptCount: 2 })
      await untilAllAre(second.url)
      expect(recordsOf('down@example.com')).toBe(1)
    })

    story('a gateway that cannot store asks to wait, and the whole destination waits', async () => {
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
      await untilAllAre(second.url)
      expect(recordsOf('full@example.com')).toBe(1)
    })

    story(
      'a gateway that is killed between its commit and its answer answers the next attempt with the first acceptance',
      async () => {
        const [port, dataPath] = [await freePort(), newDataPath()]
        const dying = fixedProcess(dataPath, port, 'dies')
        expect(await dying.url).toBe(`http://127.0.0.1:${port}`)
        const first = await edge(`http://127.0.0.1:${port}`)
        const id = await forward(first.url, 'killed@example.com')
        const unsure = await untilIt(first.url, id, wasTried)
        expect(await dying.ended).toBe('SIGKILL')
        expect(unsure).toMatchObject({ state: 'pending', attempts: [{ outcome: 'unsure', code: 'CONNECTION_LOST' }] })

        const url = (await fixedProcess(dataPath, port, 'lives').url) ?? ''
        // The event was committed in the life before, so it is delivered without being sent again.
        const [kept] = await untilAllAre(url)
        first.later()
        const { receipt, attemptCount } = await untilIt(first.url, id, isDelivered)
        expect(attemptCount).toBe(2)
        expect(receipt).toEqual({ eventId: kept?.eventId ?? '', deliveries: [kept?.id ?? ''] })
        expect(await listDeliveries(url)).toHaveLength(1)
        expect(recordsOf('killed@example.com')).toBe(1)
      },
    )

    story('a wrong secret pauses the destination, uses up no attempt, and is mended by the right one', async () => {
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

      await second.stop()
      const mended = await fixed({ port, dataPath })
      const headers = { authorization: `Bearer ${SANDBOX_KEYS.SLUICE_ADMIN_TOKEN}` }
      await fetch(`${first.url}/v1/destinations/relay/resume`, { method: 'POST', headers })
      await untilIt(first.url, id, isDelivered)
      await untilAllAre(mended.url)
      expect(recordsOf('wrong-secret@example.com')).toBe(1)
    })

    story('an event that the other source does not take is dead, with the reason and without the contact', async () => {
      const second = await fixed()
      const first = await edge(second.url)
      const id = await forward(first.url, 'refused@example.com', { phone: '0700000009' })
      const dead = await untilIt(first.url, id, ({ state }) => state === 'dead')
      expect(dead).toMatchObject({ attemptCount: 1, reason: { code: 'SLUICE_REFUSED' } })
      expect(dead.reason?.detail).toEndWith(
        'SCHEMA_MISMATCH The body does not have the shape that is asked for here.; phone: expected an international number',
      )
      expect(dead.reason?.detail).not.toContain('0700000009')
      expect(await listDeliveries(second.url)).toEqual([])
      expect(await gateOf(first.url)).toMatchObject({ state: 'open' })
    })
  })
}
