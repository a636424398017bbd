import { describe, expect, test } from 'bun:test'
import { SchemaError, TransportError, UpstreamError } from '@sluice/errors'
import type { Exchange } from '@sluice/http-client'
import { createDatatalks, type Datatalks, type DatatalksOptions } from './client.ts'
import { operations } from './operations.ts'

const NOON_MS = Date.UTC(2026, 10, 22, 12, 0, 0)
const SECRET_ACCESS_KEY = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const CONTACT = {
  data: {
    epost: 'john.doe@example.com',
    namn: 'John Doe',
    something_else: 'some value',
    some_tags: ['TAG1', 'TAG2'],
  },
  group_key: 'abc123',
}
const CONTACT_JSON =
  '{"data":{"epost":"john.doe@example.com","namn":"John Doe","something_else":"some value","some_tags":["TAG1","TAG2"]},"group_key":"abc123"}'

interface Sent {
  readonly method: string
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: string
}

function clientAnswering(answer: () => Response, options: Partial<DatatalksOptions> = {}) {
  const sent: Sent[] = []
  const client = createDatatalks({
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET_ACCESS_KEY },
    nowMs: () => NOON_MS,
    fetch: async (request) => {
      const headers = Object.fromEntries(request.headers.entries())
      sent.push({ method: request.method, url: request.url, headers, body: await request.text() })
      return answer()
    },
    ...options,
  })
  return { client, sent }
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('the call succeeded')
    },
    (error: unknown) => error,
  )
}

function authorization(region: string, signature: string): string {
  return `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/${region}/execute-api/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`
}

// The signatures were computed apart from this code, by the steps of the specification.
describe('the client sends a signed request', () => {
  const cases: [
    name: string,
    options: Partial<DatatalksOptions>,
    call: (client: Datatalks) => Promise<unknown>,
    Sent,
  ][] = [
    [
      'for contacts.upsert',
      {},
      (client) => client.contacts.upsert(CONTACT),
      {
        method: 'POST',
        url: 'https://api.datatalks.se/v1/contacts',
        headers: {
          authorization: authorization(
            'eu-north-1',
            '49302c69ce71a837993f031b6926ec814b7f92894301568e8415d90aae3693a8',
          ),
          'content-type': 'application/json',
          'x-amz-date': '20261122T120000Z',
        },
        body: CONTACT_JSON,
      },
    ],
    [
      'for contacts.delete',
      {},
      (client) => client.contacts.delete({ data: { email: 'john.doe@example.com' }, group_key: 'abc123' }),
      {
        method: 'DELETE',
        url: 'https://api.datatalks.se/v1/contacts',
        headers: {
          authorization: authorization(
            'eu-north-1',
            '94fdc36cbbb806d693afb18c32d770e3c77a8b91d7cded4e5e4e4385ba72e634',
          ),
          'content-type': 'application/json',
          'x-amz-date': '20261122T120000Z',
        },
        body: '{"data":{"email":"john.doe@example.com"},"group_key":"abc123"}',
      },
    ],
    [
      'for events.create',
      {},
      (client) =>
        client.events.create({
          data: {
            email: 'john.doe@example.com',
            value: 123.75,
            contactExtEventType: 'PURCHASE',
            externalId: 'order-1',
          },
          group_key: 'abc123',
        }),
      {
        method: 'POST',
        url: 'https://api.datatalks.se/v1/events',
        headers: {
          authorization: authorization(
            'eu-north-1',
            'cfff9fabf98a19c89003d396578bf039cb5d96c14783c1336459003c3c11b442',
          ),
          'content-type': 'application/json',
          'x-amz-date': '20261122T120000Z',
        },
        body: '{"data":{"email":"john.doe@example.com","value":123.75,"contactExtEventType":"PURCHASE","externalId":"order-1"},"group_key":"abc123"}',
      },
    ],
    [
      'to the old host, in its region',
      {
        baseUrl: 'https://htpfdjhk3h.execute-api.eu-west-1.amazonaws.com/Production/',
        region: 'eu-west-1',
      },
      (client) => client.contacts.upsert(CONTACT),
      {
        method: 'POST',
        url: 'https://htpfdjhk3h.execute-api.eu-west-1.amazonaws.com/Production/contacts',
        headers: {
          authorization: authorization('eu-west-1', '9c942832bf12d0ff5beb59c3a84644bae6cd642697d8237db30127fb040b1253'),
          'content-type': 'application/json',
          'x-amz-date': '20261122T120000Z',
        },
        body: CONTACT_JSON,
      },
    ],
  ]
  test.each(cases)('%s', async (_, options, call, expected) => {
    const { client, sent } = clientAnswering(() => new Response('{"success":true,"requestId":"r-1"}'), options)
    expect(await call(client)).toEqual({ requestId: 'r-1' })
    expect(sent).toEqual([expected])
  })
})

describe('the client refuses before it sends', () => {
  const cases: [name: string, input: unknown, paths: string[]][] = [
    ['a nested object', { data: { contact: { email: 'a@b.se' } }, group_key: 'g' }, ['data.contact']],
    ['an array with a number', { data: { tags: ['a', 1] }, group_key: 'g' }, ['data.tags']],
    ['an array of arrays', { data: { tags: [['a']] }, group_key: 'g' }, ['data.tags']],
    ['an array of objects as the data', { data: [{ product_id: 'P1' }], group_key: 'g' }, ['data']],
    ['null', { data: { phone: null }, group_key: 'g' }, ['data.phone']],
    ['a boolean, whose spelling the mapping decides', { data: { member: true }, group_key: 'g' }, ['data.member']],
    ['a number that is none', { data: { value: Number.POSITIVE_INFINITY }, group_key: 'g' }, ['data.value']],
    ['a missing group key', { data: {} }, ['group_key']],
    ['an empty group key', { data: {}, group_key: '' }, ['group_key']],
    ['a group key as later versions spell it', { data: {}, groupKey: 'g' }, ['group_key', '']],
  ]
  test.each(cases)('%s', async (_, input, paths) => {
    const { client, sent } = clientAnswering(() => new Response())
    // The point is input that the types forbid.
    const error = await rejection(client.contacts.upsert(input as { data: {}; group_key: string }))
    expect(error).toBeInstanceOf(SchemaError)
    expect((error as SchemaError).issues.map(({ path }) => path)).toEqual(paths)
    expect(sent).toEqual([])
  })

  test('a delete of anything but an email', async () => {
    const { client, sent } = clientAnswering(() => new Response())
    const input = { data: { email: 'a@b.se', name: 'x' }, group_key: 'g' }
    expect(await rejection(client.contacts.delete(input))).toBeInstanceOf(SchemaError)
    expect(sent).toEqual([])
  })
})

describe('a clock that is off', () => {
  function refusedForItsTime(date: string | null): Response {
    return new Response(
      '{"message":"Signature expired: 20261122T120000Z is now earlier than 20261122T125500Z (20261122T130000Z - 5 min.)"}',
      {
        status: 403,
        headers: {
          'x-amzn-errortype': 'InvalidSignatureException',
          ...(date === null ? {} : { date }),
        },
      },
    )
  }

  const cases: [name: string, date: string | null, expected: string][] = [
    ['is set forward from the reply for the next call', 'Sun, 22 Nov 2026 13:00:00 GMT', '20261122T130000Z'],
    ['is set back from the reply for the next call', 'Sun, 22 Nov 2026 11:00:00 GMT', '20261122T110000Z'],
    ['stays as it is when the reply has no date', null, '20261122T120000Z'],
    ['stays as it is when the date cannot be read', 'yesterday', '20261122T120000Z'],
  ]
  test.each(cases)('%s', async (_, date, expected) => {
    const answers = [refusedForItsTime(date), new Response('{}')]
    const { client, sent } = clientAnswering(() => answers.shift() ?? new Response(null, { status: 500 }))
    const error = await rejection(client.contacts.upsert(CONTACT))
    expect(error).toMatchObject({ code: 'DATATALKS_CLOCK_SKEW', retry: 'auth' })
    expect(sent).toHaveLength(1)
    expect(await client.contacts.upsert(CONTACT)).toEqual({})
    expect(sent.map(({ headers }) => headers['x-amz-date'])).toEqual(['20261122T120000Z', expected])
  })

  test('is not learned from a reply that refuses something else', async () => {
    const forbidden = { status: 403, headers: { date: 'Sun, 22 Nov 2026 13:00:00 GMT' } }
    const { client, sent } = clientAnswering(() => new Response('{"message":"Forbidden"}', forbidden))
    await rejection(client.contacts.upsert(CONTACT))
    await rejection(client.contacts.upsert(CONTACT))
    expect(sent.map(({ headers }) => headers['x-amz-date'])).toEqual(['20261122T120000Z', '20261122T120000Z'])
  })
})

describe('no secret is seen', () => {
  const echoes: [name: string, body: string][] = [
    ['in a reply that names the access key', '{"success":false,"messages":["no such group"],"key":"AKIDEXAMPLE"}'],
    ['in a reply that names another access key', '{"success":false,"messages":[],"key":"AKIDOTHER"}'],
    ['in a reply that is cut off', '{"success":false,"key": "AKIDOTHER","mess'],
    ['in messages', `{"success":false,"messages":["AKIDEXAMPLE ${SECRET_ACCESS_KEY}"]}`],
  ]
  test.each(echoes)('%s', async (_, body) => {
    const exchanges: Exchange[] = []
    const { client } = clientAnswering(() => new Response(body))
    const observe = (exchange: Exchange) => exchanges.push(exchange)
    const error = await rejection(client.events.create(CONTACT, { observe }))
    const shown = JSON.stringify([exchanges, error, (error as UpstreamError).words])
    expect(exchanges.map(({ request }) => request.headers['authorization'])).toEqual(['{sigv4}'])
    for (const secret of ['AKIDEXAMPLE', 'AKIDOTHER', SECRET_ACCESS_KEY]) expect(shown).not.toContain(secret)
  })
})

test('a fault of the connection passes through as it is', async () => {
  const { client } = clientAnswering(() => {
    throw new Error('socket closed')
  })
  expect(await rejection(client.events.create(CONTACT))).toBeInstanceOf(TransportError)
})

test('one call is one request, also when it fails', async () => {
  const { client, sent } = clientAnswering(() => new Response('', { status: 500 }))
  await rejection(client.contacts.upsert(CONTACT))
  expect(sent).toHaveLength(1)
})

test('only an event may not be sent again blindly', () => {
  expect(Object.entries(operations).map(([name, { idempotent }]) => [name, idempotent])).toEqual([
    ['contacts.upsert', true],
    ['contacts.delete', true],
    ['events.create', false],
  ])
})
