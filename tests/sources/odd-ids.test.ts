import { expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { defineConfig, hmac, source, z } from '@sluice/gateway'
import { createWorld } from '../world/world.ts'
import { send, storedEvents } from './play-sender.ts'
import { jsonPost } from './sent.ts'

const SECRET = 'a-secret-that-signs-the-body'

/** Each id as it stands in JSON, and whether it can be kept. */
test.each<[ids: readonly string[], status: number]>([
  [[String.raw`\ud800`, String.raw`\ud801`, String.raw`a\udc00`], 400],
  [[String.raw`\ud83d\ude00`, String.raw`\ud83d\ude01`, '\u{1f602}', '\ufffd'], 202],
  [[String.raw`a\u0000b`, String.raw`a\u0000c`, 'a'], 202],
])('ids that differ are never one: %o', async (ids, status) => {
  const scheme = hmac({ secrets: [SECRET], algorithm: 'sha256', header: 'x-signature', encoding: 'hex' })
  const world = await createWorld({
    config: defineConfig(() => ({
      sources: { right: source({ scheme, schema: z.unknown(), idempotencyPath: 'id' }) },
      destinations: {},
      routes: [],
      keys: [{ name: 'admin', token: 'an-admin-token', scopes: ['operate'] }],
    })),
  })
  for (const id of ids) {
    const body = `{"id":"${id}"}`
    const signature = createHmac('sha256', SECRET).update(body).digest('hex')
    const answer = await send(world, jsonPost('/webhooks/right', { 'x-signature': signature }, body))
    expect([id, answer.status]).toEqual([id, status])
    if (status === 400) expect(await answer.text()).toContain('half of a surrogate pair')
  }
  expect(await storedEvents(world)).toBe(status === 202 ? ids.length : 0)
  world.stop()
})
