import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { bearer, contactnow, defineConfig, route, source, z } from '@sluice/gateway'
import { type Gateway, type Sandbox, sandboxEnvironment, startGateway, startSandbox } from '@sluice/gateway/bun'
import { eventually } from './eventually.ts'
import { temporaryFolder } from './running.ts'

const SLOW_MS = 20_000
const SETTLE_MS = 3000
const INGEST = 'an-ingest-token'
const ADMIN = 'an-admin-token'

const configFile = defineConfig((settings) => {
  const scheme = bearer(INGEST)
  const people = source({ scheme, schema: z.object({ phone: z.string() }) })
  const lists = source({ scheme, schema: z.object({ name: z.string() }) })
  const calls = contactnow({
    username: settings.text('CONTACTNOW_USERNAME'),
    password: settings.secret('CONTACTNOW_PASSWORD'),
    baseUrl: settings.text('CONTACTNOW_URL'),
  })
  return {
    sources: { people, lists },
    destinations: { calls },
    routes: [
      route(people, calls, 'records.create', {
        map: ({ phone }) => ({ dataset: '104', MobilePhone: phone }),
        marker: 'Reference',
        settleMs: SETTLE_MS,
      }),
      route(lists, calls, 'datasets.create', {
        map: ({ name }) => ({ description: name, import_table: 'nelsontest' }),
        marker: 'description',
        settleMs: SETTLE_MS,
      }),
    ],
    keys: [{ name: 'admin', token: ADMIN, scopes: ['operate'] }],
  }
})

interface Shown {
  readonly state: string
  readonly receipt: unknown
  readonly payload: Readonly<Record<string, string>>
  readonly attempts: readonly {
    readonly outcome: string
    readonly counted: boolean
    readonly steps: readonly { purpose: string }[]
  }[]
}

const folder = temporaryFolder()
let sandbox: Sandbox
let gateway: Gateway
beforeAll(async () => {
  sandbox = await startSandbox(0)
  gateway = await startGateway({
    logLevel: 'warn',
    configFile,
    environment: sandboxEnvironment(sandbox.url),
    port: 0,
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

async function post(source: string, body: unknown): Promise<string> {
  const reply = await fetch(`${gateway.url}/webhooks/${source}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${INGEST}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const { deliveries } = (await reply.json()) as { deliveries: readonly { id: string }[] }
  return deliveries[0]?.id ?? ''
}

async function delivered(id: string): Promise<Shown> {
  return eventually(
    'delivered',
    async () => {
      const reply = await fetch(`${gateway.url}/v1/deliveries/${id}`, { headers: { authorization: `Bearer ${ADMIN}` } })
      const delivery = (await reply.json()) as Shown
      return delivery.state === 'delivered' ? delivery : undefined
    },
    SLOW_MS,
  )
}

const CREATES = { people: 'ecnow_records.create', lists: 'ecnow_datasets.create' } as const
const effectsOf = (source: keyof typeof CREATES) =>
  sandbox.mocks
    .requests({ upstream: 'contactnow', operation: CREATES[source] })
    .reduce((sum, { effect }) => sum + effect, 0)

const EVENTS = {
  people: () => ({ phone: '01234567890' }),
  lists: () => ({ name: 'Autumn' }),
} as const

describe.each(['people', 'lists'] as const)('an attempt of which nobody knows whether it landed: %s', (source) => {
  test(
    'is found where it did, and nothing is sent again',
    async () => {
      const before = effectsOf(source)
      sandbox.mocks.setFault({ upstream: 'contactnow', fault: 'reset-after', operation: CREATES[source], times: 1 })
      const id = await post(source, EVENTS[source]())
      const { attempts, receipt, payload } = await delivered(id)
      expect(Object.values(payload).some((value) => value.includes(id))).toBe(true)
      expect(attempts.map(({ outcome, counted }) => [outcome, counted])).toEqual([
        ['unsure', true],
        ['delivered', false],
      ])
      expect(attempts[1]?.steps.map(({ purpose }) => purpose)).toEqual(['read-back'])
      expect(receipt).toMatchObject({ key: expect.stringMatching(/^\d+$/) })
      expect(effectsOf(source)).toBe(before + 1)
    },
    SLOW_MS,
  )

  test(
    'is sent again where it did not, once its absence settled',
    async () => {
      const before = effectsOf(source)
      sandbox.mocks.setFault({ upstream: 'contactnow', fault: 'reset', operation: CREATES[source], times: 1 })
      const { attempts } = await delivered(await post(source, EVENTS[source]()))
      expect(attempts.map(({ outcome }) => outcome)).toEqual(['unsure', 'unsure', 'delivered'])
      expect(attempts.at(-1)?.steps.map(({ purpose }) => purpose)).toEqual(['read-back', 'delivery'])
      expect(effectsOf(source)).toBe(before + 1)
    },
    SLOW_MS,
  )
})
