import { afterAll, beforeAll, expect, test } from 'bun:test'
import { bearer, danaconnect, defineConfig, route, source, z } from '@sluice/gateway'
import { type Gateway, type Sandbox, sandboxEnvironment, startGateway, startSandbox } from '@sluice/gateway/bun'
import { Database } from 'bun:sqlite'
import { join } from 'node:path'
import { eventually } from './eventually.ts'
import { temporaryFolder } from './running.ts'

const TOKEN = 'canary-token-of-a-callback-0123456789abcdef'
const ADMIN = 'an-admin-token'
const INGEST = 'an-ingest-token'

const configFile = defineConfig((settings) => {
  const rows = source({ scheme: bearer(INGEST), schema: z.object({ EMAIL: z.string() }) })
  const lists = danaconnect({
    user: settings.text('DANACONNECT_USER'),
    company: settings.text('DANACONNECT_COMPANY'),
    password: settings.secret('DANACONNECT_PASSWORD'),
    wsUrl: settings.text('DANACONNECT_WS_URL'),
    batches: { maxAgeMs: 0 },
    callback: { parameter: 'callbackUrl', baseUrl: 'http://127.0.0.1:9' },
  })
  return {
    sources: { rows },
    destinations: { lists },
    routes: [route(rows, lists, 'contacts.load', { map: (fields) => ({ tableCode: 'CONTACTS', fields }) })],
    keys: [{ name: 'admin', token: ADMIN, scopes: ['operate'] }],
  }
})

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
    adapt: (ports) => ({ ...ports, newToken: () => TOKEN }),
  })
})
afterAll(async () => {
  sandbox.stop()
  folder.remove()
})

test('a callback that quotes its own address leaves the token of it nowhere', async () => {
  const posted = await fetch(`${gateway.url}/webhooks/rows`, {
    method: 'POST',
    headers: { authorization: `Bearer ${INGEST}`, 'content-type': 'application/json' },
    body: JSON.stringify({ EMAIL: 'ada@x.test' }),
  })
  const { deliveries } = (await posted.json()) as { deliveries: readonly { id: string }[] }
  const read = async () => {
    const headers = { authorization: `Bearer ${ADMIN}` }
    const reply = await fetch(`${gateway.url}/v1/deliveries/${deliveries[0]?.id}`, { headers })
    const text = await reply.text()
    return { text, shown: JSON.parse(text) as { state: string; batch: { id: string } | null } }
  }
  const { shown } = await eventually('it waits for its callback', async () => {
    const found = await read()
    return found.shown.state === 'awaiting-callback' ? found : undefined
  })
  const callback = {
    fileName: `${shown.batch?.id}.csv`,
    result: 'FINISHED',
    idCompany: 'demo',
    idWebDb: 987,
    lineCount: 1,
    calledAt: `http://127.0.0.1:9/callbacks/danaconnect/${TOKEN}`,
  }
  const call = () =>
    fetch(`${gateway.url}/callbacks/danaconnect/${TOKEN}`, { method: 'POST', body: JSON.stringify(callback) })
  expect([(await call()).status, (await call()).status]).toEqual([200, 200])

  const { text, shown: after } = await read()
  expect(after.state).toBe('delivered')
  expect(text).not.toContain(TOKEN)
  await gateway.stop()
  const database = new Database(join(folder.path, 'sluice.sqlite'))
  const stored = JSON.stringify(database.query('SELECT * FROM batches, deliveries').all())
  database.close()
  expect(stored).toContain('ada@x.test')
  expect(stored).not.toContain(TOKEN)
})
