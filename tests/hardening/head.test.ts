import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { loadConfig, SANDBOX_KEYS, sandboxEnvironment, startGateway, type Gateway } from '@sluice/gateway/bun'
import { resolve } from 'node:path'
import { temporaryFolder } from '../stories/running.ts'
import { AMBIGUOUS, type HeadRow, LARGE_HEADS, METHODS, PATHS } from './head-rows.ts'
import { rawRequest, sendRaw } from './raw.ts'

const CONFIG = resolve(import.meta.dir, '../../sluice.config.ts')
/** Bun looks every 4 s which connections lie still. */
const SLOW_MS = 40_000

describe('the head of a request, byte by byte to a gateway that listens', () => {
  const folder = temporaryFolder()
  const log: string[] = []
  let gateway: Gateway

  beforeAll(async () => {
    gateway = await startGateway({
      configFile: await loadConfig(CONFIG),
      environment: sandboxEnvironment('http://127.0.0.1:9'),
      port: 0,
      dataPath: folder.path,
      sandboxUrl: 'http://127.0.0.1:9',
      example: (origin) => `curl ${origin}`,
      idleSeconds: 1,
      adapt: (ports) => ({
        ...ports,
        log: (level, message, fields) => void log.push(JSON.stringify({ level, message, ...fields })),
      }),
    })
  })

  afterAll(async () => {
    await gateway?.stop()
    folder.remove()
  })

  const answersAs = async (bytes: string, status: number, code: HeadRow[3]): Promise<string> => {
    const reply = await sendRaw(gateway.url, bytes)
    const sent = reply.status < 400 ? null : (JSON.parse(reply.body) as { code: string }).code
    expect({ status: reply.status, code: sent }).toEqual({ status, code })
    return reply.text
  }

  describe('what is too large', () => {
    test.each([...LARGE_HEADS])('%s', async (_name, bytes, status, code) => void (await answersAs(bytes, status, code)))

    test.each([200_000_000, 2 ** 40, Number.MAX_SAFE_INTEGER])(
      'a body declared with %d bytes is refused as any other, before anything of it comes',
      async (bytes) => {
        for (const [path, key] of [
          ['/webhooks/demo', SANDBOX_KEYS.SLUICE_INGEST_TOKEN],
          ['/v1/contactnow/datasets/104/records', SANDBOX_KEYS.SLUICE_ADMIN_TOKEN],
          ['/v1/preview', SANDBOX_KEYS.SLUICE_ADMIN_TOKEN],
        ] as const) {
          const headers = [`Authorization: Bearer ${key}`, 'Content-Type: application/json', `Content-Length: ${bytes}`]
          const reply = await sendRaw(gateway.url, rawRequest(`POST ${path} HTTP/1.1`, headers))
          const { code, instance } = JSON.parse(reply.body) as Readonly<Record<string, string>>
          expect([reply.status, code]).toEqual([413, 'BODY_TOO_LARGE'])
          expect(instance).toBe(`urn:sluice:request:${reply.headers.get('x-request-id')}`)
        }
      },
    )

    test('beyond 200 fields or 16 kB Bun itself says 431', async () => {
      for (const headers of [Array.from({ length: 300 }, (_, at) => `X-${at}: 1`), [`X-Long: ${'a'.repeat(20_000)}`]]) {
        expect((await sendRaw(gateway.url, rawRequest('GET /healthz HTTP/1.1', headers))).status).toBe(431)
      }
    })
  })

  describe('a path, written', () => {
    test.each([...PATHS])('with %s', async (_name, bytes, status, code) => void (await answersAs(bytes, status, code)))
  })

  describe('a method', () => {
    test.each([...METHODS])('%s', async (_name, bytes, status, code) => {
      const text = await answersAs(bytes, status, code)
      expect(text).not.toContain('echo-me')
      expect(text.toLowerCase()).not.toContain('access-control')
    })

    test.each(['get', 'FOO', 'GET\t'])('%j is none: no route is reached', async (method) => {
      const reply = await sendRaw(gateway.url, rawRequest(`${method} /healthz HTTP/1.1`))
      expect([0, 400, 404, 405, 501, 505]).toContain(reply.status)
      expect(reply.text).not.toContain('"ok"')
    })

    test('CONNECT opens no way to anywhere', async () => {
      const reply = await sendRaw(gateway.url, rawRequest('CONNECT 127.0.0.1:22 HTTP/1.1'))
      expect(reply.status).toBe(400)
      expect(reply.body).toContain('"code":"HOST_INVALID"')
    })
  })

  describe('of two minds', () => {
    test.each([...AMBIGUOUS])(
      '%s: one answer at most, and nothing is read as a second request',
      async (_name, bytes) => {
        const before = log.length
        const reply = await sendRaw(gateway.url, bytes)
        expect(reply.text.match(/HTTP\/1\.[01] \d{3}/g) ?? []).toHaveLength(reply.status === 0 ? 0 : 1)
        expect(reply.status === 0 || reply.status >= 400).toBe(true)
        expect(log.slice(before).filter((line) => line.includes('"status":404'))).toEqual([])
      },
    )
  })

  describe('the host', () => {
    const HOSTS: readonly (readonly [name: string, host: string])[] = [
      ['that ends a tag', 'evil.test"><script>alert(1)</script>'],
      ['with a path and a credential', 'user:secret@evil.test/path?query'],
      ['with a blank', 'evil test'],
    ]
    test.each([...HOSTS])('%s is refused', async (_name, host) => {
      const reply = await sendRaw(gateway.url, `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
      expect(reply.status).toBe(400)
      expect(reply.text).not.toContain('evil')
    })

    test('is missing: refused', async () => {
      expect((await sendRaw(gateway.url, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n')).status).toBe(400)
    })

    test('of another is only ever written into the example of the start page, as text', async () => {
      const evil = 'GET / HTTP/1.1\r\nHost: evil.test:1\r\nX-Forwarded-Host: worse.test\r\nConnection: close\r\n\r\n'
      const page = await sendRaw(gateway.url, evil)
      expect(page.status).toBe(200)
      expect(page.body.match(/evil\.test/g)).toHaveLength(1)
      expect(page.text).not.toContain('worse.test')
      for (const path of ['/openapi.json', '/readyz', '/v1/deliveries', '/nowhere']) {
        const reply = await sendRaw(gateway.url, evil.replace('GET /', `GET ${path}`))
        expect(reply.text).not.toContain('evil.test')
      }
    })

    test('in the target does not count', async () => {
      const reply = await sendRaw(gateway.url, rawRequest('GET http://evil.test/openapi.json HTTP/1.1'))
      expect(reply.status).toBe(200)
      expect(reply.text).not.toContain('evil.test')
    })
  })

  test(
    'a head that never ends is not waited for, whether nothing more comes or a byte at a time',
    async () => {
      const closed = ['GET /healthz HTTP/1.1\r\nHost: gateway.test', ''].flatMap((start) =>
        [false, true].map((drips) => holdOpen(gateway.url, start, drips)),
      )
      expect(await Promise.all(closed)).toEqual(['closed', 'closed', 'closed', 'closed'])
      // Nobody else had to wait for them.
      expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200)
    },
    SLOW_MS,
  )
})

/** Begins a request, goes on with it or not, and resolves when the server closes the connection. */
function holdOpen(url: string, start: string, drips: boolean): Promise<'closed'> {
  const { promise, resolve: close } = Promise.withResolvers<'closed'>()
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  const dripping = drips ? setInterval(() => socket.write('a'), 500) : undefined
  const end = () => {
    clearInterval(dripping)
    socket.destroy()
    close('closed')
  }
  socket.on('close', end)
  socket.on('end', end)
  socket.on('error', end)
  if (start !== '') socket.write(start)
  return promise
}
