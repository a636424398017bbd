import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { bearer, danaconnect, defineConfig, route, source, z } from '@sluice/gateway'
import { type Gateway, type Sandbox, sandboxEnvironment, startGateway, startSandbox } from '@sluice/gateway/bun'
import type { FaultOrder } from '@sluice/upstream-mocks'
import { eventually } from './eventually.ts'
import { freePort } from './free-port.ts'
import { temporaryFolder } from './running.ts'

const SLOW_MS = 20_000
const INGEST = 'an-ingest-token'
const ADMIN = 'an-admin-token'
/** Rows that share a load; fewer wait so long for others. */
const BATCHES = { maxRows: 8, maxAgeMs: 150 }
/** How long `hurried` waits for a callback. */
const HURRIED_MS = 400

/** Three accounts: one that is told how loads end, one that does not wait long for it, one that is never told. */
function configOf(ownUrl: string) {
  return defineConfig((settings) => {
    const scheme = bearer(INGEST)
    const schema = z.object({ rows: z.record(z.string(), z.string().nullable()) })
    const account = (callback?: { waitMs: number }) =>
      danaconnect({
        user: settings.text('DANACONNECT_USER'),
        company: settings.text('DANACONNECT_COMPANY'),
        password: settings.secret('DANACONNECT_PASSWORD'),
        wsUrl: settings.text('DANACONNECT_WS_URL'),
        batches: BATCHES,
        ...(callback === undefined ? {} : { callback: { parameter: 'callbackUrl', baseUrl: ownUrl, ...callback } }),
      })
    const destinations = {
      told: account({ waitMs: 60_000 }),
      hurried: account({ waitMs: HURRIED_MS }),
      blind: account(),
    }
    const inserts = Object.entries(destinations).map(([name, destination]) => {
      const from = source({ scheme, schema })
      const map = ({ rows }: z.output<typeof schema>) => ({ tableCode: 'CONTACTS', fields: rows })
      return [name, from, route(from, destination, 'contacts.load', { map })] as const
    })
    const updates = source({ scheme, schema })
    return {
      sources: { ...Object.fromEntries(inserts.map(([name, from]) => [name, from])), updates },
      destinations,
      routes: [
        ...inserts.map(([, , made]) => made),
        route(updates, destinations.told, 'contacts.load', {
          map: ({ rows }) => ({
            tableCode: 'CONTACTS',
            operationType: 'UPDINS' as const,
            keyField: ['EMAIL'],
            fields: rows,
          }),
        }),
      ],
      keys: [{ name: 'admin', token: ADMIN, scopes: ['operate'] }],
    }
  })
}

interface Shown {
  readonly id: string
  readonly state: string
  readonly reason: { readonly code: string } | null
  readonly receipt: unknown
  readonly attempts: readonly {
    readonly outcome: string
    readonly counted: boolean
    readonly steps: readonly unknown[]
  }[]
}

const folder = temporaryFolder()
let sandbox: Sandbox
let gateway: Gateway

beforeAll(async () => {
  sandbox = await startSandbox(0, { danaconnect: { loadDelayMs: 20, callbackRetryMs: 50 } })
  const port = freePort()
  gateway = await startGateway({
    logLevel: 'warn',
    configFile: configOf(`http://127.0.0.1:${port}`),
    environment: sandboxEnvironment(sandbox.url),
    port,
    dataPath: folder.path,
    sandboxUrl: sandbox.url,
    example: null,
  })
})
afterAll(async () => {
  await gateway.stop()
  sandbox.stop()
  folder.remove()
})

/** Posts rows, each as an event of its own, and returns the ids of their deliveries. */
function post(from: string, ...emails: readonly string[]): Promise<readonly string[]> {
  return Promise.all(
    emails.map(async (email) => {
      const reply = await fetch(`${gateway.url}/webhooks/${from}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${INGEST}`, 'content-type': 'application/json' },
        body: JSON.stringify({ rows: { EMAIL: email, NAME: 'Ada' } }),
      })
      const { deliveries } = (await reply.json()) as { deliveries: readonly { id: string }[] }
      return deliveries[0]?.id ?? ''
    }),
  )
}

async function read(id: string): Promise<Shown> {
  const reply = await fetch(`${gateway.url}/v1/deliveries/${id}`, { headers: { authorization: `Bearer ${ADMIN}` } })
  return (await reply.json()) as Shown
}

const inState = (state: string, ids: readonly string[]): Promise<readonly Shown[]> =>
  eventually(
    `${ids.length} ${state}`,
    async () => {
      const found = await Promise.all(ids.map(read))
      return found.every((delivery) => delivery.state === state) ? found : undefined
    },
    SLOW_MS,
  )

const arm = (fault: FaultOrder['fault'], more: Partial<FaultOrder> = {}) =>
  sandbox.mocks.setFault({ upstream: 'danaconnect', fault, times: 1, ...more })

/** How often a row with this email is in the list. */
const timesOf = (email: string): number => JSON.stringify(sandbox.mocks.state()).split(`"EMAIL":"${email}"`).length - 1
const loads = () => sandbox.mocks.requests({ upstream: 'danaconnect', operation: 'bulk-load' })

/** The answers that the sandbox got to its callbacks, in the order they came. */
const callbackStatuses = (): readonly (number | null)[] => {
  const { callbacks } = sandbox.mocks.state().danaconnect as { callbacks: readonly { status: number | null }[] }
  return callbacks.map(({ status }) => status)
}

describe('rows of one list', () => {
  test(
    'go in one file, and are delivered when the callback says so',
    async () => {
      const before = loads().length
      const ids = await post('told', 'a1@x.test', 'a2@x.test', 'a3@x.test')
      const rows = await inState('delivered', ids)
      expect(loads().length).toBe(before + 1)
      for (const { receipt, attempts } of rows) {
        expect(receipt).toMatchObject({ result: 'FINISHED', lineCount: 3, confirmed: true })
        expect(attempts.map(({ outcome }) => outcome)).toEqual(['accepted'])
        expect(attempts[0]?.steps).toHaveLength(1)
        expect(JSON.stringify(attempts)).not.toContain(`${gateway.url}/callbacks`)
      }
      expect(['a1@x.test', 'a2@x.test', 'a3@x.test'].map(timesOf)).toEqual([1, 1, 1])
    },
    SLOW_MS,
  )

  test(
    'are delivered unconfirmed where nobody is asked to confirm',
    async () => {
      const rows = await inState('delivered', await post('blind', 'b1@x.test', 'b2@x.test'))
      for (const { receipt } of rows) expect(receipt).toMatchObject({ unconfirmed: true, sentLineCount: 2 })
    },
    SLOW_MS,
  )

  test(
    'more than may share a file go in several',
    async () => {
      const before = loads().length
      const emails = Array.from({ length: 20 }, (_, index) => `c${index}@x.test`)
      await inState('delivered', await post('told', ...emails))
      expect(loads().length - before).toBeGreaterThanOrEqual(3)
      expect(emails.map(timesOf)).toEqual(emails.map(() => 1))
    },
    SLOW_MS,
  )

  test(
    'refused as a whole are divided until each stands alone, and none is loaded twice',
    async () => {
      arm('status-400', { operation: 'bulk-load', times: 3 })
      const emails = ['d1@x.test', 'd2@x.test', 'd3@x.test', 'd4@x.test']
      const ids = await post('told', ...emails)
      const rows = await eventually(
        'all ended',
        async () => {
          const found = await Promise.all(ids.map(read))
          return found.every(({ state }) => ['delivered', 'dead'].includes(state)) ? found : undefined
        },
        SLOW_MS,
      )
      // 4 are refused, then one half of them, then one of that half: it stands alone and is dead.
      expect(rows.filter(({ state }) => state === 'dead').length).toBeLessThanOrEqual(1)
      expect(
        rows.flatMap(({ attempts }) => attempts.filter(({ outcome }) => outcome === 'refused').length),
      ).not.toContain(0)
      for (const [index, { state }] of rows.entries()) {
        expect(timesOf(emails[index] ?? '')).toBe(state === 'delivered' ? 1 : 0)
      }
    },
    SLOW_MS,
  )
})

describe('the callback', () => {
  const confirms: FaultOrder['fault'][] = [
    'callback-twice',
    'callback-before-reply',
    'callback-no-moved-file',
    'callback-extra-keys',
    'callback-numbers-as-text',
    'callback-retried',
    'callback-forged-path',
    'callback-forged-ids',
  ]
  test.each(confirms)(
    '%s: the deliveries are delivered once',
    async (fault) => {
      arm(fault)
      const emails = ['1', '2'].map((number) => `${fault}-${number}@x.test`)
      const rows = await inState('delivered', await post('told', ...emails))
      expect(rows.map(({ receipt }) => receipt)).toMatchObject([{ confirmed: true }, { confirmed: true }])
      expect(emails.map(timesOf)).toEqual([1, 1])
    },
    SLOW_MS,
  )

  test(
    'that comes twice is answered 200 twice, one at a guessed address 404, one about something else 422',
    async () => {
      arm('callback-twice')
      await inState('delivered', await post('told', 'e1@x.test'))
      await eventually('both were answered', () =>
        callbackStatuses().slice(-2).join() === '200,200' ? true : undefined,
      )
      arm('callback-forged-path')
      await inState('delivered', await post('told', 'e2@x.test'))
      await eventually('both were answered', () =>
        callbackStatuses().slice(-2).join() === '404,200' ? true : undefined,
      )
      arm('callback-forged-ids')
      await inState('delivered', await post('told', 'e3@x.test'))
      await eventually('both were answered', () =>
        callbackStatuses().slice(-2).join() === '422,200' ? true : undefined,
      )
    },
    SLOW_MS,
  )

  test(
    'that never comes leaves the deliveries parked when the time is over',
    async () => {
      arm('callback-never')
      const rows = await inState('parked', await post('hurried', 'f1@x.test', 'f2@x.test'))
      for (const { reason } of rows) expect(reason).toMatchObject({ code: 'CALLBACK_MISSING' })
    },
    SLOW_MS,
  )

  test(
    'that comes late still decides about what nobody decided',
    async () => {
      arm('callback-late', { delayMs: 3 * HURRIED_MS })
      const ids = await post('hurried', 'g1@x.test', 'g2@x.test')
      await inState('parked', ids)
      await inState('delivered', ids)
    },
    SLOW_MS,
  )

  test(
    'that counts fewer rows leaves to a person what may not be sent twice',
    async () => {
      arm('callback-low-count')
      const rows = await inState('parked', await post('told', 'h1@x.test', 'h2@x.test'))
      for (const { reason } of rows) expect(reason).toMatchObject({ code: 'DANACONNECT_LOAD_PARTIAL' })
      expect(['h1@x.test', 'h2@x.test'].map(timesOf)).toEqual([1, 1])
    },
    SLOW_MS,
  )

  test(
    'that counts fewer rows sends again, one by one, what may be sent twice',
    async () => {
      const before = loads().length
      arm('callback-low-count')
      const rows = await inState('delivered', await post('updates', 'i1@x.test', 'i2@x.test', 'i3@x.test'))
      expect(loads().length).toBe(before + 1 + 3)
      for (const { attempts } of rows) expect(attempts.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted'])
      expect(['i1@x.test', 'i2@x.test', 'i3@x.test'].map(timesOf)).toEqual([1, 1, 1])
    },
    SLOW_MS,
  )

  test(
    'that says anything but FINISHED ends the deliveries in plain sight',
    async () => {
      arm('callback-unknown-result')
      const rows = await inState('dead', await post('told', 'j1@x.test', 'j2@x.test'))
      for (const { reason } of rows) expect(reason).toMatchObject({ code: 'DANACONNECT_LOAD_FAILED' })
    },
    SLOW_MS,
  )

  test(
    'tells how a load ended whose reply never came, so that nothing is sent again',
    async () => {
      arm('reset-after', { operation: 'bulk-load' })
      const rows = await inState('delivered', await post('told', 'k1@x.test', 'k2@x.test'))
      for (const { attempts } of rows) expect(attempts.map(({ outcome }) => outcome)).toEqual(['unsure'])
      expect(['k1@x.test', 'k2@x.test'].map(timesOf)).toEqual([1, 1])
    },
    SLOW_MS,
  )

  test('is taken at no other kind, in no other form, and at no unknown address', async () => {
    const send = (path: string, body: string) => fetch(`${gateway.url}${path}`, { method: 'POST', body })
    expect((await send('/callbacks/contactnow/x', '{}')).status).toBe(404)
    expect((await send('/callbacks/danaconnect/x', '{}')).status).toBe(404)
    expect((await send('/callbacks/danaconnect/x', 'x'.repeat(70_000))).status).toBe(413)
    expect((await fetch(`${gateway.url}/callbacks/danaconnect/x`)).status).toBe(405)
  })
})
