import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type Bodies, type ShownEvent, startBodies, storedEvents } from './gateway.ts'

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
let gateway: Bodies
beforeAll(async () => {
  gateway = await startBodies()
})
afterAll(() => gateway.stop())

async function payloadOf(source: string, body: string, type = FORM): Promise<unknown> {
  const response = await gateway.post(source, body, type)
  expect(response.status).toBe(202)
  const { eventId } = (await response.json()) as { eventId: string }
  const event = await gateway.read<ShownEvent>(`/v1/events/${eventId}`)
  expect([event.body, event.contentType]).toEqual([body, type['content-type']])
  return event.deliveries[0]?.payload
}

describe('a form', () => {
  test('is an event like any, and kept as it was sent', async () => {
    expect(await payloadOf('single', 'email=ada%2Blist%40x.test&consent=on')).toEqual({
      data: { email: 'ada+list@x.test' },
      group_key: 'g',
    })
  })

  test('may say that it is UTF-8', async () => {
    const type = { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' }
    expect(await payloadOf('anything', 'email=a%40x.test&tags=one&name=L%C3%B8v', type)).toMatchObject({
      data: { email: 'a@x.test', tags: ['one'], name: 'Løv' },
    })
  })

  test('as Slack sends its interactions: one field that is JSON', async () => {
    const payload = JSON.stringify({ type: 'block_actions', email: 'ada@x.test' })
    expect(await payloadOf('slack', new URLSearchParams({ payload }).toString())).toMatchObject({
      data: { email: 'ada@x.test' },
    })
  })

  test('is replayed and previewed as what it is', async () => {
    const preview = await fetch(`${gateway.url}/v1/preview`, {
      method: 'POST',
      headers: { authorization: 'Bearer an-admin-token', 'content-type': 'application/json' },
      body: JSON.stringify({ source: 'single', contentType: FORM['content-type'], body: 'email=ada%40x.test' }),
    })
    expect(await preview.json()).toMatchObject({
      routes: [{ matched: true, payload: { data: { email: 'ada@x.test' } } }],
    })
  })

  test.each([
    ['a name that comes twice', 'email=a%40x.test&email=b%40x.test', 400, 'FORM_REPEATED_NAME'],
    ['a name that reaches for a prototype', 'email=a%40x.test&__proto__=1', 400, 'FORM_FORBIDDEN_NAME'],
    ['bytes that are no UTF-8', 'email=%FF', 400, 'FORM_ENCODING'],
    ['too many fields', `email=a%40x.test${'&x'.repeat(1001)}`, 400, 'FORM_REPEATED_NAME'],
    [
      'too many fields of all names',
      Array.from({ length: 1001 }, (_, at) => `f${at}=1`).join('&'),
      400,
      'FORM_TOO_MANY_FIELDS',
    ],
    ['another shape than its source asks for', 'mail=a%40x.test', 422, 'SCHEMA_MISMATCH'],
    ['nothing', '', 422, 'SCHEMA_MISMATCH'],
  ])('is refused with %s, and nothing of it is kept or quoted', async (_, body, status, code) => {
    const before = await storedEvents(gateway)
    const response = await gateway.post('single', body, FORM)
    const text = await response.text()
    expect([response.status, (JSON.parse(text) as { code: string }).code]).toEqual([status, code])
    expect(text).not.toContain('x.test')
    expect(await storedEvents(gateway)).toBe(before)
  })

  test('in another character set is refused', async () => {
    const response = await gateway.post('single', 'email=a%40x.test', {
      'content-type': 'application/x-www-form-urlencoded; charset=iso-8859-1',
    })
    expect(response.status).toBe(415)
  })
})
