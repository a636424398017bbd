import { afterEach, describe, expect, test } from 'bun:test'
import { bearer, contactnow, datatalks, defineConfig, source, z } from '@sluice/gateway'
import { SANDBOX } from '@sluice/upstream-mocks'
import { answered, prepare, setStage, type Stage } from './stage.ts'

/** Two accounts of one upstream, one of another, and none of the third. */
const TWO_ACCOUNTS = defineConfig((settings) => {
  const account = () =>
    contactnow({
      username: settings.text('CONTACTNOW_USERNAME'),
      password: settings.secret('CONTACTNOW_PASSWORD'),
      baseUrl: settings.text('CONTACTNOW_URL'),
    })
  const other = datatalks({ accessKeyId: 'AKID', secretAccessKey: settings.secret('DATATALKS_SECRET_ACCESS_KEY') })
  return {
    sources: { any: source({ scheme: bearer(settings.secret('SLUICE_INGEST_TOKEN')), schema: z.unknown() }) },
    destinations: { first: account(), second: account(), datatalks: other },
    routes: [],
    keys: [{ name: 'admin', token: settings.secret('SLUICE_ADMIN_TOKEN'), scopes: ['operate'] }],
  }
})

let stage: Stage
afterEach(() => stage.world.stop())

const RECORDS = `/v1/contactnow/datasets/${SANDBOX.contactnow.dataset}/records`
const RECORD = { body: { MobilePhone: '+46700000001' } }
const DATASETS = '/v1/contactnow/datasets'
const destination = async (name: string) => {
  const { json } = await stage.ask('GET', '/v1/destinations')
  return (json as { destinations: { name: string }[] }).destinations.find((one) => one.name === name)
}

describe('a call by hand', () => {
  test('renews a token that was refused, and is made once more', async () => {
    stage = await setStage()
    await prepare(stage)
    stage.world.fault({ upstream: 'contactnow', fault: 'expired-token', times: 1, operation: 'ecnow_records.create' })
    const before = stage.world.effects('contactnow', 'ecnow_records.create')
    expect(await stage.ask('POST', RECORDS, RECORD)).toMatchObject({ status: 201 })
    expect(stage.world.effects('contactnow', 'ecnow_records.create') - before).toBe(1)
  })

  test('pauses the destination where the credentials are refused, for deliveries as well', async () => {
    stage = await setStage()
    stage.world.fault({ upstream: 'contactnow', fault: 'bad-credentials', times: 10, operation: 'token.get' })
    const { status, json } = await stage.ask('POST', RECORDS, RECORD)
    expect({ status, json }).toMatchObject({ status: 502, json: { code: 'UPSTREAM_UNAUTHORIZED' } })
    expect(await destination('contactnow')).toMatchObject({
      gate: { state: 'closed', reason: 'credentials' },
      inFlight: 0,
    })
    const next = await stage.ask('GET', DATASETS)
    expect(next).toMatchObject({ status: 503, json: { code: 'DESTINATION_CLOSED' } })
    expect(next.headers.get('retry-after')).toBe('60')
  })

  test('closes the gate until the time that the upstream names, and says it to the second', async () => {
    stage = await setStage()
    stage.world.fault({
      upstream: 'contactnow',
      fault: 'status-429',
      times: 1,
      operation: 'ecnow_datasets.read',
      retryAfterSeconds: 120,
    })
    const first = await stage.ask('GET', DATASETS)
    expect(first).toMatchObject({ status: 503, json: { code: 'UPSTREAM_BUSY' } })
    expect(first.headers.get('retry-after')).toBe('120')
    const next = await stage.ask('GET', DATASETS)
    expect(next).toMatchObject({ status: 503, json: { code: 'DESTINATION_CLOSED' } })
    expect(next.headers.get('retry-after')).toBe('120')
    await stage.world.advanceTo(stage.world.nowMs() + 120_000)
    expect(await stage.ask('GET', DATASETS)).toMatchObject({ status: 200 })
  })

  test('counts for the circuit breaker, and is let through as its probe', async () => {
    stage = await setStage()
    stage.world.fault({ upstream: 'contactnow', fault: 'reset', times: 5, operation: 'ecnow_datasets.read' })
    for (let call = 0; call < 5; call += 1) expect((await stage.ask('GET', DATASETS)).status).toBe(502)
    expect(await stage.ask('GET', DATASETS)).toMatchObject({ status: 503, json: { code: 'DESTINATION_CLOSED' } })
    await stage.world.advanceTo(stage.world.nowMs() + 60_000)
    expect(await stage.ask('GET', DATASETS)).toMatchObject({ status: 200 })
    expect(await destination('contactnow')).toMatchObject({ gate: { state: 'open' } })
  })

  test('is told at once of a gate that an operator closed', async () => {
    stage = await setStage()
    await stage.ask('POST', '/v1/destinations/contactnow/pause', { body: { why: 'their maintenance' } })
    expect(await stage.ask('POST', RECORDS, RECORD)).toMatchObject({
      status: 503,
      json: { code: 'DESTINATION_CLOSED' },
    })
    expect(stage.world.effects('contactnow')).toBe(0)
    expect(stage.world.steps()).toBe(0)
  })

  test('waits a moment for a place, and gets the next one before what waits in the store', async () => {
    stage = await setStage()
    const slow = {
      upstream: 'contactnow',
      fault: 'slow-200',
      operation: 'ecnow_records.create',
      delayMs: 1000,
    } as const
    stage.world.fault({ ...slow, times: 100 })
    for (let row = 0; row < 40; row += 1)
      await stage.ask('POST', RECORDS, { ...RECORD, headers: { prefer: 'respond-async' } })
    expect(await destination('contactnow')).toMatchObject({ inFlight: 16, deliveries: { leased: 16, pending: 24 } })
    const { status } = await answered(stage, stage.ask('GET', DATASETS))
    expect(status).toBe(200)
    expect((await stage.world.counts()).pending).toBeGreaterThan(0)
    await stage.world.runUntilIdle()
    expect(await stage.world.counts()).toMatchObject({ delivered: 40 })
  })

  test('says that the concurrency is what it waited for, and not a rate that there is none of', async () => {
    stage = await setStage()
    const slow = { upstream: 'contactnow', fault: 'slow-200', operation: 'ecnow_records.create' } as const
    stage.world.fault({ ...slow, delayMs: 20_000, times: 100 })
    for (let row = 0; row < 16; row += 1)
      await stage.ask('POST', RECORDS, { ...RECORD, headers: { prefer: 'respond-async' } })
    const refused = await answered(stage, stage.ask('GET', DATASETS))
    expect(refused).toMatchObject({
      status: 503,
      json: { code: 'DESTINATION_CLOSED', detail: expect.stringContaining('(concurrency)') },
    })
    expect(refused.text).not.toContain('rate')
  })

  test('is bounded in time, with all that it waits for', async () => {
    stage = await setStage()
    stage.world.fault({ upstream: 'contactnow', fault: 'timeout', times: 10, operation: 'token.get' })
    stage.world.fault({ upstream: 'contactnow', fault: 'timeout', times: 10, operation: 'ecnow_records.create' })
    const startedAtMs = stage.world.nowMs()
    const { status, json } = await answered(stage, stage.ask('POST', RECORDS, RECORD))
    expect({ status, json }).toMatchObject({ status: 502, json: { code: 'UPSTREAM_UNREACHABLE' } })
    expect(stage.world.nowMs() - startedAtMs).toBeLessThanOrEqual(61_000)
  })

  test('goes on when whoever asked goes away', async () => {
    stage = await setStage()
    await prepare(stage)
    stage.world.fault({
      upstream: 'contactnow',
      fault: 'slow-200',
      times: 1,
      operation: 'ecnow_records.create',
      delayMs: 1000,
    })
    const gone = new AbortController()
    const headers = { 'idempotency-key': 'gone' }
    const asked = stage.ask('POST', RECORDS, { ...RECORD, headers, signal: gone.signal })
    await stage.world.settle()
    gone.abort()
    await answered(
      stage,
      asked.catch(() => undefined),
    )
    const repeat = await stage.ask('POST', RECORDS, { ...RECORD, headers })
    expect(repeat).toMatchObject({ status: 201, json: { key: 3 } })
    expect(repeat.headers.get('idempotency-replayed')).toBe('true')
  })
})

describe('the account', () => {
  test.each([
    ['of an upstream that is not configured', '/v1/danaconnect/records/x', 404, 'DESTINATION_NOT_CONFIGURED'],
    ['that is not named where there are two', '/v1/contactnow/datasets', 409, 'DESTINATION_AMBIGUOUS'],
    ['of another kind', '/v1/contactnow/datasets?destination=datatalks', 404, 'DESTINATION_UNKNOWN'],
    ['that is none', '/v1/contactnow/datasets?destination=nobody', 404, 'DESTINATION_UNKNOWN'],
  ])('%s is refused', async (_, path, status, code) => {
    stage = await setStage({ config: TWO_ACCOUNTS })
    expect(await stage.ask('GET', path)).toMatchObject({ status, json: { code } })
  })

  test('is chosen by its name', async () => {
    stage = await setStage({ config: TWO_ACCOUNTS })
    expect(await stage.ask('GET', '/v1/contactnow/datasets?destination=second')).toMatchObject({ status: 200 })
    expect(
      await stage.ask('POST', '/v1/contactnow/datasets?destination=second', {
        body: { description: 'x', import_table: 'sandbox' },
        headers: { prefer: 'respond-async' },
      }),
    ).toMatchObject({
      status: 202,
      json: { deliveries: [{ destination: 'second' }] },
    })
  })
})
