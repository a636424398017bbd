import { describe, expect, test } from 'bun:test'

import {
  call,
  CONTACT,
  CONTACTS,
  EVENT,
  EVENTS,
  PRODUCTS,
  sign,
  type OnWire,
  type Signing,
} from './datatalks-caller.ts'
import { createWorkbench, type Seen } from './workbench.ts'

const SUCCESS = '{"success":true,"messages":[],"requestId":"00000000-0000-4000-8000-000000000001","key":"AKIDSANDBOX"}'
const messageOf = (seen: Seen): string => (JSON.parse(seen.text) as { message: string }).message
const typeOf = (seen: Seen): string | null => seen.headers.get('x-amzn-ErrorType')

describe('Datatalks accepts', () => {
  test('a signature that was calculated elsewhere', async () => {
    const authorization =
      'AWS4-HMAC-SHA256 Credential=AKIDSANDBOX/20260102/eu-north-1/execute-api/aws4_request, SignedHeaders=host;x-amz-date, Signature=313a7b1f77725f02d9c7791bffa9ca0f552bf01897978f77eca2009fe4f01087'
    const headers = { authorization, 'x-amz-date': '20260102T030405Z' }
    const seen = await createWorkbench().send('POST', CONTACTS, { headers, body: CONTACT })
    expect([seen.status, seen.text]).toEqual([200, SUCCESS])
    expect(seen.headers.get('x-amzn-RequestId')).toBe('00000000-0000-4000-8000-000000000001')
    expect(seen.headers.get('date')).toBe('Fri, 02 Jan 2026 03:04:05 GMT')
  })

  const product = '{"data":[{"product_id":"P1","name":"Milk","price":12.5}],"group_key":"abc123"}'
  const accepted: [name: string, path: string, signing: Signing, operation: string, effect: number][] = [
    ['a contact', CONTACTS, {}, 'contacts.upsert', 1],
    ['a contact on the old path', '/datatalks/Production/contacts', {}, 'contacts.upsert', 1],
    ['an event', EVENTS, { body: EVENT }, 'events.create', 1],
    ['an event on the old path', '/datatalks/Production/events', { body: EVENT }, 'events.create', 1],
    ['products', PRODUCTS, { body: product }, 'products.send', 1],
    ['the deletion of a contact that is not there', CONTACTS, { method: 'DELETE' }, 'contacts.delete', 0],
    ['a signed Content-Type', CONTACTS, { headers: { 'content-type': 'application/json' } }, 'contacts.upsert', 1],
    ['a clock 299 s slow', CONTACTS, { skewMs: -299_000 }, 'contacts.upsert', 1],
    ['a clock 299 s fast', CONTACTS, { skewMs: 299_000 }, 'contacts.upsert', 1],
    [
      'a list of texts',
      CONTACTS,
      { body: '{"data":{"some_tags":["TAG1","TAG2"]},"group_key":"abc123"}' },
      'contacts.upsert',
      1,
    ],
  ]
  test.each(accepted)('%s', async (_name, path, signing, operation, effect) => {
    const bench = createWorkbench()
    const seen = await call(bench, path, signing)
    expect([seen.status, seen.text]).toEqual([200, SUCCESS])
    expect(bench.mocks.requests()).toMatchObject([{ operation, effect, status: 200, fault: null }])
  })

  test('with an empty body when the settings say so', async () => {
    const seen = await call(createWorkbench({ datatalks: { successBody: 'empty' } }), CONTACTS)
    expect([seen.status, seen.text]).toEqual([200, ''])
  })
})

describe('Datatalks refuses, as API Gateway does,', () => {
  const MISMATCH = /^The request signature we calculated does not match the signature you provided\. /
  const INVALID = 'InvalidSignatureException'
  const signed: [name: string, path: string, signing: Signing, type: string, message: string | RegExp][] = [
    [
      'a clock 301 s slow',
      CONTACTS,
      { skewMs: -301_000 },
      INVALID,
      'Signature expired: 20260102T025904Z is now earlier than 20260102T025905Z (20260102T030405Z - 5 min.)',
    ],
    [
      'a clock 301 s fast',
      CONTACTS,
      { skewMs: 301_000 },
      INVALID,
      'Signature not yet current: 20260102T030906Z is still later than 20260102T030905Z (20260102T030405Z + 5 min.)',
    ],
    ['a wrong region', CONTACTS, { region: 'eu-west-1' }, INVALID, /^Credential should be scoped to a valid region/],
    [
      'a wrong service',
      CONTACTS,
      { service: 'lambda' },
      INVALID,
      /Credential should be scoped to correct service: 'execute-api'\. $/,
    ],
    [
      'an unknown access key',
      CONTACTS,
      { accessKeyId: 'AKIDOTHER' },
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    ],
    ['a wrong secret', CONTACTS, { secretAccessKey: 'sandbox-secreT' }, INVALID, MISMATCH],
    [
      'a signature in the query',
      CONTACTS,
      { form: 'query' },
      'MissingAuthenticationTokenException',
      'Missing Authentication Token',
    ],
    [
      'an unknown path',
      '/datatalks/v1/contact',
      {},
      'MissingAuthenticationTokenException',
      'Missing Authentication Token',
    ],
    [
      'v1 spelled otherwise',
      '/datatalks/V1/contacts',
      {},
      'MissingAuthenticationTokenException',
      'Missing Authentication Token',
    ],
    [
      'an unknown method',
      EVENTS,
      { method: 'DELETE' },
      'MissingAuthenticationTokenException',
      'Missing Authentication Token',
    ],
    [
      'a read of contacts',
      CONTACTS,
      { method: 'GET', body: '' },
      'MissingAuthenticationTokenException',
      'Missing Authentication Token',
    ],
  ]
  test.each(signed)('%s', async (_name, path, signing, type, message) => {
    const bench = createWorkbench()
    const wire = await sign(path, signing)
    const seen = await bench.send(wire.method, wire.path, {
      headers: wire.headers,
      ...(wire.method === 'GET' ? {} : { body: wire.body }),
    })
    expect([seen.status, typeOf(seen), seen.headers.get('content-type')]).toEqual([403, type, 'application/json'])
    if (typeof message === 'string') expect(messageOf(seen)).toBe(message)
    else expect(messageOf(seen)).toMatch(message)
    expect(bench.mocks.requests()).toMatchObject([{ effect: 0, status: 403 }])
  })

  const tampered: [name: string, tamper: (wire: OnWire) => void, type: string, message: string | RegExp][] = [
    ['a body changed after signing', (wire) => (wire.body = wire.body.replace('John', 'Jane')), INVALID, MISMATCH],
    ['a blank added to the body', (wire) => (wire.body += ' '), INVALID, MISMATCH],
    ['a path changed after signing', (wire) => (wire.path = EVENTS), INVALID, MISMATCH],
    [
      'the prefix left out of the signed path',
      (wire) => (wire.path = '/datatalks/Production/contacts'),
      INVALID,
      MISMATCH,
    ],
    ['a query added after signing', (wire) => (wire.path += '?a=1'), INVALID, MISMATCH],
    ['a method changed after signing', (wire) => (wire.method = 'DELETE'), INVALID, MISMATCH],
    [
      'a date header changed after signing',
      (wire) => (wire.headers['x-amz-date'] = '20260102T030406Z'),
      INVALID,
      MISMATCH,
    ],
    ['another host', (wire) => (wire.headers['host'] = 'other.test'), INVALID, MISMATCH],
    [
      'a claim of UNSIGNED-PAYLOAD',
      (wire) => (wire.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD'),
      INVALID,
      MISMATCH,
    ],
    [
      'a host that is not signed',
      (wire) => edit(wire, 'host;x-amz-date', 'x-amz-date'),
      INVALID,
      "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    ],
    [
      'a signed header that is absent',
      (wire) => edit(wire, 'host;x-amz-date', 'host;x-amz-date;x-extra'),
      INVALID,
      MISMATCH,
    ],
    [
      'another terminator',
      (wire) => edit(wire, 'aws4_request', 'aws5_request'),
      INVALID,
      /^Credential should be scoped/,
    ],
    ['another scope date', (wire) => edit(wire, '20260102', '20260101'), INVALID, /Credential/],
    [
      'no signature at all',
      (wire) => void delete wire.headers['authorization'],
      'MissingAuthenticationTokenException',
      'Missing Authentication Token',
    ],
    [
      'no date header',
      (wire) => void delete wire.headers['x-amz-date'],
      'IncompleteSignatureException',
      /^Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header\. Authorization=/,
    ],
    [
      'a Bearer token',
      (wire) => (wire.headers['authorization'] = 'Bearer sometoken'),
      'IncompleteSignatureException',
      "'sometoken' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer sometoken'.",
    ],
    [
      'an Authorization without its parts',
      (wire) => (wire.headers['authorization'] = 'AWS4-HMAC-SHA256 A=b'),
      'IncompleteSignatureException',
      "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization=AWS4-HMAC-SHA256 A=b",
    ],
    [
      'a Bearer token on an unknown path',
      (wire) => ((wire.path = '/datatalks/v1/x'), (wire.headers['authorization'] = 'Bearer t')),
      'IncompleteSignatureException',
      "'t' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer t'.",
    ],
  ]
  test.each(tampered)('%s', async (_name, tamper, type, message) => {
    const bench = createWorkbench()
    const wire = await sign(CONTACTS)
    tamper(wire)
    const seen = await bench.send(wire.method, wire.path, wire)
    expect([seen.status, typeOf(seen)]).toEqual([403, type])
    if (typeof message === 'string') expect(messageOf(seen)).toBe(message)
    else expect(messageOf(seen)).toMatch(message)
    expect(bench.mocks.state().datatalks).toMatchObject({ contacts: [], eventCount: 0 })
  })

  test('a key without the right to call, in a member spelled Message', async () => {
    const key = {
      accessKeyId: 'AKIDSANDBOX',
      secretAccessKey: 'sandbox-secret',
      groupKeys: ['abc123'],
      mayInvoke: false,
    }
    const seen = await call(createWorkbench({ datatalks: { keys: [key] } }), CONTACTS)
    expect([seen.status, typeOf(seen), Object.keys(JSON.parse(seen.text) as object)]).toEqual([
      403,
      'AccessDeniedException',
      ['Message'],
    ])
  })

  test('a body over the limit', async () => {
    const seen = await call(createWorkbench({ datatalks: { maxBodyBytes: 20 } }), CONTACTS)
    expect([seen.status, seen.text]).toEqual([413, '{"message":"Request Too Long"}'])
  })
})

function edit(wire: OnWire, from: string, to: string): void {
  wire.headers['authorization'] = (wire.headers['authorization'] ?? '').replace(from, to)
}
