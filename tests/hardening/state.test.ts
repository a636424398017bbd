import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { heapStats } from 'bun:jsc'
import { resolve } from 'node:path'
import { type Gateway, loadConfig, SANDBOX_KEYS, sandboxEnvironment, startGateway } from '@sluice/gateway/bun'
import { temporaryFolder } from '../stories/running.ts'

const SHIPPED_CONFIG = resolve(import.meta.dir, '../../sluice.config.ts')
const ADMIN = { authorization: `Bearer ${SANDBOX_KEYS.SLUICE_ADMIN_TOKEN}` }
const SLOW_MS = 60_000
/** Requests of strangers, what each of them brings, in bytes, and at once. */
const STRANGERS = 5000
const LUGGAGE = 2000
const AT_ONCE = 20
/** Less than half of what it would be if what they bring were kept: 10 MB. */
const MOST_KEPT_BYTES = 4_000_000

describe('what requests leave behind in the process', () => {
  const folder = temporaryFolder()
  let gateway: Gateway

  beforeAll(async () => {
    gateway = await startGateway({
      configFile: await loadConfig(SHIPPED_CONFIG),
      environment: sandboxEnvironment('http://127.0.0.1:9'),
      port: 0,
      dataPath: folder.path,
      sandboxUrl: null,
      example: null,
      adapt: (ports) => ({ ...ports, log: () => undefined }),
    })
  })

  afterAll(async () => {
    await gateway?.stop()
    folder.remove()
  })

  describe('no query changes what every object has', () => {
    const QUERIES: readonly (readonly [query: string, status: number])[] = [
      ['__proto__=polluted', 400],
      ['__proto__[polluted]=1', 400],
      ['constructor.prototype.polluted=1', 400],
      ['constructor[prototype][polluted]=1&constructor=1', 400],
      ['__proto__=a&__proto__=b&limit=5', 400],
      ['hasOwnProperty=1&toString=1&valueOf=1', 400],
      ['limit=1&limit=2', 400],
      ['state=dead&state=parked', 200],
      ['cursor=a&cursor=b', 400],
      ['limit=%00', 400],
      ['limit=-1', 400],
      ['limit=99999999999999999999', 400],
      ['limit=%EF%BC%91', 400],
    ]
    test.each([...QUERIES])('%s', async (query, status) => {
      const response = await fetch(`${gateway.url}/v1/deliveries?${query}`, { headers: ADMIN })
      expect(response.status).toBe(status)
      expect(Object.keys(Object.prototype)).toEqual([])
      expect('polluted' in {}).toBe(false)
    })
  })

  test(
    'nothing of strangers: neither their keys nor their ids nor the names that they ask for',
    async () => {
      await knockMany(500)
      const before = heapNow()
      await knockMany(STRANGERS)
      expect(heapNow() - before).toBeLessThan(MOST_KEPT_BYTES)
    },
    SLOW_MS,
  )

  async function knockMany(count: number): Promise<void> {
    let sent = 0
    const knock = async () => {
      while (sent < count) {
        sent += 1
        const own = `${crypto.randomUUID()}${'x'.repeat(LUGGAGE)}`
        const [path, status] =
          sent % 2 === 0 ? (['/webhooks/demo', 401] as const) : ([`/webhooks/${own.slice(0, 1500)}`, 404] as const)
        const response = await fetch(`${gateway.url}${path}`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${own}`,
            'idempotency-key': own.slice(0, 255),
            'x-request-id': own.slice(0, 128),
          },
          body: '{}',
        })
        await response.arrayBuffer()
        if (response.status !== status) throw new Error(`answered ${response.status}`)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, knock))
  }
})

function heapNow(): number {
  Bun.gc(true)
  Bun.gc(true)
  return heapStats().heapSize
}
