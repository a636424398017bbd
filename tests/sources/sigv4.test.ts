import { describe, expect, test } from 'bun:test'
import { sigV4 } from '@sluice/gateway'
import { SignatureV4 } from '@smithy/signature-v4'
import { NodeSha256 } from '../contract/node-sha256.ts'
import { NOW_MS, playSender, PUBLIC_URL, send, storedEvents, worldOf } from './play-sender.ts'
import { doubled, headerOf, type Sent, withHeader } from './sent.ts'

const KEY = { accessKeyId: 'AKIDSENDER', secretAccessKey: 'a-secret-access-key/+=' }
const OTHER = { accessKeyId: 'AKIDOTHER', secretAccessKey: 'another-secret-access-key' }
const SCOPE = { region: 'eu-north-1', service: 'execute-api' }
const BODY = '{"email":"ada@example.com","name":"Åsa"}'
const RIGHT = '/webhooks/right'

interface Changes {
  readonly region?: string
  readonly service?: string
  readonly credentials?: typeof KEY
  readonly hostname?: string
  readonly method?: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

async function signed(path: string, atMs: number, changes: Changes = {}): Promise<Sent> {
  const { hostname = 'hooks.example.com', method = 'POST', body = BODY, headers = {}, credentials = KEY } = changes
  const signer = new SignatureV4({ ...SCOPE, ...changes, credentials, sha256: NodeSha256 })
  const [pathname = '', query] = path.split('?')
  const request = {
    method,
    protocol: 'https:',
    hostname,
    path: `/in${pathname}`,
    query: Object.fromEntries(new URLSearchParams(query)),
    headers: { host: hostname, 'content-type': 'application/json', ...headers },
    body,
  }
  const { headers: all } = await signer.sign(request, { signingDate: new Date(atMs) })
  const { host: _host, ...sent } = all
  return { method: 'POST', path, headers: Object.entries(sent), body: BODY }
}

const scheme = (...keys: readonly (typeof KEY)[]) => sigV4({ ...SCOPE, keys, publicUrl: PUBLIC_URL })
const changed = (header: string, change: (value: string) => string) => async () => {
  const sent = await signed(RIGHT, NOW_MS)
  return withHeader(sent, header, change(headerOf(sent, header)))
}

playSender({
  name: 'AWS, Signature Version 4',
  right: scheme(KEY),
  rotating: scheme(OTHER, KEY),
  other: scheme(OTHER),
  sign: (path, atMs) => signed(path, atMs),
  needs: ['authorization', 'x-amz-date'],
  signature: 'authorization',
  signsTime: true,
  signsMessage: true,
  wrong: {
    'another region': () => signed(RIGHT, NOW_MS, { region: 'us-east-1' }),
    'another service': () => signed(RIGHT, NOW_MS, { service: 's3' }),
    'another secret of the key': () =>
      signed(RIGHT, NOW_MS, { credentials: { ...KEY, secretAccessKey: OTHER.secretAccessKey } }),
    'a key that nobody holds': () => signed(RIGHT, NOW_MS, { credentials: { ...KEY, accessKeyId: 'constructor' } }),
    'signed for another host': () => signed(RIGHT, NOW_MS, { hostname: 'other.example.com' }),
    'signed for another method': () => signed(RIGHT, NOW_MS, { method: 'PUT' }),
    'signed for another query': async () => ({ ...(await signed(RIGHT, NOW_MS)), path: `${RIGHT}?a=1` }),
    'signed for another path': async () => ({ ...(await signed('/webhooks/other', NOW_MS)), path: RIGHT }),
    'another signed header': changed('content-type', () => 'application/xml'),
    'another time': changed('x-amz-date', (time) => time.replace('T03', 'T02')),
    'another algorithm': changed('authorization', (text) => text.replace('AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA1')),
    'a host that is not signed': changed('authorization', (text) => text.replace('host;', '')),
    'the header twice': async () => doubled(await signed(RIGHT, NOW_MS), 'authorization'),
    'a body that claims not to be signed': async () =>
      withHeader(await signed(RIGHT, NOW_MS), 'x-amz-content-sha256', 'UNSIGNED-PAYLOAD'),
  },
})

describe('a request by Signature Version 4', () => {
  test('is no new event with anything else in its header', async () => {
    const world = await worldOf({ right: scheme(KEY) })
    const sent = await signed(RIGHT, NOW_MS)
    const first = await (await send(world, sent)).text()
    const authorization = headerOf(sent, 'authorization')
    for (const digit of ['0', '1']) {
      for (const name of ['XSignature', 'signature', 'Other']) {
        const field = `${name}=${digit.repeat(64)}`
        const before = authorization.replace('Credential=', `${field}, Credential=`)
        for (const changedTo of [before, `${authorization}, ${field}`]) {
          expect((await send(world, withHeader(sent, 'authorization', changedTo))).status).toBe(401)
        }
      }
    }
    const spaced = withHeader(sent, 'authorization', authorization.replaceAll(', ', ' ,  '))
    expect(await (await send(world, spaced)).text()).toBe(first)
    expect(await storedEvents(world)).toBe(1)
    world.stop()
  })

  test('is known again by its Idempotency-Key where that is signed, and only there', async () => {
    const world = await worldOf({ right: scheme(KEY) })
    const withKey = (key: string, atMs: number) => signed(RIGHT, atMs, { headers: { 'idempotency-key': key } })
    const first = await send(world, await withKey('order-1', NOW_MS))
    const again = await send(world, await withKey('order-1', NOW_MS - 1000))
    expect([again.status, await again.text()]).toEqual([202, await first.text()])
    expect((await send(world, await withKey('order-2', NOW_MS))).status).toBe(202)
    const forged = withHeader(await withKey('order-1', NOW_MS), 'idempotency-key', 'order-3')
    expect((await send(world, forged)).status).toBe(401)
    expect(await storedEvents(world)).toBe(2)
    world.stop()
  })
})
