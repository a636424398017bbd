import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { signSigV4, type UnsignedRequest } from '@sluice/sigv4'
import { verifySigV4 } from '@sluice/sigv4/verify'
import { SignatureV4 } from '@smithy/signature-v4'
import * as fc from 'fast-check'
import { differentialRuns } from './differential-effort.ts'
import { nodeHashes, NodeSha256 } from './node-sha256.ts'

/**
 * Independent signers (ours goes two ways, by aws4fetch and by its own steps) and one verifier: what any of them signs is
 * accepted, and what was changed afterwards is not.
 */

/** Thousands of signatures take a busy machine a while. */
const SLOW_MS = 30_000

const NOW_MS = Date.UTC(2026, 10, 22, 12, 30, 15)
const scope = { region: 'eu-north-1', service: 'execute-api' }
const credentials = { accessKeyId: 'AKIDSANDBOX', secretAccessKey: 'sandbox-secret/+=' }

/** A request before anybody signed it, with the query not yet encoded. */
interface Plain {
  readonly method: string
  readonly host: string
  readonly path: string
  readonly query: readonly (readonly [name: string, value: string])[]
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array<ArrayBuffer>
}

/** A request as it goes on the wire. */
interface Wire {
  readonly method: string
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: Uint8Array<ArrayBuffer>
}

const text = fc.string({ unit: 'grapheme', maxLength: 12 })
const segment = fc.oneof(
  text.map(encodeURIComponent),
  fc.constantFrom("!'()*", '$&+,;=:@', '-._~', '%2F', '%2e%7E', ''),
)
const name = text.filter((word) => word !== '' && word !== '__proto__')
const value = fc.string({
  unit: fc.constantFrom(...' !"#$%&\'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~'.split('')),
  maxLength: 20,
})
const plain: fc.Arbitrary<Plain> = fc.record({
  method: fc.constantFrom('POST', 'PUT', 'PATCH', 'DELETE'),
  host: fc.constantFrom('api.example.com', 'abc.execute-api.eu-west-1.amazonaws.com', '127.0.0.1:8787'),
  path: fc.array(segment, { maxLength: 5 }).map((segments) => `/${segments.join('/')}`),
  query: fc.array(fc.tuple(name, text), { maxLength: 6 }),
  headers: fc.dictionary(fc.constantFrom('x-a', 'x-b', 'x-trace', 'accept', 'cookie'), value, { maxKeys: 3 }),
  body: fc.uint8Array({ maxLength: 64 }).map((bytes) => new Uint8Array(bytes)),
})

function unsigned(request: Plain): UnsignedRequest {
  const query = request.query.map((pair) => pair.map(encodeURIComponent).join('=')).join('&')
  const url = `http://${request.host}${request.path}${query === '' ? '' : `?${query}`}`
  return { method: request.method, url, headers: request.headers, body: request.body }
}

/** The ways to sign: with the hash that is passed in, our own steps sign. */
const WAYS = [{}, { hashes: nodeHashes }] as const
type Way = (typeof WAYS)[number]

async function signHere(request: Plain, way: Way, form: 'header' | 'query' = 'header'): Promise<Wire> {
  const signed = await signSigV4(unsigned(request), credentials, { ...scope, ...way, nowMs: NOW_MS, form })
  return { method: request.method, ...signed, body: request.body }
}

/** Both ways to sign at once, where either has to be accepted, or refused. */
function signBothWays(request: Plain, form?: 'header' | 'query'): Promise<Wire[]> {
  return Promise.all(WAYS.map((way) => signHere(request, way, form)))
}

function otherSigner(applyChecksum: boolean): SignatureV4 {
  return new SignatureV4({ ...scope, credentials, sha256: NodeSha256, applyChecksum, uriEscapePath: true })
}

function otherRequest(request: Plain) {
  const query = new Map<string, string[]>()
  for (const [key, word] of request.query) query.set(key, [...(query.get(key) ?? []), word])
  return {
    protocol: 'http:',
    hostname: request.host,
    method: request.method,
    path: request.path,
    query: Object.fromEntries(query),
    headers: { ...request.headers, host: request.host },
    body: request.body,
  }
}

async function signThere(request: Plain, applyChecksum = true): Promise<Wire> {
  const { headers } = await otherSigner(applyChecksum).sign(otherRequest(request), { signingDate: new Date(NOW_MS) })
  return { method: request.method, url: unsigned(request).url, headers, body: request.body }
}

function verify(wire: Wire, form: 'header' | 'query' = 'header') {
  const { method, url, headers, body } = wire
  const request = new Request(url, { method, headers, ...(body.length === 0 ? {} : { body }) })
  const lookupKey = (id: string) => (id === credentials.accessKeyId ? credentials : null)
  return verifySigV4(request, body, lookupKey, { ...scope, nowMs: NOW_MS, form })
}

/** Runs a property over seeded random requests, so that every run is the same run. */
function forRequests(runs: number, property: (request: Plain, choice: number) => Promise<void>): Promise<void> {
  return fc.assert(fc.asyncProperty(plain, fc.nat(), property), differentialRuns(runs))
}

describe('random requests', () => {
  test(
    'get the same signature from all signers',
    async () => {
      await forRequests(1000, async (request) => {
        const there = await signThere(request, false)
        for (const here of await signBothWays(request)) {
          expect(here.headers.authorization).toBe(there.headers.authorization ?? 'none')
        }
      })
    },
    SLOW_MS,
  )

  test(
    'signed here are accepted',
    async () => {
      await forRequests(600, async (request) => {
        for (const wire of await signBothWays(request)) expect((await verify(wire)).accessKeyId).toBe('AKIDSANDBOX')
      })
    },
    SLOW_MS,
  )

  test(
    'signed here in the query are accepted',
    async () => {
      await forRequests(600, async (request) => {
        for (const wire of await signBothWays(request, 'query')) {
          expect((await verify(wire, 'query')).accessKeyId).toBe('AKIDSANDBOX')
        }
      })
    },
    SLOW_MS,
  )

  test(
    'signed by the other signer, with its hash of the body, are accepted',
    async () => {
      await forRequests(600, async (request) => {
        expect((await verify(await signThere(request))).signedHeaders).toContain('x-amz-content-sha256')
      })
    },
    SLOW_MS,
  )

  test('signed by the other signer in the query are accepted', async () => {
    await forRequests(100, async (request) => {
      const signed = await otherSigner(false).presign(otherRequest(request), { signingDate: new Date(NOW_MS) })
      const query = Object.entries(signed.query ?? {})
        .flatMap(([key, words]) => [words ?? ''].flat().map((word) => [key, word].map(encodeURIComponent).join('=')))
        .join('&')
      const url = `http://${request.host}${request.path}?${query}`
      const wire = { method: request.method, url, headers: signed.headers, body: request.body }
      expect((await verify(wire, 'query')).accessKeyId).toBe('AKIDSANDBOX')
    })
  })
})

function withHeader(wire: Wire, header: string, change: (before: string) => string): Wire {
  return { ...wire, headers: { ...wire.headers, [header]: change(wire.headers[header] ?? '') } }
}

function nextHex(digit: string): string {
  return ((Number.parseInt(digit, 16) + 1) % 16).toString(16)
}

const tamperings: [name: string, tamper: (wire: Wire, choice: number) => Wire][] = [
  ['another method', (wire) => ({ ...wire, method: wire.method === 'POST' ? 'PUT' : 'POST' })],
  ['another path', (wire) => ({ ...wire, url: wire.url.replace(/^(http:\/\/[^/?]*)\/?/, '$1/tampered/') })],
  ['another query', (wire) => ({ ...wire, url: `${wire.url}${wire.url.includes('?') ? '&' : '?'}tampered=1` })],
  [
    'another host',
    (wire) => ({
      ...wire,
      url: wire.url.replace(/^http:\/\/[^/?]*/, 'http://tampered.example'),
      headers: { ...wire.headers, host: 'tampered.example' },
    }),
  ],
  ['one more byte in the body', (wire) => ({ ...wire, body: new Uint8Array([...wire.body, 0]) })],
  ['another second', (wire) => withHeader(wire, 'x-amz-date', () => '20261122T123016Z')],
  [
    'another digit in the signature',
    (wire, choice) =>
      withHeader(wire, 'authorization', (before) => {
        const at = before.length - 1 - (choice % 64)
        return `${before.slice(0, at)}${nextHex(before.charAt(at))}${before.slice(at + 1)}`
      }),
  ],
  ['another access key', (wire) => withHeader(wire, 'authorization', (before) => before.replace('AKID', 'AKIE'))],
  ['another region', (wire) => withHeader(wire, 'authorization', (before) => before.replace('eu-north', 'eu-west'))],
  [
    'one more signed header',
    (wire) => withHeader(wire, 'authorization', (before) => before.replace('Headers=', 'Headers=accept-language;')),
  ],
  [
    'one signed header less',
    (wire) => withHeader(wire, 'authorization', (before) => before.replace(';x-amz-date', '')),
  ],
]

describe('requests that were changed after signing', () => {
  test.each(tamperings)('are rejected: %s', async (_name, tamper) => {
    await forRequests(60, async (request, choice) => {
      for (const wire of [...(await signBothWays(request)), await signThere(request)]) {
        const error = await verify(tamper(wire, choice)).catch((thrown: unknown) => thrown)
        expect(error).toMatchObject({ name: 'VerifyError', code: 'AUTH_REJECTED' })
      }
    })
  })

  test('are rejected: another value of a signed header', async () => {
    await forRequests(100, async (request) => {
      for (const wire of await signBothWays({ ...request, headers: { ...request.headers, 'x-a': 'before' } })) {
        const error = await verify(withHeader(wire, 'x-a', () => 'after')).catch((thrown: unknown) => thrown)
        expect(error).toMatchObject({ name: 'VerifyError', code: 'AUTH_REJECTED' })
      }
    })
  })
})

describe('requests over a real connection', () => {
  let server: ReturnType<typeof Bun.serve>

  beforeAll(() => {
    server = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      async fetch(request) {
        const body = new Uint8Array(await request.arrayBuffer())
        const verified = verifySigV4(request, body, () => credentials, { ...scope, nowMs: NOW_MS, form: 'either' })
        return Response.json(await verified.catch((error: unknown) => error))
      },
    })
  })
  afterAll(() => server.stop(true))

  test.each(['header', 'query'] as const)('are accepted, signed in the %s', async (form) => {
    await forRequests(100, async (request) => {
      for (const wire of await signBothWays({ ...request, host: `127.0.0.1:${server.port}` }, form)) {
        const { url, method, headers, body } = wire
        const response = await fetch(url, { method, headers, ...(body.length === 0 ? {} : { body }) })
        expect(await response.json()).toMatchObject({ accessKeyId: 'AKIDSANDBOX' })
      }
    })
  })
})
