import type { FaultOrigins, Runtime } from './suite.ts'

/** A fault of a connection, and what comes of it on each runtime. */
export interface HttpFault {
  readonly words: string
  readonly origin: keyof FaultOrigins | 'no-such-host'
  /** Path on the server of faults, without the id. */
  readonly path: string
  /** Where the fault is that nothing comes: what ends the waiting. The other time-out is too long to be the one. */
  readonly waits?: 'headersTimeoutMs' | 'replyTimeoutMs'
  /** How many requests the server reads; undefined where it reads none that it could tell of. */
  readonly requests?: number
  /** What `sendHttp` throws: code, and whether the request can have been sent. */
  readonly expected: Readonly<Record<Runtime, string>>
  /** What the runtime's own `fetch` throws: words of its code, its message or its cause. Printed in the README of http-client. */
  readonly thrown?: Readonly<Record<Runtime, string>>
}

const LOST = everywhere('CONNECTION_LOST maybe-sent')

/** The faults of a connection, and what comes of them: tested on real sockets, and printed in the README of http-client. */
export const HTTP_FAULTS: readonly HttpFault[] = [
  {
    words: 'the host has no address',
    origin: 'no-such-host',
    path: '/hang/-',
    expected: provenBut('workerd', 'DNS_FAILED not-sent'),
    thrown: { bun: 'ENOTFOUND', node: 'ENOTFOUND', deno: 'dns error', workerd: 'internal error' },
  },
  {
    words: 'nobody listens',
    origin: 'refused',
    path: '/hang/-',
    expected: provenBut('workerd', 'CONNECTION_REFUSED not-sent'),
    thrown: {
      bun: 'ECONNREFUSED',
      node: 'ECONNREFUSED',
      deno: 'Connection refused',
      workerd: 'Network connection lost',
    },
  },
  {
    words: 'the certificate is not accepted',
    origin: 'https',
    path: '/hang/-',
    expected: provenBut('workerd', 'CERTIFICATE_REFUSED not-sent'),
    thrown: {
      bun: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      node: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      deno: 'invalid peer certificate',
      workerd: 'internal error',
    },
  },
  { words: 'reset before the request is read', origin: 'reset', path: '/hang/-', expected: LOST },
  {
    words: 'reset after the request is read',
    origin: 'http',
    path: '/reset-after/-',
    requests: 1,
    expected: LOST,
    thrown: { bun: 'ECONNRESET', node: 'ECONNRESET', deno: 'Connection reset', workerd: 'Network connection lost' },
  },
  {
    words: 'closed after the request is read',
    origin: 'http',
    path: '/close-after/-',
    requests: 1,
    expected: LOST,
    thrown: {
      bun: 'ECONNRESET',
      node: 'UND_ERR_SOCKET',
      deno: 'connection closed',
      workerd: 'Network connection lost',
    },
  },
  {
    words: 'a reply that is not HTTP',
    origin: 'http',
    path: '/no-http/-',
    requests: 1,
    expected: LOST,
  },
  { words: 'closed within the headers', origin: 'http', path: '/cut-in-headers/-', requests: 1, expected: LOST },
  { words: 'closed within the body', origin: 'http', path: '/cut-in-body/-', requests: 1, expected: LOST },
  { words: 'closed within a chunked body', origin: 'http', path: '/cut-in-chunks/-', requests: 1, expected: LOST },
  {
    words: 'a body that is not the gzip it claims to be',
    origin: 'http',
    path: '/bad-gzip/-',
    requests: 1,
    expected: LOST,
  },
  {
    words: 'no headers in time',
    origin: 'http',
    path: '/hang/-',
    waits: 'headersTimeoutMs',
    requests: 1,
    expected: everywhere('HEADERS_TIMEOUT maybe-sent'),
  },
  {
    words: 'half the headers in time',
    origin: 'http',
    path: '/hang-in-headers/-',
    waits: 'headersTimeoutMs',
    requests: 1,
    expected: everywhere('HEADERS_TIMEOUT maybe-sent'),
  },
  {
    words: 'half the body in time',
    origin: 'http',
    path: '/hang-in-body/-',
    waits: 'replyTimeoutMs',
    requests: 1,
    expected: everywhere('REPLY_TIMEOUT maybe-sent'),
  },
  {
    words: 'a body without end',
    origin: 'http',
    path: '/endless/-',
    requests: 1,
    expected: everywhere('REPLY_TOO_LARGE maybe-sent'),
  },
  {
    words: 'a gzip bomb',
    origin: 'http',
    path: '/bomb/-',
    requests: 1,
    expected: everywhere('REPLY_TOO_LARGE maybe-sent'),
  },
]

/** How often the server reads a request that it is sent on a connection which it kept open, and then breaks without a reply. */
export const REQUESTS_ON_A_DEAD_CONNECTION: readonly (readonly [
  request: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  hasBody: boolean,
  times: Readonly<Record<Runtime, number>>,
])[] = [
  ['POST', true, { bun: 1, node: 1, deno: 1, workerd: 1 }],
  ['POST', false, { bun: 1, node: 1, deno: 1, workerd: 1 }],
  ['PUT', true, { bun: 1, node: 1, deno: 1, workerd: 1 }],
  ['PATCH', true, { bun: 1, node: 1, deno: 1, workerd: 1 }],
  ['DELETE', true, { bun: 1, node: 1, deno: 1, workerd: 1 }],
  // QUIRK workerd: it sends a request without a body again, POST and PATCH excepted, and no option of fetch prevents that.
  ['DELETE', false, { bun: 1, node: 1, deno: 1, workerd: 2 }],
  ['GET', false, { bun: 1, node: 1, deno: 1, workerd: 2 }],
]

/** The same, with bodies, where `fetch` is called without what the README of http-client asks for: why it asks. */
export const PLAIN_REQUESTS_ON_A_DEAD_CONNECTION: readonly (readonly [
  request: 'GET' | 'POST' | 'PUT',
  times: Readonly<Record<Runtime, number>>,
])[] = [
  ['GET', { bun: 2, node: 1, deno: 2, workerd: 2 }],
  ['PUT', { bun: 2, node: 1, deno: 2, workerd: 1 }],
  ['POST', { bun: 1, node: 1, deno: 2, workerd: 1 }],
]

function everywhere(verdict: string): HttpFault['expected'] {
  return { bun: verdict, node: verdict, deno: verdict, workerd: verdict }
}

/** A runtime that cannot tell has no proof: its connection was lost. */
function provenBut(blind: Runtime, verdict: string): HttpFault['expected'] {
  return { ...everywhere(verdict), [blind]: LOST[blind] }
}
