import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { bearer, meta, slack } from '@sluice/gateway'
import type { World } from '../world/world.ts'
import { answerOf, send, storedEvents, UNAUTHENTICATED, worldOf } from './play-sender.ts'

const SECRET = 'a secret of the app'
const TOKEN = 'a verify token'
const CHALLENGE = '1158201444'

/** As https://developers.facebook.com/docs/graph-api/webhooks/getting-started shows it. */
const QUERY = { 'hub.mode': 'subscribe', 'hub.challenge': CHALLENGE, 'hub.verify_token': TOKEN }

describe('the challenge of Meta', () => {
  let world: World
  beforeAll(async () => {
    world = await worldOf({
      meta: meta({ secrets: [SECRET], verifyTokens: ['an older verify token', TOKEN] }),
      slack: slack({ secrets: [SECRET] }),
      plain: bearer('a-token-of-the-caller'),
    })
  })
  afterAll(() => world?.stop())

  const get = (source: string, query: Readonly<Record<string, string>>, method = 'GET') =>
    send(world, { method, path: `/webhooks/${source}?${new URLSearchParams(query)}`, headers: [], body: '' })

  test('is answered as text to whoever knows a verify token', async () => {
    for (const token of [TOKEN, 'an older verify token']) {
      const response = await get('meta', { ...QUERY, 'hub.verify_token': token })
      expect([response.status, await response.text()]).toEqual([200, CHALLENGE])
      expect(response.headers.get('content-type')).toBe('text/plain')
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    }
    expect(await storedEvents(world)).toBe(0)
  })

  test.each<[name: string, query: Readonly<Record<string, string>>]>([
    ['another token', { ...QUERY, 'hub.verify_token': 'another token' }],
    ['an empty token', { ...QUERY, 'hub.verify_token': '' }],
    ['the secret for the token', { ...QUERY, 'hub.verify_token': SECRET }],
    ['another mode', { ...QUERY, 'hub.mode': 'unsubscribe' }],
    ['markup', { ...QUERY, 'hub.challenge': '<script>alert(1)</script>' }],
    ['a line break', { ...QUERY, 'hub.challenge': '1\r\nset-cookie: a=b' }],
    ['an empty challenge', { ...QUERY, 'hub.challenge': '' }],
    ['a very long one', { ...QUERY, 'hub.challenge': '1'.repeat(257) }],
    ['nothing', {}],
  ])('is refused with the one answer: %s', async (_, query) => {
    const response = await get('meta', query)
    expect(await answerOf(response)).toEqual([401, UNAUTHENTICATED])
  })

  test.each(['plain', 'slack'])('is no method of a source whose sender does not ask: %s', async (source) => {
    const response = await get(source, QUERY)
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
    expect(await response.json()).toMatchObject({ code: 'METHOD_NOT_ALLOWED' })
  })

  test('is nothing where there is no such source', async () => {
    expect((await get('nobody', QUERY)).status).toBe(404)
  })
})
