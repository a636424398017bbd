import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type Desk, openDesk } from './operator.ts'
import { contactOf, postContact } from './running.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk.close())

interface Accepted {
  readonly eventId: string
  readonly deliveries: readonly { readonly id: string; readonly destination: string }[]
}

const post = async (number: number) => {
  const headers = { 'idempotency-key': `replay-${number}` }
  return (await (await postContact(desk.running().url, contactOf(number), headers)).json()) as Accepted
}
const stored = async (source: string, body: string, contentType = 'application/json') => {
  const { store, newId, nowMs } = desk.ports()
  const id = newId('evt')
  const received = { receivedAtMs: nowMs(), contentType, body: new TextEncoder().encode(body) }
  await store.accept({ id, source, idempotencyKey: null, keyWindowMs: 0, deliveries: [], ...received })
  return id
}

describe('an event that is replayed', () => {
  test('is delivered once more by every route of today, and says who wanted it and why', async () => {
    const first = await post(1)
    for (const { id } of first.deliveries) await desk.waitFor(id, 'delivered')
    const { status, body } = await desk.call('POST', `/v1/events/${first.eventId}/replay`, { why: 'lost over there' })
    expect(status).toBe(202)
    const second = body as Accepted & { readonly replayId: string }
    expect(second.eventId).toBe(first.eventId)
    expect(second.deliveries.map(({ destination }) => destination)).toEqual(['danaconnect', 'contactnow', 'datatalks'])
    for (const { id } of second.deliveries) await desk.waitFor(id, 'delivered')
    const event = (await desk.call('GET', `/v1/events/${first.eventId}`)).body
    expect(event).toMatchObject({
      replays: [{ id: second.replayId, by: 'admin', why: 'lost over there', at: expect.any(String) as string }],
      deliveries: [
        ...first.deliveries.map(({ id }) => ({ id, replayId: null })),
        ...second.deliveries.map(({ id }) => ({ id, replayId: second.replayId })),
      ],
    })
    expect(desk.sandbox.mocks.requests({ upstream: 'danaconnect' }).length).toBe(2)
  })

  test('still gives its sender the first answer to a repeat', async () => {
    const first = await post(2)
    await desk.call('POST', `/v1/events/${first.eventId}/replay`, { why: 'x' })
    expect(await post(2)).toEqual(first)
  })

  test('goes by the named routes only', async () => {
    const { eventId } = await post(3)
    const path = `/v1/events/${eventId}/replay`
    const routes = ['demo.datatalks.contacts.upsert']
    expect(await desk.call('POST', path, { why: 'x', routes })).toMatchObject({
      status: 202,
      body: { deliveries: [{ destination: 'datatalks', operation: 'contacts.upsert' }] },
    })
    expect(await desk.call('POST', path, { why: 'x', routes: [...routes, 'demo.none'] })).toMatchObject({
      status: 400,
      body: { code: 'PARAMETER_INVALID', errors: [{ path: 'routes[1]' }] },
    })
  })

  test.each([
    ['whose source is gone', () => stored('gone', '{}'), 409, { code: 'EVENT_SOURCE_GONE' }],
    [
      'whose body is not what the source asks for today',
      () => stored('demo', '{"email":"do-not-quote-me"}'),
      422,
      { code: 'EVENT_UNREADABLE', errors: [{ path: 'email' }, { path: 'phone' }, {}, {}] },
    ],
    ['whose body cannot be decoded', () => stored('demo', '{'), 422, { code: 'EVENT_UNREADABLE' }],
    [
      'in a type that is not taken',
      () => stored('demo', 'email=a', 'text/plain'),
      422,
      { code: 'EVENT_UNREADABLE', errors: [{ path: '', message: 'CONTENT_TYPE_UNSUPPORTED' }] },
    ],
    ['that there is not', () => Promise.resolve('evt_none'), 404, { code: 'EVENT_UNKNOWN' }],
  ])('but not one %s', async (_, make, status, body) => {
    const id = await make()
    const answer = await desk.call('POST', `/v1/events/${id}/replay`, { why: 'x' })
    expect(answer).toMatchObject({ status, body })
    expect(JSON.stringify(answer.body)).not.toContain('do-not-quote-me')
  })

  test.each([
    ['no reason', {}],
    ['no route', { why: 'x', routes: [] }],
    ['a name that there is not', { why: 'x', route: 'demo' }],
  ])('and not with %s', async (_, body) => {
    expect(await desk.call('POST', '/v1/events/evt_x/replay', body)).toMatchObject({
      status: 400,
      body: { code: 'PARAMETER_INVALID' },
    })
  })
})
