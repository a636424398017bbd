import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type Bodies, type ShownEvent, startBodies } from './gateway.ts'

let gateway: Bodies
beforeAll(async () => {
  gateway = await startBodies()
})
afterAll(() => gateway.stop())

/** The first whole number that a double cannot hold. */
const TOO_LARGE = '9007199254740993'

async function dataOf(source: string, body: string, type: string): Promise<unknown> {
  const response = await gateway.post(source, body, { 'content-type': type })
  const { eventId } = (await response.json()) as { eventId: string }
  const { deliveries } = await gateway.read<ShownEvent>(`/v1/events/${eventId}`)
  return deliveries[0]?.payload
}

test.each([
  ['an event', 'application/json', `{"id":${TOO_LARGE}}`, TOO_LARGE],
  ['an event, below zero', 'application/json', `{"id":-${TOO_LARGE}}`, `-${TOO_LARGE}`],
])('a whole number that would be rounded is kept as its digits, in %s', async (_, type, body, digits) => {
  expect(await dataOf('anything', body, type)).toMatchObject({ data: { id: digits } })
})

test('ids as numbers that a double takes for the same are two events', async () => {
  const answers = ['12345678901234567890', '12345678901234567891'].map(async (id) => {
    const response = await gateway.post('identified', `[{"email":"a@x.test","id":${id}}]`)
    return /evt_\w+/.exec(await response.text())?.[0]
  })
  const [one, other] = await Promise.all(answers)
  expect([one, other]).not.toContain(undefined)
  expect(one).not.toBe(other)
})

test('ids as text that differ in their last digit are two events', async () => {
  const answers = ['9007199254740992', TOO_LARGE].map(async (id) => {
    const response = await gateway.post('identified', JSON.stringify([{ email: 'a@x.test', id }]))
    return /evt_\w+/.exec(await response.text())?.[0]
  })
  const [one, other] = await Promise.all(answers)
  expect([one, other]).not.toContain(undefined)
  expect(one).not.toBe(other)
})

test.each(['0.1', '59.329300000000003', '0.10000000000000001', '1e21', '4111111111111111', '9007199254740992'])(
  'what a double holds, and a fraction, is taken: %s',
  async (number) => {
    const response = await gateway.post('anything', `{"number":${number}}`)
    expect(response.status).toBe(202)
    const { eventId } = (await response.json()) as { eventId: string }
    const { deliveries } = await gateway.read<ShownEvent>(`/v1/events/${eventId}`)
    expect(deliveries).toMatchObject([{ payload: { data: { number: Number(number) } } }])
  },
)
