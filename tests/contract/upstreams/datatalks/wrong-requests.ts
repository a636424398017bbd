import { signSigV4 } from '@sluice/sigv4'
import type { RawRequest, WrongRequest } from '../wrong-request.ts'

const CONTACTS = '/datatalks/v1/contacts'
const EVENTS = '/datatalks/v1/events'
const CONTACT = '{"data":{"email":"a@example.com"},"group_key":"abc123"}'

interface Signing {
  readonly method?: string
  readonly path?: string
  readonly body?: string
  readonly key?: string
  readonly secret?: string
  readonly region?: string
  readonly service?: string
  readonly skewMs?: number
  readonly form?: 'header' | 'query'
}

/** A request that its owner signed, and what somebody changed afterwards. */
function signed(
  signing: Signing = {},
  change: (request: RawRequest & { headers: Record<string, string> }) => Partial<RawRequest> = () => ({}),
): (url: string) => Promise<RawRequest> {
  return async (url) => {
    const { method = 'POST', path = CONTACTS, body = CONTACT, skewMs = 0 } = signing
    const reply = await signSigV4(
      { method, url: url + path, body },
      { accessKeyId: signing.key ?? 'AKIDSANDBOX', secretAccessKey: signing.secret ?? 'sandbox-secret' },
      {
        region: signing.region ?? 'eu-north-1',
        service: signing.service ?? 'execute-api',
        nowMs: Date.now() + skewMs,
        form: signing.form ?? 'header',
      },
    )
    const request = { method, path: reply.url.slice(url.length), headers: reply.headers, body }
    return { ...request, ...change(request) }
  }
}

/** Changes what stands in the Authorization header. */
const edited =
  (from: string | RegExp, to: string) =>
  ({ headers }: { headers: Record<string, string> }): Partial<RawRequest> => ({
    headers: { ...headers, authorization: (headers['authorization'] ?? '').replace(from, to) },
  })

const contract = (body: string, path = CONTACTS): ((url: string) => Promise<RawRequest>) => signed({ body, path })

/** The body of versions 2 and 3 as it is printed: a comma stands behind the last member of `data`. */
function printedProfile(group: 'groupKey' | 'null'): string {
  return `{
"type": "person",
"${group}": "main_group",
"data":{
"customer_id":12345,
"email":"juliana.crane@fake.com",
"age":32,
"is_member":"Yes",
},
"datatalksId": "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
}`
}

const MISSING = /^\{"message":"Missing Authentication Token"\}$/
const MISMATCH = /^\{"message":"The request signature we calculated does not match the signature you provided\. /
const SCOPE = /Credential should be scoped to/

/** Requests that Datatalks refuses: first API Gateway, then the code behind it. */
export const wrongRequests: readonly WrongRequest[] = (
  [
    ['an unsigned call', () => ({ method: 'POST', path: CONTACTS, body: CONTACT }), 403, MISSING],
    [
      'a Bearer token',
      () => ({ method: 'POST', path: CONTACTS, headers: { authorization: 'Bearer sometoken' }, body: CONTACT }),
      403,
      /^\{"message":"'sometoken' not a valid key=value pair \(missing equal-sign\) in Authorization header: 'Bearer sometoken'\."\}$/,
    ],
    [
      'an Authorization without its parts',
      () => ({ method: 'POST', path: CONTACTS, headers: { authorization: 'AWS4-HMAC-SHA256 A=b' }, body: CONTACT }),
      403,
      /Authorization header requires 'Credential' parameter\. Authorization header requires 'Signature' parameter\./,
    ],
    ['an unknown path', signed({ path: '/datatalks/v1/people' }), 403, MISSING],
    ['an unknown method', signed({ method: 'PUT' }), 403, MISSING],
    ['a read, whose path nobody knows', signed({ method: 'GET', body: '' }), 403, MISSING],
    [
      'a clock 301 s slow',
      signed({ skewMs: -302_000 }),
      403,
      /^\{"message":"Signature expired: \d{8}T\d{6}Z is now earlier than /,
    ],
    [
      'a clock 301 s fast',
      signed({ skewMs: 302_000 }),
      403,
      /^\{"message":"Signature not yet current: \d{8}T\d{6}Z is still later than /,
    ],
    ['a wrong region', signed({ region: 'eu-west-1' }), 403, SCOPE],
    ['a wrong service', signed({ service: 'lambda' }), 403, SCOPE],
    ['a wrong terminator', signed({}, edited('aws4_request', 'aws5_request')), 403, /Credential should be scoped/],
    ['a wrong scope date', signed({}, edited(/\/\d{8}\//, '/20130524/')), 403, /Credential|Date/],
    [
      'an unknown key',
      signed({ key: 'AKIDNOBODY' }),
      403,
      /^\{"message":"The security token included in the request is invalid\."\}$/,
    ],
    ['a wrong secret', signed({ secret: 'wrong' }), 403, MISMATCH],
    ['a body changed after signing', signed({}, () => ({ body: CONTACT.replace('a@', 'b@') })), 403, MISMATCH],
    ['a path changed after signing', signed({}, () => ({ path: EVENTS })), 403, MISMATCH],
    ['a query added after signing', signed({}, ({ path }) => ({ path: `${path}?a=1` })), 403, MISMATCH],
    ['a method changed after signing', signed({}, () => ({ method: 'DELETE' })), 403, MISMATCH],
    [
      'a host changed after signing',
      signed({}, ({ headers }) => ({ headers: { ...headers, host: 'other.example' } })),
      403,
      MISMATCH,
    ],
    [
      'a date changed after signing',
      signed({}, ({ headers }) => ({
        headers: {
          ...headers,
          'x-amz-date': new Date(Date.now() - 9000).toISOString().replaceAll(/[-:]|\.\d{3}/g, ''),
        },
      })),
      403,
      // Of a second before midnight the scope's date does not fit any more either.
      /signature we calculated|Credential|Date/,
    ],
    ['a host that is not signed', signed({}, edited('host;x-amz-date', 'x-amz-date')), 403, /must be a 'SignedHeader'/],
    [
      'a claim about the body that is not true',
      signed({}, ({ headers }) => ({ headers: { ...headers, 'x-amz-content-sha256': '0'.repeat(64) } })),
      403,
      MISMATCH,
    ],
    ['a signature in the query', signed({ form: 'query' }), 403, MISSING],
    ['a body that is not JSON', contract('{"data":{},}'), 400, /the body is not JSON/],
    [
      'the printed contract with its comment',
      contract('{"data":{\n// your data here\n},"group_key":"abc123"}'),
      400,
      /the body is not JSON/,
    ],
    [
      'the printed body of version 2, with its trailing comma',
      contract(printedProfile('groupKey'), '/datatalks/v2/profiles'),
      400,
      /the body is not JSON/,
    ],
    [
      'the printed body of version 3, with its trailing comma',
      contract(printedProfile('null'), '/datatalks/v3/profiles'),
      400,
      /the body is not JSON/,
    ],
    [
      'a nested object',
      contract('{"data":{"address":{"city":"Lund"}},"group_key":"abc123"}'),
      400,
      /data must be flat/,
    ],
    ['an array of objects', contract('{"data":{"tags":[{}]},"group_key":"abc123"}'), 400, /data must be flat/],
    ['null', contract('{"data":{"name":null},"group_key":"abc123"}'), 400, /null is not allowed/],
    ['no group', contract('{"data":{}}'), 400, /group_key is required/],
    ['a group that is a number', contract('{"data":{},"group_key":7}'), 400, /group_key is required/],
    ['an unknown group', contract('{"data":{},"group_key":"abc124"}'), 400, /"messages":\["unknown group_key"\]/],
    ['groupKey, as version 2 spells it', contract('{"data":{},"groupKey":"abc123"}'), 400, /group_key is required/],
    ['no data', contract('{"group_key":"abc123"}'), 400, /data is required/],
    ['an array as the data of a contact', contract('{"data":[],"group_key":"abc123"}'), 400, /data must be an object/],
    [
      'an object as the data of products',
      contract('{"data":{},"group_key":"abc123"}', '/datatalks/v1/products'),
      400,
      /data must be an array/,
    ],
    [
      'an unknown type of event',
      contract('{"data":{"contactExtEventType":"BUY"},"group_key":"abc123"}', EVENTS),
      400,
      /unknown contactExtEventType/,
    ],
  ] as const
).map(([name, request, status, says]) => ({ name, request, status, says }))
