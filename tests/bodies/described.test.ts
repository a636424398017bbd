import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type Bodies, type ShownEvent, startBodies } from './gateway.ts'

let gateway: Bodies
beforeAll(async () => {
  gateway = await startBodies()
})
afterAll(() => gateway.stop())

/** Stands in what is sent, and no answer may repeat it. */
const MARK = 'do-not-quote-me'

describe('a source whose schema is data', () => {
  test('takes what it describes, for an expression to map', async () => {
    const response = await gateway.post('described', JSON.stringify({ email: 'ada@x.test', phone: null, tags: ['a'] }))
    expect(response.status).toBe(202)
    const { eventId } = (await response.json()) as { eventId: string }
    const event = await gateway.read<ShownEvent>(`/v1/events/${eventId}`)
    expect(event.deliveries[0]?.payload).toEqual({ data: { email: 'ada@x.test', tags: ['a'] }, group_key: 'g' })
  })

  test.each<[string, unknown, string, string]>([
    ['no address', { phone: null }, '', 'Instance does not have required property "email".'],
    ['an address that is none', { email: MARK }, 'email', 'String does not match format "email".'],
    ['a number of another form', { email: 'a@x.test', phone: MARK }, 'phone', 'Does not meet `pattern`'],
    ['a tag that is too long', { email: 'a@x.test', tags: ['a', MARK] }, 'tags[1]', 'Does not meet `maxLength`'],
    ['a tag twice', { email: 'a@x.test', tags: ['a', 'a'] }, 'tags', 'Does not meet `uniqueItems`'],
    ['more than is described', { email: 'a@x.test', [`${MARK}@`]: 1 }, '*', 'Nothing is accepted here'],
    [
      'half of a surrogate pair for a name',
      { email: 'a@x.test', '\ud800': 1 },
      '',
      'A name holds half of a surrogate pair',
    ],
  ])('refuses %s, by the place and without the value', async (_, body, path, message) => {
    const response = await gateway.post('described', JSON.stringify(body))
    const text = await response.text()
    expect(response.status).toBe(422)
    expect(JSON.parse(text)).toMatchObject({ code: 'SCHEMA_MISMATCH', errors: [{ path, message }] })
    expect(text).not.toContain(MARK)
  })

  test('checks each item of a batch', async () => {
    const response = await gateway.post('described', JSON.stringify([{ email: 'a@x.test' }, { email: 'a' }]))
    expect(response.status).toBe(207)
    expect(await response.json()).toMatchObject({ items: [{ status: 202 }, { status: 422 }] })
  })
})
