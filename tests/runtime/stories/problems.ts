import { contactOf } from '../contacts.ts'
import { type GatewayClient, KEYS, type Reply } from '../gateway-client.ts'
import { same } from '../same.ts'
import type { Story } from '../story.ts'

/** A word that stands in what is sent, and that no answer may repeat. */
const MARK = 'do-not-quote-me'
const CONTACT = JSON.stringify(contactOf(1))
const MIB = 1_048_576
const JSON_TYPE = 'application/json'

type Row = readonly [what: string, send: (gateway: GatewayClient) => Promise<Reply>, status: number, code: string]

const posted = (what: string, body: string, status: number, code: string, type = JSON_TYPE): Row => [
  what,
  (gateway) => gateway.post('contacts', body, { 'content-type': type }),
  status,
  code,
]
const sent = (what: string, method: string, path: string, status: number, code: string): Row => [
  what,
  (gateway) => gateway.ask(method, path),
  status,
  code,
]

const PROBLEMS: readonly Row[] = [
  posted('JSON that ends early', `{"email":"${MARK}`, 400, 'JSON_SYNTAX'),
  posted('XML that is not well formed', `<c><email>${MARK}</phone></c>`, 400, 'XML_SYNTAX', 'application/xml'),
  sent('a limit of 0', 'GET', '/v1/deliveries?limit=0', 400, 'PARAMETER_INVALID'),
  sent('a cursor of nobody', 'GET', `/v1/deliveries?cursor=${MARK}`, 400, 'CURSOR_INVALID'),
  ['no key', (gateway) => gateway.ask('GET', '/v1/deliveries', undefined, MARK), 401, 'UNAUTHENTICATED'],
  [
    'a key that may only read',
    (gateway) => gateway.ask('POST', '/v1/destinations/datatalks/resume', undefined, KEYS.reader),
    403,
    'FORBIDDEN',
  ],
  sent('an unknown event', 'GET', `/v1/events/${MARK}`, 404, 'EVENT_UNKNOWN'),
  sent('an unknown delivery', 'GET', `/v1/deliveries/${MARK}`, 404, 'DELIVERY_UNKNOWN'),
  sent('an unknown path', 'GET', `/${MARK}`, 404, 'NOT_FOUND'),
  ['an unknown source', (gateway) => gateway.post(MARK, CONTACT), 404, 'SOURCE_UNKNOWN'],
  sent('a webhook that is read', 'GET', '/webhooks/contacts', 405, 'METHOD_NOT_ALLOWED'),
  sent('an event that is put', 'PUT', '/v1/events/x', 405, 'METHOD_NOT_ALLOWED'),
  posted('a form with files', `email=${MARK}`, 415, 'CONTENT_TYPE_UNSUPPORTED', 'multipart/form-data'),
  posted('another encoding', CONTACT, 415, 'CONTENT_TYPE_UNSUPPORTED', `${JSON_TYPE}; charset=utf-16`),
  [
    'a compressed body',
    (gateway) => gateway.post('contacts', CONTACT, { 'content-encoding': 'br' }),
    415,
    'CONTENT_ENCODING_UNSUPPORTED',
  ],
  posted('JSON that is no contact', `{"email":"${MARK}"}`, 422, 'SCHEMA_MISMATCH'),
]

const LIMITS: readonly Row[] = [
  posted('65 levels of JSON', `${'['.repeat(65)}${']'.repeat(65)}`, 400, 'JSON_TOO_DEEP'),
  posted('65 levels of XML', `${'<a>'.repeat(65)}${'</a>'.repeat(65)}`, 400, 'XML_TOO_DEEP', 'application/xml'),
  posted('a name twice', `{"email":"${MARK}","\\u0065mail":"b"}`, 400, 'JSON_DUPLICATE_KEY'),
  posted('a forbidden name', `{"a":[{"__proto__":"${MARK}"}]}`, 400, 'JSON_FORBIDDEN_KEY'),
  posted('a number beyond a double', '{"a":1e400}', 400, 'JSON_NUMBER_RANGE'),
  posted('a document type', `<!DOCTYPE c [<!ENTITY e "${MARK}">]><c>&e;</c>`, 400, 'XML_DOCTYPE', 'application/xml'),
  [
    'an idempotency key of 256 characters',
    (gateway) => gateway.post('contacts', CONTACT, { 'idempotency-key': 'k'.repeat(256) }),
    400,
    'IDEMPOTENCY_KEY_INVALID',
  ],
  posted('more than 1 MiB', JSON.stringify(MARK.repeat(MIB / MARK.length + 1)), 413, 'BODY_TOO_LARGE'),
  [
    'more than 1 MiB that comes in pieces, with no length declared',
    (gateway) => {
      const headers = { authorization: `Bearer ${KEYS.ingest}`, 'content-type': JSON_TYPE }
      return gateway.send('/webhooks/contacts', { method: 'POST', headers, body: inPieces() })
    },
    413,
    'BODY_TOO_LARGE',
  ],
  [
    'more than a source takes',
    (gateway) => gateway.post('small', `{"email":"${'a'.repeat(2000)}"}`),
    413,
    'BODY_TOO_LARGE',
  ],
]

/** A body that is too large, and does not say so. */
function inPieces(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (let count = 0; count < 5; count += 1) controller.enqueue(new Uint8Array(MIB / 4).fill(0x61))
      controller.close()
    },
  })
}

/** Sends each row, and sees that its answer is the problem that it should be and quotes nothing. */
async function answered(gateway: GatewayClient, rows: readonly Row[]): Promise<void> {
  for (const [what, send, status, code] of rows) {
    const { headers, text, ...reply } = await send(gateway)
    const problem = JSON.parse(text) as { type: string; status: number; code: string }
    same(
      [reply.status, problem.status, problem.code, problem.type, headers.get('content-type'), text.includes(MARK)],
      [status, status, code, `urn:sluice:problem:${code}`, 'application/problem+json', false],
      what,
    )
  }
  same(await gateway.call('GET', '/v1/events'), { events: [], nextCursor: null })
}

/** What is refused, and how that is told. */
export const REFUSED: readonly Story[] = [
  {
    name: `${PROBLEMS.length} wrong requests get each its status, code and document, and quote nothing`,
    short: true,
    play: ({ gateway }) => answered(gateway, PROBLEMS),
  },
  {
    name: `${LIMITS.length} requests beyond a limit are refused before anything is made of them`,
    short: true,
    play: ({ gateway }) => answered(gateway, LIMITS),
  },
  {
    name: 'a body that is wrong in several places gets 422 with each of them, and no value',
    async play({ gateway }) {
      const reply = await gateway.post('contacts', { ...contactOf(1), email: MARK, tags: ['fine', 8] })
      const { errors } = JSON.parse(reply.text) as { errors: readonly { readonly path: string }[] }
      same([reply.status, errors.map(({ path }) => path)], [422, ['email', 'tags[1]']])
      same(reply.text.includes(MARK), false)
    },
  },
]
