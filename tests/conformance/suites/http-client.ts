import { type HttpRequest, parseRetryAfter, Secret, sendHttp, type SendOptions } from '@sluice/http-client'
import { type Exchange, sendObserved } from '@sluice/http-client/observe'
import { codeOf, equal, errorOf, latin1, utf8 } from '../check.ts'
import {
  HTTP_FAULTS,
  type HttpFault,
  PLAIN_REQUESTS_ON_A_DEAD_CONNECTION,
  REQUESTS_ON_A_DEAD_CONNECTION,
} from '../http-faults.ts'
import { cases, type Context, type Runtime, type Suite, vectors } from '../suite.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
type Method = (typeof METHODS)[number]

/** Long enough for a busy machine. */
const PATIENT = { headersTimeoutMs: 20_000, replyTimeoutMs: 20_000 }

/** Short enough to wait for. */
const IMPATIENT_MS = 300

let calls = 0

/** Names a request, so that the server can tell what it saw of it. */
function newId({ runtime }: Context): string {
  calls += 1
  return `${runtime}-${calls}-${crypto.randomUUID()}`
}

function requestTo(url: string, method: Method = 'POST', hasBody = method !== 'GET'): HttpRequest {
  return { method, url, pathTemplate: '/x', ...(hasBody ? { body: { kind: 'text', text: 'x' } } : {}) }
}

function send(context: Context, request: HttpRequest, options: Partial<SendOptions> = {}) {
  return sendHttp(request, { fetch: context.fetch, ...PATIENT, ...options })
}

interface Seen {
  readonly method: string
  readonly head: string
  readonly body: string
}

/** Asks the server what it read with an id. */
async function seen({ origins }: Context, id: string): Promise<Seen[]> {
  const reply = await fetch(`${origins.http}/seen/-/${id}`)
  return (await reply.json()) as Seen[]
}

/** Code of what was thrown, and whether it may have been sent. */
async function verdictOf(call: () => Promise<unknown>): Promise<string> {
  const error = await errorOf(call)
  if (error === undefined) return 'accepted'
  return 'code' in error && 'sent' in error
    ? `${String(error.code)} ${String(error.sent)}`
    : `${error.name}: ${error.message}`
}

/** Where a fault is met, with an id of its own. */
function urlOf(fault: HttpFault, context: Context, id: string): string {
  const origin = fault.origin === 'no-such-host' ? 'https://no-such-host.invalid' : context.origins[fault.origin]
  return `${origin}${fault.path}/${id}`
}

async function checkFault(context: Context, fault: HttpFault, method: Method): Promise<void> {
  const id = newId(context)
  const limits = fault.waits === undefined ? {} : { [fault.waits]: IMPATIENT_MS }
  const verdict = await verdictOf(() => send(context, requestTo(urlOf(fault, context, id), method), limits))
  equal(verdict, fault.expected[context.runtime])
  if (fault.requests !== undefined) equal((await seen(context, id)).length, fault.requests)
}

/** Calls the runtime's own `fetch`, and looks for the words in what it throws. */
async function checkThrown(
  context: Context,
  fault: HttpFault,
  thrown: Readonly<Record<Runtime, string>>,
): Promise<void> {
  const request = new Request(urlOf(fault, context, newId(context)), { method: 'POST', body: 'x' })
  const error = await errorOf(async () => (await context.fetch(request)).text())
  const words = [error, error?.cause].flatMap((part) =>
    part instanceof Error ? ['code' in part ? String(part.code) : '', part.message] : [],
  )
  if (!words.join(' ').includes(thrown[context.runtime])) throw new Error(`it threw ${words.join(', ')}`)
}

/** Sends where a connection may be used again that another request has left behind, and counts what the server read. */
async function requestsAfter(
  context: Context,
  left: string,
  then: string,
  method: Method,
  hasBody: boolean,
): Promise<number> {
  await verdictOf(() => send(context, requestTo(`${context.origins.http}/${left}/${newId(context)}`)))
  const id = newId(context)
  await verdictOf(() => send(context, requestTo(`${context.origins.http}/${then}/${id}`, method, hasBody)))
  return (await seen(context, id)).length
}

const everyMethod = METHODS.map((method) => [method, method] as const)
const DATES = Date.UTC(1994, 10, 6, 8, 49, 0)

/** What the package promises on every runtime, on real sockets: one request per call, and what each fault is taken for. */
export const suite: Suite = () => [
  ...HTTP_FAULTS.flatMap((fault) =>
    cases(
      `a fault: ${fault.words}`,
      everyMethod.filter(([name]) => name === 'POST' || name === 'GET'),
      (context, method) => checkFault(context, fault, method),
    ),
  ),
  ...HTTP_FAULTS.flatMap((fault) =>
    fault.thrown === undefined
      ? []
      : cases('what the runtime throws', [[fault.words, fault.thrown]], (context, thrown) =>
          checkThrown(context, fault, thrown),
        ),
  ),
  ...cases(
    'a reused connection that dies after the request is read:',
    REQUESTS_ON_A_DEAD_CONNECTION.map(
      ([method, hasBody, times]) => [`${method} with${hasBody ? '' : 'out'} a body`, method, hasBody, times] as const,
    ),
    async (context, method, hasBody, times) =>
      equal(await requestsAfter(context, 'status/200', 'dies-reused/-', method, hasBody), times[context.runtime]),
  ),
  ...cases(
    'a reused connection that dies, where fetch is not set up for http-client:',
    PLAIN_REQUESTS_ON_A_DEAD_CONNECTION.map(([method, times]) => [method, method, times] as const),
    async (context, method, times) => {
      const plain = { ...context, fetch: (request: Request) => fetch(request) }
      const hasBody = method !== 'GET'
      equal(await requestsAfter(plain, 'status/200', 'dies-reused/-', method, hasBody), times[context.runtime])
    },
  ),
  ...cases(
    'a reused connection that the server has closed: one request at most',
    everyMethod,
    async (context, method) =>
      equal((await requestsAfter(context, 'closes-idle/-', 'status/200', method, method !== 'GET')) <= 1, true),
  ),
  ...cases('one request when the connection is reset', everyMethod, async (context, method) => {
    const id = newId(context)
    await verdictOf(() => send(context, requestTo(`${context.origins.http}/reset-after/-/${id}`, method)))
    equal(
      (await seen(context, id)).map((request) => request.method),
      [method],
    )
  }),
  ...cases(
    'resolves with status',
    [200, 201, 400, 401, 404, 409, 429, 500, 502, 503].map((status) => [String(status), status] as const),
    async (context, status) => {
      const reply = await send(context, requestTo(`${context.origins.http}/status/${status}/${newId(context)}`))
      equal([reply.status, reply.bytes], [status, utf8('ok')])
    },
  ),
  ...cases(
    'refuses the redirect',
    [301, 302, 303, 304, 307, 308].map((status) => [String(status), status] as const),
    async (context, status) => {
      const id = newId(context)
      const verdict = await verdictOf(() =>
        send(context, requestTo(`${context.origins.http}/redirect/${status}/${id}`)),
      )
      equal(verdict, 'REDIRECT_REFUSED maybe-sent')
      equal((await seen(context, id)).length, 1)
    },
  ),
  ...cases(
    'reads the reply',
    [
      ['without a body', '/empty/-', ''],
      ['in chunks', '/chunked/-', 'ok'],
      ['after an interim one', '/interim/-', 'ok'],
      ['with letters of one byte', '/latin1/-', 'caf\u00e9'],
      ['compressed', '/gzip/-', 'hello'],
      ['as large as the limit', '/sized/5000', 'x'.repeat(5000)],
    ],
    async (context, path, body) => {
      const url = `${context.origins.http}${path}/${newId(context)}`
      equal((await send(context, requestTo(url), { maxReplyBytes: 5000 })).bytes, latin1(body))
    },
  ),
  ...cases('refuses the reply', [['one byte larger than the limit', '/sized/5001']], async (context, path) => {
    const url = `${context.origins.http}${path}/${newId(context)}`
    const verdict = await verdictOf(() => send(context, requestTo(url), { maxReplyBytes: 5000 }))
    equal(verdict, 'REPLY_TOO_LARGE maybe-sent')
  }),
  {
    name: 'a secret in query, header and form is sent, and nothing is added to the request line',
    isVector: false,
    run: async (context) => {
      const id = newId(context)
      const token = new Secret('token', 'a b/c+é')
      const request: HttpRequest = {
        ...requestTo(`${context.origins.http}/status/200/${id}`),
        query: [['token', token]],
        headers: { 'x-token': new Secret('key', 'hush') },
        body: { kind: 'form', fields: [['a&b', token]] },
      }
      await send(context, request)
      const [only] = await seen(context, id)
      equal(only?.head.split('\r\n')[0], `POST /status/200/${id}?token=a%20b%2Fc%2B%C3%A9 HTTP/1.1`)
      equal(/\r\nx-token: hush(?:\r\n|$)/i.test(only?.head ?? ''), true)
      equal(/\r\ncontent-type: application\/x-www-form-urlencoded(?:\r\n|$)/i.test(only?.head ?? ''), true)
      equal(only?.body, 'a%26b=a%20b%2Fc%2B%C3%A9')
    },
  },
  {
    name: 'a body of every byte is sent as it is, with no Content-Type but the caller’s',
    isVector: false,
    run: async (context) => {
      const id = newId(context)
      const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte)
      await send(context, {
        ...requestTo(`${context.origins.http}/status/200/${id}`),
        body: { kind: 'bytes', bytes },
      })
      const [only] = await seen(context, id)
      equal(latin1(only?.body ?? ''), bytes)
      equal(/\r\ncontent-type:/i.test(only?.head ?? ''), false)
    },
  },
  ...cases<[path: string, expected: Pick<Exchange, 'error'> & { readonly status?: number }]>(
    'an exchange is described without its secrets:',
    [
      ['a reply that echoes them', 'echo/-', { status: 200 }],
      ['a redirect', 'redirect/302', { status: 302, error: 'REDIRECT_REFUSED' }],
      ['a lost connection', 'reset-after/-', { error: 'CONNECTION_LOST' }],
    ],
    async (context, path, { status, error }) => {
      const hush = 'hush/hush+hush'
      const exchanges: Exchange[] = []
      const request: HttpRequest = {
        ...requestTo(`${context.origins.http}/${path}/${newId(context)}`),
        query: [['token', new Secret('token', hush)]],
        headers: { authorization: new Secret('authorization', `Bearer ${hush}`) },
      }
      const observe = (exchange: Exchange) => exchanges.push(exchange)
      await verdictOf(() => sendObserved(request, { fetch: context.fetch, nowMs: () => 0, ...PATIENT, observe }))
      const [only] = exchanges
      equal([exchanges.length, only?.reply?.status, only?.error], [1, status, error])
      equal(only?.request.headers['authorization'], '{authorization}')
      equal(JSON.stringify(exchanges).includes('hush'), false)
    },
  ),
  ...cases(
    'giving up',
    [
      ['before sending', 0, 'ABORTED not-sent'],
      ['after sending', 50, 'ABORTED maybe-sent'],
    ],
    async (context, afterMs, verdict) => {
      const caller = new AbortController()
      if (afterMs === 0) caller.abort()
      else setTimeout(() => caller.abort(), afterMs)
      const url = `${context.origins.http}/hang/-/${newId(context)}`
      equal(await verdictOf(() => send(context, requestTo(url), { signal: caller.signal })), verdict)
    },
  ),
  ...cases<[change: Partial<HttpRequest>, code: string]>(
    'refuses to send',
    [
      ['to a host without https', { url: 'http://example.com/' }, 'CONFIG_INVALID'],
      ['a query within the URL', { url: 'https://example.com/?a=1' }, 'CONFIG_INVALID'],
      ['a login within the URL', { url: 'https://user:secret@example.com/' }, 'CONFIG_INVALID'],
      ['a GET with a body', { method: 'GET' }, 'CONFIG_INVALID'],
      ['a line end in a header', { headers: { a: 'b\nc: d' } }, 'HEADER_CHARACTER'],
      ['a NUL in a header', { headers: { a: 'b\0' } }, 'HEADER_CHARACTER'],
      ['a snowman in a header', { headers: { a: '☃' } }, 'HEADER_CHARACTER'],
    ],
    async (context, change, code) =>
      equal(await codeOf(() => send(context, { ...requestTo('https://example.com/'), ...change })), code),
  ),
  ...vectors(
    'RFC 9110',
    [
      ['section 10.2.3, seconds', '120', 0, 120_000],
      ['section 10.2.3, a date', 'Fri, 31 Dec 1999 23:59:59 GMT', Date.UTC(1999, 11, 31, 23, 59, 0), 59_000],
      ['section 5.6.7, IMF-fixdate', 'Sun, 06 Nov 1994 08:49:37 GMT', DATES, 37_000],
      ['section 5.6.7, RFC 850', 'Sunday, 06-Nov-94 08:49:37 GMT', DATES, 37_000],
      ['section 5.6.7, asctime', 'Sun Nov  6 08:49:37 1994', DATES, 37_000],
    ],
    (_, value, nowMs, expected) => equal(parseRetryAfter(value, nowMs), expected),
  ),
  ...cases<[value: string | null, expected: number | null]>(
    'Retry-After',
    [
      ['that is past', 'Sun, 06 Nov 1994 08:49:37 GMT', 0],
      ['of more seconds than a number holds', '9'.repeat(400), Number.MAX_SAFE_INTEGER],
      ['that no calendar has', 'Sun, 31 Feb 2027 08:49:37 GMT', null],
      ['in the form of ISO 8601, which engines read', '2030-01-01T00:00:00Z', null],
      ['that is absent', null, null],
    ],
    (_, value, expected) => equal(parseRetryAfter(value, Date.UTC(2026, 0)), expected),
  ),
]
