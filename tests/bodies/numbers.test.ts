import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type Bodies, type ShownEvent, startBodies } from './gateway.ts'

let gateway: Bodies
beforeAll(async () => {
  gateway = await startBodies()
})
afterAll(() => gateway.stop())

/** The first whole number that a double cannot hold. */
const TOO_LARGE = '9007199254740993'

test.each([
  ['an event', 'anything', 'application/json', `{"id":${TOO_LARGE}}`],
  ['an event, below zero', 'anything', 'application/json', `{"id":-${TOO_LARGE}}`],
  ['a field of a form', 'slack', 'application/x-www-form-urlencoded', `payload={"id":${TOO_LARGE}}`],
])('a whole number that would be rounded is refused, in %s', async (_, source, type, body) => {
  const response = await gateway.post(source, body, { 'content-type': type })
  const text = await response.text()
  expect([response.status, JSON.parse(text)]).toMatchObject([400, { code: 'JSON_NUMBER_RANGE' }])
  expect(text).not.toContain(TOO_LARGE)
})

test('in a batch its item is refused, and the others are kept', async () => {
  const response = await gateway.post('batches', `[{"email":"a@x.test"},{"email":"b@x.test","score":${TOO_LARGE}}]`)
  expect(await response.json()).toMatchObject({
    items: [{ status: 202 }, { status: 400, problem: { code: 'JSON_NUMBER_RANGE' } }],
  })
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
