import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { eventually } from './eventually.ts'
import { type Desk, openDesk } from './operator.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk.close())

const resend = { action: 'resend', filter: { code: 'CONTACTNOW_REFUSED' }, why: 'the list is there now' }
const jobThat = (path: string, fields: Readonly<Record<string, unknown>>) =>
  eventually(JSON.stringify(fields), async () => {
    const { body } = await desk.call('GET', path)
    const job = body as Readonly<Record<string, unknown>>
    return Object.entries(fields).every(([name, value]) => job[name] === value) ? job : undefined
  })

describe('a job of an operator', () => {
  test('is counted first, then sends every dead delivery again that fits, and says how far it is', async () => {
    const ids = await desk.deadOnes([1, 2, 3])
    const filter = { destination: 'contactnow', state: 'dead', text: 'CONTACT-' }
    const dry = await desk.call('POST', '/v1/jobs', { ...resend, filter, dryRun: true })
    expect(dry).toMatchObject({ status: 200, body: { dryRun: true, matched: 3, sample: ids } })
    expect(await desk.call('GET', '/v1/jobs')).toMatchObject({ body: { jobs: [], nextCursor: null } })

    const begun = await desk.call('POST', '/v1/jobs', { ...resend, filter })
    expect(begun).toMatchObject({ status: 202, body: { state: 'running', action: 'resend', filter, by: 'admin' } })
    const path = begun.headers.get('location') ?? ''
    expect(path).toMatch(/^\/v1\/jobs\/job_/)
    expect(await jobThat(path, { state: 'done' })).toMatchObject({
      expected: 3,
      matched: 3,
      done: 3,
      skipped: 0,
      estimatedEndAt: null,
      why: resend.why,
    })
    for (const id of ids) {
      expect(await desk.waitFor(id, 'delivered')).toMatchObject({
        resolutions: [{ as: 'resend', by: 'admin', why: resend.why }],
      })
    }
    expect(await desk.call('GET', '/v1/jobs?limit=1')).toMatchObject({ body: { jobs: [{ state: 'done' }] } })
  })

  test('keeps to its rate, goes on after a restart where it was, and ends when it is cancelled', async () => {
    const ids = await desk.deadOnes([11, 12, 13])
    const begun = await desk.call('POST', '/v1/jobs', { ...resend, ratePerSecond: 0.01 })
    const path = begun.headers.get('location') ?? ''
    await jobThat(path, { done: 1 })
    await desk.waitFor(ids[0] ?? '', 'delivered')
    await desk.restart()
    const { expected, estimatedEndAt } = (await jobThat(path, { state: 'running', done: 1 })) as {
      expected: number
      estimatedEndAt: string
    }
    // Two of three are left, one every 100 s.
    const inMs = Date.parse(estimatedEndAt) - desk.ports().nowMs()
    expect([expected, Math.round(inMs / 10_000)]).toEqual([3, 20])
    desk.forward(100_000)
    await desk.restart()
    await jobThat(path, { done: 2 })
    await desk.waitFor(ids[1] ?? '', 'delivered')
    expect(await desk.call('POST', `${path}/cancel`)).toMatchObject({
      status: 200,
      body: { state: 'cancelled', cancelledBy: 'admin', done: 2, nextAt: null },
    })
    expect(await desk.call('POST', `${path}/cancel`)).toMatchObject({ status: 409, body: { code: 'JOB_ENDED' } })
    expect(await desk.call('GET', `/v1/deliveries/${ids[2]}`)).toMatchObject({ body: { state: 'dead' } })
  })

  test('gives up, or acknowledges, everything that is dead', async () => {
    const [id = ''] = await desk.deadOnes([21])
    const all = { filter: {}, all: true, why: 'seen' }
    const seen = await desk.call('POST', '/v1/jobs', { ...all, action: 'acknowledge' })
    await jobThat(seen.headers.get('location') ?? '', { state: 'done' })
    const { body } = await desk.call('GET', `/v1/deliveries/${id}`)
    expect(body).toMatchObject({ state: 'dead', acknowledgedAt: expect.any(String) as string })
    const dropped = await desk.call('POST', '/v1/jobs', { ...all, action: 'drop' })
    await jobThat(dropped.headers.get('location') ?? '', { state: 'done' })
    expect(await desk.waitFor(id, 'dropped')).toMatchObject({ resolutions: [{ as: 'acknowledge' }, { as: 'drop' }] })
  })

  test.each([
    ['an empty filter', { ...resend, filter: {} }, 'JOB_FILTER_EMPTY'],
    ['all, and a filter', { ...resend, all: true }, 'JOB_FILTER_EMPTY'],
    ['no filter', { action: 'resend', why: 'x' }, 'PARAMETER_INVALID'],
    ['no reason', { action: 'resend', filter: { state: 'dead' } }, 'PARAMETER_INVALID'],
    ['another action', { ...resend, action: 'delete' }, 'PARAMETER_INVALID'],
    ['a state that cannot be resolved', { ...resend, filter: { state: 'delivered' } }, 'PARAMETER_INVALID'],
    ['a name that there is not', { ...resend, filter: { desination: 'x' } }, 'PARAMETER_INVALID'],
    ['a rate of 0', { ...resend, ratePerSecond: 0 }, 'PARAMETER_INVALID'],
    ['a time that is none', { ...resend, filter: { until: 'yesterday' } }, 'PARAMETER_INVALID'],
    [
      'dead ones taken for delivered',
      { ...resend, action: 'delivered', filter: { state: 'dead' } },
      'PARAMETER_INVALID',
    ],
  ])('is refused with %s', async (_, body, code) => {
    expect(await desk.call('POST', '/v1/jobs', body)).toMatchObject({ status: 400, body: { code } })
  })

  test('that there is not cannot be read or cancelled', async () => {
    const unknown = { status: 404, body: { code: 'JOB_UNKNOWN' } }
    expect(await desk.call('GET', '/v1/jobs/job_x')).toMatchObject(unknown)
    expect(await desk.call('POST', '/v1/jobs/job_x/cancel')).toMatchObject(unknown)
    expect(await desk.call('GET', '/v1/jobs?cursor=x')).toMatchObject({ status: 400, body: { code: 'CURSOR_INVALID' } })
  })
})

describe('an operator finds', () => {
  const found = async (query: string) => {
    const { body } = await desk.call('GET', `/v1/deliveries?${query}`)
    return (body as { deliveries: readonly { id: string }[] }).deliveries.map(({ id }) => id)
  }

  test('deliveries by code, text, route, operation, source and time', async () => {
    const [id = ''] = await desk.deadOnes([31])
    const { createdAt } = (await desk.call('GET', `/v1/deliveries/${id}`)).body as { createdAt: string }
    const after = encodeURIComponent(createdAt)
    expect(await found(`text=CONTACT-31@&code=CONTACTNOW_REFUSED&source=demo&since=${after}`)).toEqual([id])
    expect(await found('text=contact-31@&route=demo.contactnow.records.create')).toEqual([id])
    expect(await found(`text=contact-31@&operation=records.create&until=${after}`)).toEqual([])
    expect(await found('text=contact-31@&source=signup')).toEqual([])
    expect(await found('text=contact-31@&source=&code=')).toHaveLength(3)
  })

  test('events by source and time', async () => {
    const { body } = await desk.call('GET', '/v1/events?source=demo&limit=2')
    const { events, nextCursor } = body as { events: readonly { id: string }[]; nextCursor: string }
    expect(events).toMatchObject([
      {
        source: 'demo',
        contentType: 'application/json',
        idempotencyKey: null,
        bodyBytes: expect.any(Number) as number,
      },
      {},
    ])
    const next = await desk.call('GET', `/v1/events?source=demo&limit=2&cursor=${nextCursor}`)
    expect(JSON.stringify(next.body)).not.toContain(events[1]?.id ?? '')
    expect(await desk.call('GET', '/v1/events?source=signup')).toMatchObject({ body: { events: [], nextCursor: null } })
    expect(await desk.call('GET', '/v1/events?until=2020-01-01T00:00:00Z')).toMatchObject({
      body: { events: [] },
    })
    expect(await desk.call('GET', '/v1/events?since=soon')).toMatchObject({
      status: 400,
      body: { code: 'PARAMETER_INVALID' },
    })
  })
})
