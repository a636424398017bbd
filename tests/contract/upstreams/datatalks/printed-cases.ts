import { type ContractCase, type Expected, fails, gives } from '../contract-case.ts'
import type { SentRequest } from '../stage.ts'
import { type Call, onReply, onWire, type PrintedReply } from './stage.ts'

const upsert: Call = ({ v1, group_key }) => v1.contacts.upsert({ data: { email: 'a@example.com' }, group_key })
const createEvent: Call = ({ v1, group_key }) => v1.events.create({ data: { email: 'a@example.com' }, group_key })
const sendProfile: Call = ({ v3 }) => v3.profiles.send({ type: 'person', data: { age: 32 } })

const REFUSED = 'DATATALKS_REFUSED never'
const UNREADABLE = 'DATATALKS_UNREADABLE_REPLY unsure'
const SIGNATURE = 'DATATALKS_SIGNATURE_REFUSED auth'
const CLOCK = 'DATATALKS_CLOCK_SKEW auth'
const SCOPE = 'DATATALKS_SCOPE_REFUSED auth'

const ok = (body: string): PrintedReply => ({ body })
const answered = (status: number, body: string, type?: string): PrintedReply => ({
  status,
  body,
  headers: type === undefined ? {} : { 'x-amzn-ErrorType': type },
})
const said = (status: number, message: string, type?: string): PrintedReply =>
  answered(status, JSON.stringify({ message }), type)

const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'
const MISMATCH_LONG = `${MISMATCH}\n\nThe Canonical String for this request should have been\n'POST\n/v1/contacts'\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256'\n`

type Row = readonly [operation: string, name: string, reply: PrintedReply, call: Call, expected: Expected]

/** The replies of the vendor's code, section 5.1. */
const REPLIES: readonly Row[] = [
  ['contacts.upsert', 'an empty body', ok(''), upsert, gives({})],
  ['contacts.upsert', 'an object without success', ok('{}'), upsert, gives({})],
  [
    'contacts.upsert',
    'success true',
    ok('{"success":true,"messages":[],"requestId":"r-1","key":"AKID"}'),
    upsert,
    gives({ requestId: 'r-1' }),
  ],
  [
    'v3.profiles.send',
    'success true with a datatalksId',
    ok(
      '{"success":true,"messages":[""],"requestId":"r-1","datatalksId":"0f8fad5b-d9cb-469f-a165-70867728950e","key":"AKID"}',
    ),
    sendProfile,
    gives({ requestId: 'r-1', datatalksId: '0f8fad5b-d9cb-469f-a165-70867728950e' }),
  ],
  [
    'contacts.upsert',
    'success false, with messages',
    ok('{"success":false,"messages":["data must be flat"]}'),
    upsert,
    fails(REFUSED, { words: 'data must be flat' }),
  ],
  [
    'v3.profiles.send',
    'the page as it is printed, which is no JSON',
    ok('success = true,\nmessages = [""],\nrequestId = requestId,\n'),
    sendProfile,
    fails(UNREADABLE),
  ],
  ['contacts.upsert', 'HTML', ok('<html></html>'), upsert, fails(UNREADABLE)],
  ['contacts.upsert', 'text', ok('OK'), upsert, fails(UNREADABLE)],
  ['contacts.upsert', 'an array', ok('[]'), upsert, fails(UNREADABLE)],
  [
    'contacts.upsert',
    '400 with messages',
    answered(400, '{"success":false,"messages":["group_key is required"]}'),
    upsert,
    fails(REFUSED, { words: 'group_key is required' }),
  ],
  ['contacts.upsert', '400 without a body', answered(400, ''), upsert, fails(REFUSED)],
  ['contacts.upsert', '500', answered(500, '{"success":false}'), upsert, fails('DATATALKS_SERVER_FAULT later')],
  ['events.create', '500', answered(500, '{"success":false}'), createEvent, fails('DATATALKS_SERVER_FAULT unsure')],
  ['contacts.upsert', '502', answered(502, ''), upsert, fails('DATATALKS_SERVER_FAULT later')],
  ['events.create', '502', answered(502, ''), createEvent, fails('DATATALKS_SERVER_FAULT unsure')],
]

/** The replies of API Gateway, section 5.2 and the texts of its verifier: nothing was done. */
const GATEWAY: readonly (readonly [name: string, reply: PrintedReply, expected: Expected])[] = [
  [
    'Missing Authentication Token: unsigned, or an unknown path',
    said(403, 'Missing Authentication Token', 'MissingAuthenticationTokenException'),
    fails('DATATALKS_UNSIGNED auth', { words: 'Missing Authentication Token' }),
  ],
  [
    'an Authorization that is no key=value',
    said(
      403,
      "'sometoken' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer sometoken'.",
      'IncompleteSignatureException',
    ),
    fails('DATATALKS_SIGNATURE_MALFORMED auth'),
  ],
  [
    'an Authorization without its parts',
    said(
      403,
      "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization=AWS4-HMAC-SHA256",
      'IncompleteSignatureException',
    ),
    fails('DATATALKS_SIGNATURE_MALFORMED auth'),
  ],
  ['a wrong signature', said(403, MISMATCH, 'InvalidSignatureException'), fails(SIGNATURE, { words: MISMATCH })],
  [
    'a wrong signature, explained at length: only the first paragraph is kept',
    said(403, MISMATCH_LONG, 'InvalidSignatureException'),
    fails(SIGNATURE, { words: MISMATCH }),
  ],
  [
    'Signature expired',
    said(
      403,
      'Signature expired: 20240101T095959Z is now earlier than 20240101T100000Z (20240101T100500Z - 5 min.)',
      'InvalidSignatureException',
    ),
    fails(CLOCK),
  ],
  [
    'Signature not yet current',
    said(
      403,
      'Signature not yet current: 20240101T101001Z is still later than 20240101T101000Z (20240101T100500Z + 5 min.)',
      'InvalidSignatureException',
    ),
    fails(CLOCK),
  ],
  [
    'a wrong region',
    said(403, "Credential should be scoped to a valid region, not 'us-east-1'. ", 'InvalidSignatureException'),
    fails(SCOPE),
  ],
  [
    'a wrong region, newer text',
    said(403, 'Credential should be scoped to a valid region. ', 'InvalidSignatureException'),
    fails(SCOPE),
  ],
  [
    'a wrong service',
    said(403, "Credential should be scoped to correct service: 'execute-api'. ", 'InvalidSignatureException'),
    fails(SCOPE),
  ],
  [
    'an unknown access key',
    said(403, 'The security token included in the request is invalid.', 'UnrecognizedClientException'),
    fails('DATATALKS_KEY_UNKNOWN auth'),
  ],
  [
    'a missing right, its member spelled with a capital',
    answered(
      403,
      '{"Message":"User: arn:aws:iam::1:user/x is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api"}',
      'AccessDeniedException',
    ),
    fails('DATATALKS_NOT_PERMITTED auth'),
  ],
  [
    'Forbidden',
    said(403, 'Forbidden', 'ForbiddenException'),
    fails('DATATALKS_FORBIDDEN auth', { words: 'Forbidden' }),
  ],
  ['403 with a body that is no JSON', answered(403, '<html></html>'), fails('DATATALKS_FORBIDDEN auth')],
  ['404', said(404, 'Not Found'), fails(REFUSED)],
  ['413', said(413, 'Request Too Long'), fails(REFUSED)],
  ['414', said(414, 'Request URI too long'), fails(REFUSED)],
  ['415', said(415, 'Unsupported Media Type'), fails(REFUSED)],
  ['429 for the rate', said(429, 'Too Many Requests'), fails('DATATALKS_BUSY later')],
  ['429 for the quota', said(429, 'Limit Exceeded'), fails('DATATALKS_QUOTA_EXCEEDED later')],
  [
    '504, with the blank that is quoted',
    answered(504, '{"message": "Endpoint request timed out"}'),
    fails('DATATALKS_SERVER_FAULT unsure'),
  ],
]

/** What is sent, as the contract prints it: key order and spelling included. */
const SENT: readonly (readonly [operation: string, name: string, call: Call, sent: Partial<SentRequest>])[] = [
  [
    'contacts.upsert',
    'sends the printed example',
    ({ v1 }) =>
      v1.contacts.upsert({
        data: {
          epost: 'john.doe@example.com',
          namn: 'John Doe',
          something_else: 'some value',
          some_tags: ['TAG1', 'TAG2'],
        },
        group_key: 'abc123',
      }),
    {
      method: 'POST',
      path: '/datatalks/v1/contacts',
      contentType: 'application/json',
      body: '{"data":{"epost":"john.doe@example.com","namn":"John Doe","something_else":"some value","some_tags":["TAG1","TAG2"]},"group_key":"abc123"}',
    },
  ],
  [
    'events.create',
    'sends the printed event',
    ({ v1 }) =>
      v1.events.create({
        data: {
          email: 'john.doe@example.com',
          description: 'Order 1',
          products: 'P1,P2',
          location: 'shop-1',
          value: 123.75,
          contactExtEventType: 'PURCHASE',
          externalId: 'order-1',
          shopDomain: 'shop.example',
          detail1: 'gold',
        },
        group_key: 'abc123',
      }),
    {
      path: '/datatalks/v1/events',
      body: '{"data":{"email":"john.doe@example.com","description":"Order 1","products":"P1,P2","location":"shop-1","value":123.75,"contactExtEventType":"PURCHASE","externalId":"order-1","shopDomain":"shop.example","detail1":"gold"},"group_key":"abc123"}',
    },
  ],
  [
    'contacts.delete',
    'sends a DELETE with the printed body',
    ({ v1 }) => v1.contacts.delete({ data: { email: 'john.doe@example.com' }, group_key: 'abc123' }),
    {
      method: 'DELETE',
      path: '/datatalks/v1/contacts',
      body: '{"data":{"email":"john.doe@example.com"},"group_key":"abc123"}',
    },
  ],
  [
    'products.send',
    'sends the printed array',
    ({ v1 }) => v1.products.send({ data: [{ product_id: 'P1', name: 'Milk', price: 12.5 }], group_key: 'abc123' }),
    {
      path: '/datatalks/v1/products',
      body: '{"data":[{"product_id":"P1","name":"Milk","price":12.5}],"group_key":"abc123"}',
    },
  ],
  [
    'v2.profiles.send',
    'spells groupKey as version 2 does',
    ({ v2 }) => v2.profiles.send({ type: 'person', groupKey: 'abc123', data: { age: 32 } }),
    { path: '/datatalks/v2/profiles', body: '{"type":"person","groupKey":"abc123","data":{"age":32}}' },
  ],
  [
    'v3.profiles.send',
    'sends no group at all in version 3',
    ({ v3 }) => v3.profiles.send({ type: 'person', data: { age: 32 } }),
    { path: '/datatalks/v3/profiles', body: '{"type":"person","data":{"age":32}}' },
  ],
]

/** Lists what has to come of every printed reply, and what has to be sent. */
export function printedCases(): ContractCase[] {
  return [
    ...REPLIES.map((row) => onReply(...row)),
    ...GATEWAY.map(([name, reply, expected]) => onReply('contacts.upsert', name, reply, upsert, expected)),
    ...SENT.map((row) => onWire(...row)),
  ]
}
