import { expect, test } from 'bun:test'

import { toTransportError } from './transport-fault.ts'

const withCode = (code: string) => Object.assign(new Error('words'), { code })
const nodeError = (cause: unknown) => new TypeError('fetch failed', { cause })
const denoError = (stage: string) =>
  nodeError(new Error(`error sending request for url (https://a.example/?token=hush): ${stage}`))

test.each([
  ['Bun, nobody listens', withCode('ECONNREFUSED'), 'CONNECTION_REFUSED', 'not-sent'],
  ['Bun, no such host', withCode('ENOTFOUND'), 'DNS_FAILED', 'not-sent'],
  ['Bun, reset', withCode('ECONNRESET'), 'CONNECTION_LOST', 'maybe-sent'],
  ['Bun, certificate', withCode('DEPTH_ZERO_SELF_SIGNED_CERT'), 'CERTIFICATE_REFUSED', 'not-sent'],
  ['Node, nobody listens', nodeError(withCode('ECONNREFUSED')), 'CONNECTION_REFUSED', 'not-sent'],
  ['Node, no such host', nodeError(withCode('ENOTFOUND')), 'DNS_FAILED', 'not-sent'],
  ['Node, name server silent', nodeError(withCode('EAI_AGAIN')), 'DNS_FAILED', 'not-sent'],
  ['Node, other side closed', nodeError(withCode('UND_ERR_SOCKET')), 'CONNECTION_LOST', 'maybe-sent'],
  ['Node, certificate expired', nodeError(withCode('CERT_HAS_EXPIRED')), 'CERTIFICATE_REFUSED', 'not-sent'],
  [
    'Node, every address refused',
    nodeError(new AggregateError([withCode('ECONNREFUSED'), withCode('ECONNREFUSED')])),
    'CONNECTION_REFUSED',
    'not-sent',
  ],
  [
    'Node, one address refused and one reset',
    nodeError(new AggregateError([withCode('ECONNREFUSED'), withCode('ECONNRESET')])),
    'CONNECTION_LOST',
    'maybe-sent',
  ],
  [
    'Deno, nobody listens',
    denoError('client error (Connect): tcp connect error: Connection refused (os error 111)'),
    'CONNECTION_REFUSED',
    'not-sent',
  ],
  [
    'Deno, no such host',
    denoError('client error (Connect): dns error: failed to lookup address information: Name or service not known'),
    'DNS_FAILED',
    'not-sent',
  ],
  [
    'Deno, reset',
    denoError('client error (SendRequest): connection error: Connection reset by peer (os error 104)'),
    'CONNECTION_LOST',
    'maybe-sent',
  ],
  [
    'workerd, whatever happened',
    Object.assign(new Error('Network connection lost.', { cause: withCode('ECONNREFUSED') }), { retryable: true }),
    'CONNECTION_LOST',
    'maybe-sent',
  ],
  ['an error without a code', new TypeError('fetch failed'), 'CONNECTION_LOST', 'maybe-sent'],
  ['an aggregate of nothing', new AggregateError([]), 'CONNECTION_LOST', 'maybe-sent'],
  ['what is no error', 'ECONNREFUSED', 'CONNECTION_LOST', 'maybe-sent'],
] as const)('judges the fault of %s', (_, thrown, code, sent) => {
  const error = toTransportError(thrown, 'POST a.example /b')
  expect([error.code, error.sent]).toEqual([code, sent])
})

test('keeps nothing of the runtime’s words', () => {
  const error = toTransportError(denoError('client error (Connect): dns error: unknown'), 'POST a.example /b')
  expect([error.message, error.cause]).toEqual(['POST a.example /b: the host name has no address', undefined])
})
