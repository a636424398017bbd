import { afterEach, describe, expect, test } from 'bun:test'
import { resolve } from 'node:path'
import { loadConfig } from '@sluice/gateway/bun'
import { SANDBOX } from '@sluice/upstream-mocks'
import { matrixConfig } from '../matrix/config.ts'
import { setStage, type Stage } from './stage.ts'

let stage: Stage
afterEach(() => stage.world.stop())

const config = await loadConfig(resolve(import.meta.dir, '../../sluice.config.ts'))
const RECORDS = `/v1/contactnow/datasets/${SANDBOX.contactnow.dataset}/records`
const RECORD = { MobilePhone: '+46700000001' }
const LATER = { prefer: 'respond-async' }

async function storeRecord(path = RECORDS) {
  const { json } = await stage.ask('POST', path, { body: RECORD, headers: LATER })
  const { eventId, deliveries } = json as { eventId: string; deliveries: readonly { id: string }[] }
  return { eventId, id: deliveries[0]?.id ?? '' }
}

describe('what is stored first', () => {
  test('is an event that lists, filters and shows what was asked for', async () => {
    stage = await setStage()
    const { eventId, id } = await storeRecord()
    expect(await stage.ask('GET', '/v1/events?source=_api')).toMatchObject({ json: { events: [{ id: eventId }] } })
    const { json } = await stage.ask('GET', `/v1/events/${eventId}`)
    const { body } = json as { body: string }
    expect(JSON.parse(body)).toEqual({
      destination: 'contactnow',
      operation: 'records.create',
      payloads: [{ ...RECORD, dataset: String(SANDBOX.contactnow.dataset) }],
      orderingKey: null,
    })
    const query = 'source=_api&route=_api.contactnow.records.create&operation=records.create'
    expect(await stage.ask('GET', `/v1/deliveries?${query}`)).toMatchObject({ json: { deliveries: [{ id }] } })
  })

  test('is found by its idempotency key as it was sent', async () => {
    stage = await setStage()
    const headers = { ...LATER, 'idempotency-key': 'as1' }
    const { json } = await stage.ask('POST', RECORDS, { body: RECORD, headers })
    const { eventId, deliveries } = json as { eventId: string; deliveries: readonly { id: string }[] }
    expect(await stage.ask('GET', '/v1/events?idempotencyKey=as1')).toMatchObject({
      json: { events: [{ id: eventId, idempotencyKey: 'as1' }] },
    })
    expect(await stage.ask('GET', `/v1/events/${eventId}`)).toMatchObject({ json: { idempotencyKey: 'as1' } })
    expect(await stage.ask('GET', '/v1/deliveries?idempotencyKey=as1')).toMatchObject({
      json: { deliveries: [{ id: deliveries[0]?.id }] },
    })
  })

  test('is replayed as it was asked for, and previewed without a call', async () => {
    stage = await setStage()
    const { eventId } = await storeRecord()
    const again = await stage.ask('POST', `/v1/events/${eventId}/replay`, { body: { why: 'it was deleted there' } })
    expect(again).toMatchObject({ status: 202, json: { deliveries: [{ operation: 'records.create' }] } })
    expect(stage.world.effects('contactnow')).toBe(2)
    const preview = await stage.ask('POST', '/v1/preview', { body: { eventId } })
    expect(preview).toMatchObject({
      status: 200,
      json: {
        source: '_api',
        routes: [
          { matched: true, fault: null, payload: RECORD, requests: [{ purpose: 'token' }, { purpose: 'delivery' }] },
        ],
      },
    })
    expect(stage.world.effects('contactnow')).toBe(2)
  })

  test('cannot be posted to by anybody, and its name can be no source of a configuration', async () => {
    stage = await setStage()
    expect(await stage.world.request('/webhooks/_api', { method: 'POST' })).toMatchObject({ status: 404 })
    const preview = await stage.ask('POST', '/v1/preview', { body: { source: '_api', body: '{}' } })
    expect(preview).toMatchObject({ status: 404, json: { code: 'SOURCE_UNKNOWN' } })
    const taken = setStage({
      config: (settings) => ({
        ...config(settings),
        sources: { _api: Object.values(config(settings).sources)[0] as never },
      }),
    })
    const refusal: unknown = await taken.catch((error: unknown) => error)
    expect(String(refusal)).toContain('source "_api"')
  })

  test('whose account is gone says so when it is replayed', async () => {
    stage = await setStage()
    const { eventId } = await storeRecord()
    stage.world.kill()
    await stage.world.restart((settings) => {
      const { destinations, ...rest } = config(settings)
      const kept = Object.entries(destinations).filter(([name]) => name !== 'contactnow')
      return { ...rest, routes: [], destinations: Object.fromEntries(kept) }
    })
    const gone = await stage.ask('POST', `/v1/events/${eventId}/replay`, { body: { why: 'again' } })
    expect(gone).toMatchObject({ status: 409, json: { code: 'EVENT_SOURCE_GONE' } })
  })

  test('is parked when nobody knows whether it landed', async () => {
    stage = await setStage()
    stage.world.fault({ upstream: 'contactnow', fault: 'reset-after', times: 1, operation: 'ecnow_records.create' })
    const { id } = await storeRecord()
    expect(await stage.ask('GET', `/v1/deliveries/${id}`)).toMatchObject({ json: { state: 'parked' } })
    expect(stage.world.effects('contactnow')).toBe(1)
  })

  test('is retried on the schedule', async () => {
    stage = await setStage()
    stage.world.fault({ upstream: 'datatalks', fault: 'status-500', times: 2, operation: 'contacts.upsert' })
    const body = { data: { email: 'a@b.example' }, group_key: SANDBOX.datatalks.groupKey }
    const { headers } = await stage.ask('POST', '/v1/datatalks/contacts', { body, headers: LATER })
    await stage.world.runUntilIdle()
    expect(await stage.ask('GET', headers.get('location') ?? '')).toMatchObject({
      json: { state: 'delivered', attemptCount: 3 },
    })
  })

  test('goes in order where it has an ordering key', async () => {
    stage = await setStage()
    stage.world.fault({ upstream: 'contactnow', fault: 'reset-after', times: 1, operation: 'ecnow_records.create' })
    const first = await storeRecord(`${RECORDS}?orderingKey=dana`)
    const second = await storeRecord(`${RECORDS}?orderingKey=dana`)
    const other = await storeRecord(`${RECORDS}?orderingKey=ada`)
    const stateOf = async ({ id }: { id: string }) => (await stage.ask('GET', `/v1/deliveries/${id}`)).json
    expect([await stateOf(first), await stateOf(second), await stateOf(other)]).toMatchObject([
      { state: 'parked' },
      { state: 'pending', waitsFor: first.id },
      { state: 'delivered' },
    ])
  })
})

describe('a load by hand that is called back', () => {
  const LOADS = `/v1/danaconnect/tables/${SANDBOX.danaconnect.tableCode}/loads?destination=danaconnect-called-back`
  const body = { fieldsCode: ['NAME'], rows: [{ NAME: 'Dana' }, { NAME: 'Ada' }] }
  const ended = async (fault?: 'callback-low-count' | 'callback-never' | 'reset-after') => {
    stage = await setStage({ config: matrixConfig })
    if (fault !== undefined) {
      const operation = fault === 'reset-after' ? 'bulk-load' : 'callback'
      stage.world.fault({ upstream: 'danaconnect', fault, times: 1, operation })
    }
    const taken = await stage.ask('POST', LOADS, { body })
    await stage.world.runUntilIdle({ untilMs: stage.world.nowMs() + 60_000 })
    const { upstream } = taken.json as { upstream?: { lookAt: string } }
    const path = taken.headers.get('location') ?? upstream?.lookAt.replace('GET ', '') ?? ''
    return { taken, load: (await stage.ask('GET', path)).json }
  }

  test('says how it ended', async () => {
    const { taken, load } = await ended()
    expect(taken).toMatchObject({ status: 201, json: { callbackRequested: true, sentLineCount: 2 } })
    expect(load).toMatchObject({ state: 'landed', rows: 2, callbackAt: expect.any(String), code: null })
  })

  test('says that rows are missing, and that nobody has said anything yet', async () => {
    expect((await ended('callback-low-count')).load).toMatchObject({
      state: 'partial',
      code: 'DANACONNECT_LOAD_PARTIAL',
    })
    stage.world.stop()
    expect((await ended('callback-never')).load).toMatchObject({ state: 'awaiting-callback', callbackAt: null })
  })

  test('of which nobody knows whether it was taken is told by its callback', async () => {
    const { taken, load } = await ended('reset-after')
    expect(taken).toMatchObject({ status: 409, json: { code: 'UPSTREAM_UNSURE' } })
    expect(load).toMatchObject({ state: 'landed' })
  })

  test('is removed when its time is over', async () => {
    await ended()
    const { world } = stage
    await world.store.removeEnded({ beforeMs: world.nowMs() + 1, after: '', limit: 100 })
    expect(stage.world.database.all('SELECT count(*) AS count FROM batches')).toEqual([{ count: 0 }])
  })
})
