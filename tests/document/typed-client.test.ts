import { afterAll, beforeAll, expect, expectTypeOf, test } from 'bun:test'
import type { GatewayApi } from '@sluice/gateway'
import { SANDBOX_KEYS } from '@sluice/gateway/bun'
import { hc } from 'hono/client'
import { contactOf, postContact, type Running, startRunning, temporaryFolder } from '../stories/running.ts'

const folder = temporaryFolder()
let running: Running

beforeAll(async () => {
  running = await startRunning({ sandboxUrl: 'http://127.0.0.1:9', dataPath: folder.path })
  for (const name of ['danaconnect', 'contactnow', 'datatalks']) {
    const { status } = await operator().v1.destinations[':name'].pause.$post({
      param: { name },
      json: { why: 'a test' },
    })
    if (status !== 200) throw new Error(`pauseDestination ${name}: ${status}`)
  }
})
afterAll(async () => {
  await running?.gateway.stop()
  folder.remove()
})

const clientOf = (key: string) => hc<GatewayApi>(running.url, { headers: { authorization: `Bearer ${key}` } })
const operator = () => clientOf(SANDBOX_KEYS.SLUICE_ADMIN_TOKEN)

test('a typed client lists deliveries, and knows what each is', async () => {
  await postContact(running.url, contactOf(1))
  const reply = await operator().v1.deliveries.$get({ query: { destination: 'contactnow', limit: '10' } })
  if (reply.status !== 200) throw new Error(`listDeliveries: ${reply.status}`)
  const { deliveries, nextCursor } = await reply.json()
  expectTypeOf(nextCursor).toEqualTypeOf<string | null>()
  expectTypeOf<(typeof deliveries)[number]['attemptCount']>().toEqualTypeOf<number>()
  expectTypeOf<'parked'>().toExtend<(typeof deliveries)[number]['state']>()
  expect(deliveries.map(({ destination, operation }) => [destination, operation])).toEqual([
    ['contactnow', 'records.create'],
  ])
})

test('it resolves one, and knows the body that it has to send', async () => {
  const { v1 } = operator()
  const listed = await v1.deliveries.$get({ query: { destination: 'datatalks' } })
  if (listed.status !== 200) throw new Error(`listDeliveries: ${listed.status}`)
  const id = (await listed.json()).deliveries[0]?.id ?? ''
  const reply = await v1.deliveries[':id'].resolve.$post({
    param: { id },
    json: { as: 'drop', why: 'not wanted' },
  })
  if (reply.status !== 200) throw new Error(`resolveDelivery: ${reply.status}`)
  const { state, resolutions } = await reply.json()
  expect([state, resolutions.map(({ as, why }) => [as, why])]).toEqual(['dropped', [['drop', 'not wanted']]])
  const refused = await v1.deliveries[':id'].resolve.$post({
    param: { id },
    // @ts-expect-error There is no such decision.
    json: { as: 'forget', why: 'x' },
  })
  expect(refused.status).toBe(400)
})

test('it previews an event', async () => {
  const reply = await operator().v1.preview.$post({ json: { source: 'demo', body: JSON.stringify(contactOf(2)) } })
  if (reply.status !== 200) throw new Error(`previewEvent: ${reply.status}`)
  const { routes } = await reply.json()
  expectTypeOf<(typeof routes)[number]['matched']>().toEqualTypeOf<boolean>()
  expect(routes.filter(({ matched }) => matched).length).toBeGreaterThan(0)
})

test('it knows the codes that an operation may answer a status with', async () => {
  const reply = await operator().v1.deliveries[':id'].$get({ param: { id: 'dlv_1' } })
  if (reply.status !== 404) throw new Error(`readDelivery: ${reply.status}`)
  const { code, status } = await reply.json()
  expectTypeOf(code).toEqualTypeOf<'DELIVERY_UNKNOWN'>()
  expectTypeOf(status).toEqualTypeOf<404>()
  expect<string>(code).toBe('DELIVERY_UNKNOWN')
})
