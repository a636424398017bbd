import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { eventually } from './eventually.ts'
import { type Desk, openDesk } from './operator.ts'
import { contactOf, postContact } from './running.ts'

const DAY_MS = 86_400_000

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk.close())

interface Accepted {
  readonly eventId: string
  readonly deliveries: readonly { readonly id: string }[]
}

const delivered = async (number: number): Promise<string> => {
  const { eventId, deliveries } = (await (await postContact(desk.running().url, contactOf(number))).json()) as Accepted
  for (const { id } of deliveries) await desk.waitFor(id, 'delivered')
  return eventId
}
const dead = async (number: number) => {
  const [id = ''] = await desk.deadOnes([number])
  const { eventId } = (await desk.call('GET', `/v1/deliveries/${id}`)).body as { eventId: string }
  const { deliveries } = (await desk.call('GET', `/v1/events/${eventId}`)).body as Accepted
  for (const other of deliveries) if (other.id !== id) await desk.waitFor(other.id, 'delivered')
  return { id, eventId }
}
const statusOf = async (eventId: string) => (await desk.call('GET', `/v1/events/${eventId}`)).status
const gone = (eventId: string) => eventually('removed', async () => (await statusOf(eventId)) === 404 || undefined)
const goOn = (days: number) => {
  desk.forward(days * DAY_MS)
  desk.running().gateway.app.outbox.wakeChore('retention')
}

describe('after 30 days', () => {
  test('what was delivered is removed, what is dead is kept until it was seen, and what is new is kept', async () => {
    const old = await delivered(1)
    const unseen = await dead(2)
    const seen = await dead(3)
    const acknowledged = await desk.call('POST', `/v1/deliveries/${seen.id}/acknowledge`, { why: 'not a customer' })
    expect(acknowledged).toMatchObject({
      status: 200,
      body: {
        state: 'dead',
        acknowledgedAt: expect.any(String) as string,
        resolutions: [{ as: 'acknowledge', by: 'admin', why: 'not a customer' }],
      },
    })
    goOn(29)
    const young = await delivered(4)
    expect(await statusOf(old)).toBe(200)
    goOn(2)
    await gone(old)
    await gone(seen.eventId)
    expect(await desk.call('GET', `/v1/deliveries/${seen.id}`)).toMatchObject({ status: 404 })
    expect([await statusOf(unseen.eventId), await statusOf(young)]).toEqual([200, 200])

    // It is kept for as long again once it was seen.
    await desk.call('POST', `/v1/deliveries/${unseen.id}/acknowledge`)
    goOn(29)
    await gone(young)
    expect(await statusOf(unseen.eventId)).toBe(200)
    goOn(2)
    await gone(unseen.eventId)
  })
})

describe('to acknowledge', () => {
  test('twice changes nothing, and works without a body', async () => {
    const { id } = await dead(11)
    const path = `/v1/deliveries/${id}/acknowledge`
    const first = await desk.call('POST', path)
    expect(first).toMatchObject({ status: 200, body: { resolutions: [{ as: 'acknowledge', by: 'admin', why: '' }] } })
    expect(await desk.call('POST', path, { why: 'again' })).toMatchObject({ status: 200, body: first.body })
    await desk.call('POST', `/v1/deliveries/${id}/resolve`, { as: 'resend', why: 'x' })
    expect(await desk.waitFor(id, 'delivered')).toMatchObject({ acknowledgedAt: null })
    expect(await desk.call('POST', path)).toMatchObject({ status: 409, body: { code: 'DELIVERY_NOT_RESOLVABLE' } })
  })

  test('what is not there, or with words that there are not, is refused', async () => {
    expect(await desk.call('POST', '/v1/deliveries/dlv_x/acknowledge')).toMatchObject({
      status: 404,
      body: { code: 'DELIVERY_UNKNOWN' },
    })
    expect(await desk.call('POST', '/v1/deliveries/dlv_x/acknowledge', { reason: 'x' })).toMatchObject({
      status: 400,
      body: { code: 'PARAMETER_INVALID' },
    })
  })
})
