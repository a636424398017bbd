import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Workerd } from '../runtime/workerd.ts'
import { INSTALL_MS } from '../tools/install.ts'
import { ADMIN_TOKEN, post, setStage, type Stage } from '../worker/running-worker.ts'
import { eventually } from '../stories/eventually.ts'
import { type Asked, headerFaults, nameFaults } from './answers.ts'
import { LARGE_HEADS, PATHS } from './head-rows.ts'
import { sendRaw } from './raw.ts'

const SLOW_MS = 60_000
const ADMIN = { authorization: `Bearer ${ADMIN_TOKEN}` }

const ASKED: readonly Asked[] = [
  { name: 'the start page', path: '/', status: 200 },
  { name: 'health', path: '/healthz', status: 200 },
  { name: 'readiness', path: '/readyz', status: 200 },
  { name: 'a list', path: '/v1/deliveries', init: { headers: ADMIN }, status: 200 },
  { name: '401', path: '/v1/deliveries', status: 401 },
  { name: '404', path: '/nowhere', status: 404 },
  { name: '405', path: '/v1/deliveries', init: { method: 'PUT', headers: ADMIN }, status: 405 },
  { name: '414', path: `/${'a'.repeat(3000)}`, status: 414 },
  {
    name: 'a preflight',
    path: '/webhooks/events',
    init: { method: 'OPTIONS', headers: { origin: 'https://evil.test', 'access-control-request-method': 'POST' } },
    status: 405,
  },
]

describe('in workerd', () => {
  let stage: Stage
  let workerd: Workerd

  beforeAll(async () => {
    stage = await setStage()
    workerd = await stage.start()
  }, INSTALL_MS)

  afterAll(async () => {
    await stage?.close()
  })

  test.each([...ASKED])('an answer has the headers of security and the names of its request: $name', async (asked) => {
    const response = await fetch(`${workerd.url}${asked.path}`, asked.init)
    expect(response.status).toBe(asked.status)
    expect([...headerFaults(response), ...nameFaults(response)]).toEqual([])
  })

  test.each([...LARGE_HEADS])(
    'a head that is too large is refused as elsewhere: %s',
    async (_name, bytes, status, code) => {
      const reply = await sendRaw(workerd.url, bytes)
      expect(reply.status).toBe(status)
      if (code !== null) expect(reply.body).toContain(`"code":"${code}"`)
    },
  )

  test.each([...PATHS])('a path reaches no route past its guard: %s', async (_name, bytes) => {
    const { status, body } = await sendRaw(workerd.url, bytes)
    expect([400, 401, 404, 405]).toContain(status)
    expect(body).not.toContain('"deliveries"')
  })

  test('an attempt of a shard belongs to the trace of the request at the edge', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    expect((await post(workerd.url, { email: 'a@example.com', number: 1 }, { traceparent })).status).toBe(202)
    const line = await eventually('the attempt is logged', () =>
      workerd
        .output()
        .split('\n')
        .find((one) => one.includes('"message":"attempt"')),
    )
    expect(line).toContain('"trace_id":"0af7651916cd43dd8448eb211c80319c"')
    expect(workerd.output()).toContain('"message":"request","method":"POST","route":"/webhooks/:source","status":202')
  })

  test(
    'a Worker without its settings answers with the same headers',
    async () => {
      const other = await setStage()
      try {
        const { url } = await other.start({ SLUICE_ADMIN_TOKEN: undefined })
        for (const [path, status] of [
          ['/healthz', 200],
          ['/readyz', 503],
          ['/v1/deliveries', 503],
        ] as const) {
          const response = await fetch(`${url}${path}`)
          expect([path, response.status, headerFaults(response)]).toEqual([path, status, []])
        }
      } finally {
        await other.close()
      }
    },
    SLOW_MS,
  )
})
