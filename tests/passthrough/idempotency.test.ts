import { afterEach, describe, expect, test } from 'bun:test'
import { bearer, contactnow, defineConfig, source, z } from '@sluice/gateway'
import { SANDBOX } from '@sluice/upstream-mocks'
import { type Answer, answered, setStage, type Stage } from './stage.ts'

let stage: Stage
afterEach(() => stage.world.stop())

const RECORDS = `/v1/contactnow/datasets/${SANDBOX.contactnow.dataset}/records`
const CREATE = 'ecnow_records.create'
/** Where what may have landed is to be looked for. */
const WHERE = { destination: 'contactnow', operation: 'records.create', lookAt: `GET ${RECORDS}` } as const
const DAY_MS = 86_400_000
const record = (
  key: string,
  body: unknown = { MobilePhone: '+46700000001' },
  more: Readonly<Record<string, string>> = {},
) => stage.ask('POST', RECORDS, { body, headers: { 'idempotency-key': key, ...more } })
const created = () => stage.world.effects('contactnow', CREATE)
const isReplayed = ({ headers }: Answer) => headers.get('idempotency-replayed') === 'true'
const fault = (name: 'reset' | 'reset-after' | 'status-429' | 'timeout-after' | 'slow-200', more: object = {}) =>
  stage.world.fault({ upstream: 'contactnow', fault: name, times: 1, operation: CREATE, ...more })

describe('a call by hand with an idempotency key', () => {
  test('has its effect once, and is answered the same again', async () => {
    stage = await setStage()
    const first = await record('k')
    const again = await record('k')
    expect([first.status, first.text, isReplayed(first)]).toEqual([201, again.text, false])
    expect([again.status, isReplayed(again), created()]).toEqual([201, true, 1])
  })

  test('is answered the same again in the format that is accepted then', async () => {
    stage = await setStage()
    await record('k')
    const again = await record('k', undefined, { accept: 'application/xml' })
    expect(again.text).toContain('<result><key>1</key>')
    expect(again.headers.get('content-type')).toBe('application/xml')
  })

  test.each([
    ['another body', RECORDS, { MobilePhone: '+46700000002' }, {}],
    ['another path', RECORDS.replace('/records', '/data'), { MobilePhone: '+46700000001' }, {}],
    ['the same, but later', RECORDS, { MobilePhone: '+46700000001' }, { prefer: 'respond-async' }],
  ])('is no key for %s', async (_, path, body, more) => {
    stage = await setStage()
    await record('k')
    const other = await stage.ask('POST', path, { body, headers: { 'idempotency-key': 'k', ...more } })
    expect(other).toMatchObject({ status: 422, json: { code: 'IDEMPOTENCY_KEY_REUSED' } })
    expect(stage.world.effects('contactnow')).toBe(1)
  })

  test('names in its problem the request that failed, and in its header the repeat', async () => {
    stage = await setStage()
    const wrong = () => stage.ask('POST', RECORDS, { body: {}, headers: { 'idempotency-key': 'k' } })
    const [first, again] = [await wrong(), await wrong()]
    expect([first.status, again.status, again.text]).toEqual([422, 422, first.text])
    const ids = [first, again].map(({ headers }) => headers.get('x-request-id') ?? '')
    expect(first.json).toMatchObject({ instance: `urn:sluice:request:${ids[0]}` })
    expect(ids[0]).not.toBe(ids[1])
    // Both are in the log, by these names.
    for (const id of ids) expect(stage.world.log.filter((line) => line.includes(id))).toHaveLength(1)
  })

  test('may be written in quotes, and is refused where it is none', async () => {
    stage = await setStage()
    await record('k')
    expect(isReplayed(await record('"k"'))).toBe(true)
    expect(await record('k'.repeat(256))).toMatchObject({ status: 400, json: { code: 'IDEMPOTENCY_KEY_INVALID' } })
  })

  test('is waited for while the first request is worked on: ten at once call the upstream once', async () => {
    stage = await setStage()
    fault('slow-200', { delayMs: 1000 })
    const answers = await answered(stage, Promise.all(Array.from({ length: 10 }, () => record('k'))))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 201))
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect(created()).toBe(1)
  })

  test('is refused while the first request takes longer than 2 s, and answered after it', async () => {
    stage = await setStage()
    fault('slow-200', { delayMs: 10_000 })
    const first = record('k')
    await stage.world.settle()
    const early = await answered(stage, record('k'))
    expect(early).toMatchObject({ status: 409, json: { code: 'IDEMPOTENCY_KEY_IN_PROGRESS' } })
    expect(early.headers.get('retry-after')).toBe('1')
    expect(await answered(stage, first)).toMatchObject({ status: 201 })
    expect([isReplayed(await record('k')), created()]).toEqual([true, 1])
  })

  test('keeps what nobody knows, and does not call again', async () => {
    stage = await setStage()
    fault('reset-after')
    expect(await record('k')).toMatchObject({
      status: 409,
      json: { code: 'UPSTREAM_UNSURE', upstream: { ...WHERE, code: 'CONNECTION_LOST' } },
    })
    const again = await record('k')
    expect(again).toMatchObject({ status: 409, json: { code: 'UPSTREAM_UNSURE' } })
    expect([isReplayed(again), created()]).toEqual([true, 1])
  })

  test('keeps nothing of what had no effect', async () => {
    stage = await setStage()
    fault('status-429', { retryAfterSeconds: 5 })
    expect((await record('k')).status).toBe(503)
    expect((await record('k')).status).toBe(503)
    await stage.world.advanceTo(stage.world.nowMs() + 5000)
    const done = await record('k')
    expect([done.status, isReplayed(done), created()]).toEqual([201, false, 1])
  })

  test('is known for 24 hours, over a restart', async () => {
    stage = await setStage()
    await record('k')
    stage.world.kill()
    await stage.world.restart()
    expect([isReplayed(await record('k')), created()]).toEqual([true, 1])
    await stage.world.advanceTo(stage.world.nowMs() + DAY_MS)
    expect([isReplayed(await record('k')), created()]).toEqual([false, 2])
  })

  test('is never worked on twice when the process died in the middle', async () => {
    stage = await setStage()
    fault('slow-200', { delayMs: 10_000 })
    void record('k')
    await stage.world.settle()
    expect(created()).toBe(1)
    stage.world.kill()
    await stage.world.restart()
    const again = await record('k')
    expect(again).toMatchObject({
      status: 409,
      json: { code: 'UPSTREAM_UNSURE', upstream: { ...WHERE, code: null } },
    })
    expect((await record('k')).json).toMatchObject({ code: 'UPSTREAM_UNSURE' })
    expect(created()).toBe(1)
  })

  test('is removed after its time, with what was answered', async () => {
    stage = await setStage()
    await record('k')
    const { world } = stage
    // No world removes anything by itself: `flow/retention.test.ts` shows that a gateway does.
    expect(await world.store.removeAnswers({ beforeMs: world.nowMs() - 1, limit: 10 })).toBe(0)
    expect(isReplayed(await record('k'))).toBe(true)
    expect(await world.store.removeAnswers({ beforeMs: world.nowMs(), limit: 10 })).toBe(1)
    expect(isReplayed(await record('k'))).toBe(false)
  })
})

describe('a request that is stored first with an idempotency key', () => {
  const PREFER = { prefer: 'respond-async' }

  test('is one delivery, whatever becomes of its first answer', async () => {
    stage = await setStage()
    const first = await record('k', undefined, PREFER)
    const again = await record('k', undefined, PREFER)
    expect([first.status, again.status, isReplayed(again)]).toEqual([202, 202, true])
    // The answer is lost, the event is not.
    stage.world.database.run(`UPDATE answers SET state = 'running', status = NULL`)
    stage.world.kill()
    await stage.world.restart()
    const third = await record('k', undefined, PREFER)
    expect([third.status, third.text, third.headers.get('location')]).toEqual([
      202,
      first.text,
      first.headers.get('location'),
    ])
    expect([(await stage.world.deliveries()).length, created()]).toEqual([1, 1])
  })
})

describe('every other write of the API', () => {
  test.each([
    ['a pause', '/v1/destinations/contactnow/pause', { why: 'their maintenance' }],
    ['a resume', '/v1/destinations/contactnow/resume', undefined],
    ['a test of credentials', '/v1/destinations/contactnow/test', undefined],
    ['a job', '/v1/jobs', { action: 'acknowledge', filter: { state: 'dead' }, why: 'seen' }],
  ])('knows its key: %s', async (_, path, body) => {
    stage = await setStage()
    const ask = () =>
      stage.ask('POST', path, { headers: { 'idempotency-key': 'k' }, ...(body === undefined ? {} : { body }) })
    const [first, again] = [await ask(), await ask()]
    expect([first.status < 300, again.text, isReplayed(again)]).toEqual([true, first.text, true])
    expect(await stage.ask('GET', '/v1/jobs')).toMatchObject({ json: { jobs: path === '/v1/jobs' ? [{}] : [] } })
  })

  test('a replay, a decision, a word that it was seen, and the end of a job', async () => {
    stage = await setStage()
    stage.world.fault({ upstream: 'contactnow', fault: 'refusal-200', times: 9, operation: CREATE })
    const { json } = await record('a', undefined, { prefer: 'respond-async' })
    const { eventId, deliveries } = json as { eventId: string; deliveries: { id: string }[] }
    await stage.ask('POST', '/v1/destinations/contactnow/pause', { body: { why: 'their maintenance' } })
    const why = { why: 'once' }
    const twice = async (path: string, body: unknown) => {
      const ask = () => stage.ask('POST', path, { body, headers: { 'idempotency-key': path } })
      const [first, again] = [await ask(), await ask()]
      expect({
        path,
        status: first.status < 300,
        same: again.text === first.text,
        replayed: isReplayed(again),
      }).toEqual({
        path,
        status: true,
        same: true,
        replayed: true,
      })
    }
    await twice(`/v1/events/${eventId}/replay`, why)
    expect((await stage.world.deliveries()).length).toBe(2)
    await twice(`/v1/deliveries/${deliveries[0]?.id}/acknowledge`, why)
    await twice(`/v1/deliveries/${deliveries[0]?.id}/resolve`, { as: 'resend', ...why })
    expect(await stage.ask('GET', `/v1/deliveries/${deliveries[0]?.id}`)).toMatchObject({
      json: { resolutions: [{ as: 'acknowledge' }, { as: 'resend' }] },
    })
    const { json: job } = await stage.ask('POST', '/v1/jobs', {
      body: { action: 'drop', filter: { destination: 'contactnow', state: 'pending' }, ratePerSecond: 1, ...why },
    })
    await twice(`/v1/jobs/${(job as { id: string }).id}/cancel`, {})
  })

  test('keys of one caller are none of another', async () => {
    stage = await setStage({ config: twoKeys })
    const ask = (token: string) =>
      stage.ask('POST', '/v1/destinations/contactnow/pause', {
        body: { why: 'their maintenance' },
        headers: { 'idempotency-key': 'k', authorization: `Bearer ${token}` },
      })
    expect([isReplayed(await ask(FIRST)), isReplayed(await ask(SECOND)), isReplayed(await ask(FIRST))]).toEqual([
      false,
      false,
      true,
    ])
  })
})

const [FIRST, SECOND] = ['first-key-of-the-test', 'second-key-of-the-test']
const twoKeys = defineConfig((settings) => ({
  sources: { any: source({ scheme: bearer(settings.secret('SLUICE_INGEST_TOKEN')), schema: z.unknown() }) },
  destinations: {
    contactnow: contactnow({
      username: settings.text('CONTACTNOW_USERNAME'),
      password: settings.secret('CONTACTNOW_PASSWORD'),
    }),
  },
  routes: [],
  keys: [
    { name: 'first', token: FIRST, scopes: ['operate'] },
    { name: 'second', token: SECOND, scopes: ['operate'] },
  ],
}))
