import { describe, expect, test } from 'bun:test'
import { SchemaError, TransportError, UpstreamError } from '@sluice/errors'
import type { Exchange } from '@sluice/http-client/observe'
import { DATATALKS_BASE_URLS, DATATALKS_OLD_HOST } from './base-urls.ts'
import { createDatatalks, type DatatalksOptions } from './client.ts'
import { operations } from './operations.ts'
import type { DatatalksV2, DatatalksV3 } from './recent-versions.ts'
import type { Datatalks } from './v1.ts'

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

/** The options of a client of any version, over an upstream that gives one answer. */
function commonAnswering(answer: () => Response, options: Partial<DatatalksOptions> = {}) {
  const { version: _, ...rest } = options
  const sent: Sent[] = []
  const common = {
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET_ACCESS_KEY },
    nowMs: () => NOON_MS,
    fetch: async (request: Request) => {
      const headers = Object.fromEntries(request.headers.entries())
      sent.push({ method: request.method, url: request.url, headers, body: await request.text() })
      return answer()
    },
    ...rest,
  }
  return { common, sent }
}

function clientAnswering(answer: () => Response, options: Partial<DatatalksOptions> = {}) {
  const { common, sent } = commonAnswering(answer, options)
  return { client: createDatatalks(common), sent }
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
      'for products.send',
      {},
      (client) =>
        client.products.send({ data: [{ product_id: 'P1', name: 'Milk', price: 12.5 }], group_key: 'abc123' }),
      {
        method: 'POST',
        url: 'https://api.datatalks.se/v1/products',
        headers: {
          authorization: authorization(
            'eu-north-1',
            'fe22ac3d8a0653d902c53e6581508cdf44a73f97a27d249a06f9f52ccc9e40c5',
          ),
          'content-type': 'application/json',
          'x-amz-date': '20261122T120000Z',
        },
        body: '{"data":[{"product_id":"P1","name":"Milk","price":12.5}],"group_key":"abc123"}',
      },
    ],
    [
      'to the old host, in its region',
      DATATALKS_OLD_HOST,
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

describe('a client of a later version sends a signed request', () => {
  const cases: [
    name: string,
    options: Partial<DatatalksOptions>,
    call: (v2: DatatalksV2, v3: DatatalksV3) => Promise<unknown>,
    Sent,
  ][] = [
    [
      'for v2 profiles',
      {},
      (v2) =>
        v2.profiles.send({
          type: 'person',
          groupKey: 'main_group',
          data: { customer_id: 12_345, email: 'juliana.crane@fake.com', age: 32, is_member: 'Yes' },
          datatalksId: '5b0f8e0a-0000-4000-8000-000000000000',
        }),
      {
        method: 'POST',
        url: 'https://api.datatalks.se/v2/profiles',
        headers: {
          authorization: authorization(
            'eu-north-1',
            '42dea7c71569b7ac0e606fcb727800b0c021a7568947adf8c24868fe71b5210b',
          ),
          'content-type': 'application/json',
          'x-amz-date': '20261122T120000Z',
        },
        body: '{"type":"person","groupKey":"main_group","data":{"customer_id":12345,"email":"juliana.crane@fake.com","age":32,"is_member":"Yes"},"datatalksId":"5b0f8e0a-0000-4000-8000-000000000000"}',
      },
    ],
    [
      'for v2 events, on the staging host, without a group key',
      { baseUrl: DATATALKS_BASE_URLS.v2Staging },
      (v2) => v2.events.send({ type: 'purchase_ev', data: { event_id: 'e1', total_purchase_amount: '123.75' } }),
      {
        method: 'POST',
        url: 'https://staging.api.datatalks.se/v2/events',
        headers: {
          authorization: authorization(
            'eu-north-1',
            'bbfa5837c942b97bc898c80352c30f4f5ea8bf8c524a60862f187c85e85d5863',
          ),
          'content-type': 'application/json',
          'x-amz-date': '20261122T120000Z',
        },
        body: '{"type":"purchase_ev","data":{"event_id":"e1","total_purchase_amount":"123.75"}}',
      },
    ],
    [
      'for v3 inventory',
      {},
      (_, v3) => v3.inventory.send({ type: 'product_a', data: { item_id: 'P1' } }),
      {
        method: 'POST',
        url: 'https://api.datatalks.se/v3/inventory',
        headers: {
          authorization: authorization(
            'eu-north-1',
            'c417d35aaecd41fd0c6647729fd1b524d4523c66e5f334b8e3ee5d6a806b0383',
          ),
          'content-type': 'application/json',
          'x-amz-date': '20261122T120000Z',
        },
        body: '{"type":"product_a","data":{"item_id":"P1"}}',
      },
    ],
  ]
  test.each(cases)('%s', async (_, options, call, expected) => {
    const answer = '{"success":true,"requestId":"r-1","datatalksId":"5b0f8e0a-0000-4000-8000-000000000000"}'
    const { common, sent } = commonAnswering(() => new Response(answer), options)
    const v2 = createDatatalks({ ...common, version: 'v2' })
    const v3 = createDatatalks({ ...common, version: 'v3' })
    expect(await call(v2, v3)).toEqual({ requestId: 'r-1', datatalksId: '5b0f8e0a-0000-4000-8000-000000000000' })
    expect(sent).toEqual([expected])
  })
})

describe('the group key is', () => {
  type Call = (v1: Datatalks, v2: DatatalksV2) => Promise<unknown>
  const data = { email: 'a@b.se' }
  const cases: [name: string, groupKey: string | undefined, call: Call, expected: string][] = [
    [
      'that of the client, for a contact',
      'usual',
      (v1) => v1.contacts.upsert({ data }),
      '{"data":{"email":"a@b.se"},"group_key":"usual"}',
    ],
    [
      'that of the client, for a delete',
      'usual',
      (v1) => v1.contacts.delete({ data }),
      '{"data":{"email":"a@b.se"},"group_key":"usual"}',
    ],
    [
      'that of the client, for an event',
      'usual',
      (v1) => v1.events.create({ data }),
      '{"data":{"email":"a@b.se"},"group_key":"usual"}',
    ],
    [
      'that of the client, for products',
      'usual',
      (v1) => v1.products.send({ data: [{ product_id: 'P1' }] }),
      '{"data":[{"product_id":"P1"}],"group_key":"usual"}',
    ],
    [
      'that of the client, for version 2',
      'usual',
      (_, v2) => v2.profiles.send({ type: 't', data }),
      '{"type":"t","groupKey":"usual","data":{"email":"a@b.se"}}',
    ],
    [
      'that of the call, where both have one',
      'usual',
      (v1) => v1.contacts.upsert({ data, group_key: 'brand' }),
      '{"data":{"email":"a@b.se"},"group_key":"brand"}',
    ],
    [
      'that of the call, for version 2',
      'usual',
      (_, v2) => v2.events.send({ type: 't', data, groupKey: 'brand' }),
      '{"type":"t","groupKey":"brand","data":{"email":"a@b.se"}}',
    ],
    [
      'left out of version 2, where nobody has one',
      undefined,
      (_, v2) => v2.inventory.send({ type: 't', data }),
      '{"type":"t","data":{"email":"a@b.se"}}',
    ],
  ]
  test.each(cases)('%s', async (_, groupKey, call, expected) => {
    const { common, sent } = commonAnswering(() => new Response('{}'))
    const options = { ...common, ...(groupKey === undefined ? {} : { groupKey }) }
    await call(createDatatalks(options), createDatatalks({ ...options, version: 'v2' }))
    expect(sent.map(({ body }) => body)).toEqual([expected])
  })
})

describe('the client refuses before it sends, of the other operations,', () => {
  type Call = (v1: Datatalks, v2: DatatalksV2, v3: DatatalksV3) => Promise<unknown>
  const group_key = 'g'
  // The point is input that the types forbid.
  const cases: [name: string, call: Call, paths: string[]][] = [
    [
      'an eleventh detail',
      (v1) => v1.events.create({ data: { detail10: 'a', detail11: 'b' }, group_key }),
      ['data.detail11'],
    ],
    ['a detail of number 0', (v1) => v1.events.create({ data: { detail0: 'a' }, group_key }), ['data.detail0']],
    [
      'an event of an unknown kind',
      (v1) => v1.events.create({ data: { contactExtEventType: 'SALE' }, group_key }),
      ['data.contactExtEventType'],
    ],
    ['a nested event', (v1) => v1.events.create({ data: { a: { b: 1 } }, group_key } as never), ['data.a']],
    [
      'products that are no list',
      (v1) => v1.products.send({ data: { product_id: 'P1' }, group_key } as never),
      ['data'],
    ],
    ['no products', (v1) => v1.products.send({ data: [], group_key }), ['data']],
    [
      'a product without its id',
      (v1) => v1.products.send({ data: [{ product_id: 'P1' }, { name: 'x' }], group_key } as never),
      ['data[1].product_id'],
    ],
    [
      'a nested product',
      (v1) => v1.products.send({ data: [{ product_id: 'P1', a: [{}] }], group_key } as never),
      ['data[0].a'],
    ],
    ['v2 without a type', (_, v2) => v2.profiles.send({ data: {} } as never), ['type']],
    ['v2 with the group key of v1', (_, v2) => v2.profiles.send({ type: 't', data: {}, group_key } as never), ['']],
    [
      'v2 with an id that is none',
      (_, v2) => v2.profiles.send({ type: 't', data: {}, datatalksId: 'x' }),
      ['datatalksId'],
    ],
    ['v2 with nested data', (_, v2) => v2.profiles.send({ type: 't', data: { a: { b: 1 } } } as never), ['data.a']],
    ['v3 with a group key', (_, __, v3) => v3.profiles.send({ type: 't', data: {}, groupKey: 'g' } as never), ['']],
    [
      'v3 with the member that its page prints by mistake',
      (_, __, v3) => v3.profiles.send({ type: 't', data: {}, null: 'g' } as never),
      [''],
    ],
  ]
  test.each(cases)('%s', async (_, call, paths) => {
    const { common, sent } = commonAnswering(() => new Response('{}'))
    const [v1, v2] = [createDatatalks(common), createDatatalks({ ...common, version: 'v2' })]
    const error = await rejection(call(v1, v2, createDatatalks({ ...common, version: 'v3' })))
    expect(error).toBeInstanceOf(SchemaError)
    expect((error as SchemaError).issues.map(({ path }) => path)).toEqual(paths)
    expect(sent).toEqual([])
  })

  test('but not a twentieth detail, where twenty are allowed', async () => {
    const { client, sent } = clientAnswering(() => new Response('{}'), { maxEventDetails: 20 })
    await client.events.create({ data: { detail20: 'a' }, group_key })
    expect(
      ((await rejection(client.events.create({ data: { detail21: 'a' }, group_key }))) as SchemaError).issues,
    ).toEqual([{ path: 'data.detail21', message: 'expected detail1 to detail20' }])
    expect(sent.map(({ body }) => body)).toEqual(['{"data":{"detail20":"a"},"group_key":"g"}'])
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

  test('sends the signature of the hash that is passed in', async () => {
    const hashes = { sha256Hex: () => '0'.repeat(64), hmacSha256Hex: () => '1'.repeat(64) }
    const { client, sent } = clientAnswering(() => Response.json({ success: true }), { hashes })
    await client.contacts.upsert(CONTACT)
    expect(sent[0]?.headers['authorization']).toEndWith(`Signature=${'1'.repeat(64)}`)
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

test('every operation says whether it may be repeated, and what settles whether it took effect', () => {
  const facts = Object.entries(operations).map(([name, { idempotent, reconcile }]) => [name, idempotent, reconcile])
  expect(facts).toEqual([
    ['contacts.upsert', true, 'send-again'],
    ['contacts.delete', true, 'send-again'],
    ['events.create', false, 'person'],
    ['products.send', false, 'person'],
    ['v2.profiles.send', false, 'person'],
    ['v2.events.send', false, 'person'],
    ['v2.inventory.send', false, 'person'],
    ['v3.profiles.send', false, 'person'],
    ['v3.events.send', false, 'person'],
    ['v3.inventory.send', false, 'person'],
  ])
})
