import { expect, spyOn, test } from 'bun:test'
import { createDatatalks } from '@sluice/datatalks'
import { BASE, START_MS } from '../stage.ts'

/** How long API Gateway waits for what is behind it: a client that waits less never sees its 504. */
const GATEWAY_MS = 29_000

test('a client that is told nothing of time waits longer for a reply than API Gateway does', async () => {
  const timers = spyOn(globalThis, 'setTimeout')
  try {
    const client = createDatatalks({
      baseUrl: `${BASE}/datatalks/v1`,
      credentials: { accessKeyId: 'AKIDSANDBOX', secretAccessKey: 'sandbox-secret' },
      fetch: async () => new Response('{"success":true}'),
      nowMs: () => START_MS,
    })
    await client.contacts.upsert({ data: { email: 'a@example.com' }, group_key: 'abc123' })
    const delays = timers.mock.calls.map(([, delay = 0]) => delay)
    // One for the headers, one for the whole reply.
    expect(delays).toHaveLength(2)
    expect(Math.min(...delays)).toBeGreaterThan(GATEWAY_MS)
  } finally {
    timers.mockRestore()
  }
})
