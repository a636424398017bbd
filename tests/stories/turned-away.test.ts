import { expect, test } from 'bun:test'
import { bearer, datatalks, defineConfig, route, source, z } from '@sluice/gateway'
import { createWorld } from '../world/world.ts'

const MINUTE_MS = 60_000
const POISON = 'poison@example.com'
const Lead = z.object({ email: z.string() })

const config = defineConfig((settings) => {
  const leads = source({ scheme: bearer(settings.secret('SLUICE_INGEST_TOKEN')), schema: Lead })
  const account = datatalks({
    accessKeyId: settings.text('DATATALKS_ACCESS_KEY_ID'),
    secretAccessKey: settings.secret('DATATALKS_SECRET_ACCESS_KEY'),
    baseUrl: settings.text('DATATALKS_URL'),
    region: settings.text('DATATALKS_REGION'),
  })
  return {
    sources: { leads },
    destinations: { account },
    // Not idempotent: what is sent twice is there twice.
    routes: [
      route(leads, account, 'events.create', {
        map: ({ email }) => ({ data: { email, contactExtEventType: 'OTHER' as const }, group_key: 'abc123' }),
      }),
    ],
    keys: [{ name: 'admin', token: settings.secret('SLUICE_ADMIN_TOKEN'), scopes: ['operate'] }],
  }
})

/** Answers whatever holds the poison as a proxy does that adds `Retry-After` to every error; counts those answers. */
async function worldThatRefuses(status: number, retryAfterSeconds: number, isOver: (refusals: number) => boolean) {
  let refusals = 0
  const world = await createWorld({
    config,
    adapt: (ports) => ({
      ...ports,
      fetch: async (request) => {
        const isPoison = (await request.clone().text()).includes(POISON)
        if (!isPoison || isOver(refusals)) return ports.fetch(request)
        refusals += 1
        const headers = { 'retry-after': String(retryAfterSeconds), 'content-type': 'application/json' }
        return new Response('{"message":"no such attribute"}', { status, headers })
      },
    }),
  })
  return { world, refusals: () => refusals }
}

test('a delivery that is refused with Retry-After for what it is comes to an end, and holds up nobody for ever', async () => {
  const { world, refusals } = await worldThatRefuses(400, 60, () => false)
  await world.post('leads', { email: POISON })
  for (const email of ['ada@example.com', 'grace@example.com']) await world.post('leads', { email })
  // Its Retry-After is that of the whole destination.
  expect(await world.counts()).toMatchObject({ pending: 3 })
  await world.runUntilIdle({ untilMs: world.nowMs() + 2 * MINUTE_MS })
  expect(await world.counts()).toMatchObject({ pending: 1, delivered: 2 })
  await world.runUntilIdle()
  const [last] = (await world.deliveries()).filter(({ state }) => state === 'dead')
  expect([refusals(), last?.countedAttempts]).toEqual([10, 10])
  expect(last?.reason?.detail).toContain('no such attribute')
  expect(world.effects('datatalks', 'events.create')).toBe(2)
  world.stop()
})

test('one that is refused for the time is sent when that is over, once, and uses up nothing', async () => {
  const { world, refusals } = await worldThatRefuses(425, 60, (count) => count === 15)
  await world.post('leads', { email: POISON })
  await world.runUntilIdle()
  const [delivery] = await world.deliveries()
  expect([delivery?.state, delivery?.attempts, delivery?.countedAttempts, refusals()]).toEqual(['delivered', 16, 1, 15])
  expect(world.effects('datatalks', 'events.create')).toBe(1)
  world.stop()
})

test('one that is refused for what it is and then taken is there once', async () => {
  const { world } = await worldThatRefuses(400, 60, (count) => count === 3)
  await world.post('leads', { email: POISON })
  await world.runUntilIdle()
  expect(await world.counts()).toMatchObject({ delivered: 1 })
  expect(world.effects('datatalks', 'events.create')).toBe(1)
  world.stop()
})
