import { describe, expect, test } from 'bun:test'
import { createTokenCache, type IssuedToken } from './token-cache.ts'

/** An issuer that answers when the test says so, and a clock that stands still until the test moves it. */
function createIssuer<Context = void>() {
  const waiting: { resolve: (issued: IssuedToken) => void; reject: (error: Error) => void }[] = []
  const contexts: Context[] = []
  const clock = { nowMs: 0 }
  return {
    clock,
    contexts,
    fetchToken(context: Context): Promise<IssuedToken> {
      contexts.push(context)
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject })
      })
    },
    nowMs: () => clock.nowMs,
    issue: (token: string, expiresAtMs: number) => waiting.shift()?.resolve({ token, expiresAtMs }),
    fail: (error: Error) => waiting.shift()?.reject(error),
  }
}

/** A cache that holds `first`, which expires at 1,000,000. */
async function filledCache() {
  const issuer = createIssuer()
  const cache = createTokenCache(issuer)
  const got = cache.get()
  issuer.issue('first', 1_000_000)
  await got
  return { issuer, cache }
}

describe('createTokenCache', () => {
  test('asks the issuer once for callers that come together', async () => {
    const issuer = createIssuer()
    const cache = createTokenCache(issuer)
    const got = [cache.get(), cache.get(), cache.get()]
    issuer.issue('first', 1_000_000)
    expect(await Promise.all(got)).toEqual(['first', 'first', 'first'])
    expect(issuer.contexts).toHaveLength(1)
  })

  test.each<[string, number, number]>([
    ['keeps the token until 60 s before its expiry', 939_999, 1],
    ['renews the token 60 s before its expiry', 940_000, 2],
    ['renews an expired token', 1_000_001, 2],
  ])('%s', async (_name, nowMs, fetches) => {
    const { issuer, cache } = await filledCache()
    issuer.clock.nowMs = nowMs
    const got = cache.get()
    issuer.issue('second', 9_000_000)
    expect(await got).toBe(fetches === 1 ? 'first' : 'second')
    expect(issuer.contexts).toHaveLength(fetches)
  })

  test.each<[string, number, number]>([
    ['renews earlier when told to', 400_000, 2],
    ['keeps the token before that', 399_999, 1],
  ])('%s', async (_name, nowMs, fetches) => {
    const issuer = createIssuer()
    const cache = createTokenCache({ ...issuer, renewBeforeMs: 600_000 })
    const first = cache.get()
    issuer.issue('first', 1_000_000)
    await first
    issuer.clock.nowMs = nowMs
    const second = cache.get()
    issuer.issue('second', 9_000_000)
    await second
    expect(issuer.contexts).toHaveLength(fetches)
  })

  test.each<[string, number, number]>([
    ['uses a token that lives less than 60 s until it expires', 29_999, 1],
    ['renews a token that lived less than 60 s when it expired', 30_000, 2],
  ])('%s', async (_name, nowMs, fetches) => {
    const issuer = createIssuer()
    const cache = createTokenCache(issuer)
    const first = cache.get()
    issuer.issue('short', 30_000)
    await first
    issuer.clock.nowMs = nowMs
    const second = cache.get()
    issuer.issue('next', 90_000)
    await second
    expect(issuer.contexts).toHaveLength(fetches)
  })

  test('does not loop when renewal brings the same token with what is left of its life', async () => {
    const { issuer, cache } = await filledCache()
    issuer.clock.nowMs = 950_000
    const renewed = cache.get()
    issuer.issue('first', 1_000_000)
    await renewed
    expect(await cache.get()).toBe('first')
    expect(issuer.contexts).toHaveLength(2)
  })

  test('hands out a token that has already expired once, and asks again for the next caller', async () => {
    const issuer = createIssuer()
    issuer.clock.nowMs = 50_000
    const cache = createTokenCache(issuer)
    const first = cache.get()
    issuer.issue('late', 40_000)
    expect(await first).toBe('late')
    const second = cache.get()
    issuer.issue('next', 9_000_000)
    expect(await second).toBe('next')
  })

  test('gives a failure to every caller that waits, keeps it from the next, and does not try again', async () => {
    const issuer = createIssuer()
    const cache = createTokenCache(issuer)
    const got = Promise.allSettled([cache.get(), cache.get()])
    const failure = new Error('issuer down')
    issuer.fail(failure)
    expect(await got).toEqual([
      { status: 'rejected', reason: failure },
      { status: 'rejected', reason: failure },
    ])
    expect(issuer.contexts).toHaveLength(1)
    const next = cache.get()
    issuer.issue('first', 1_000_000)
    expect(await next).toBe('first')
  })

  test('recovers from a fetch that throws before it returns a promise', async () => {
    const failure = new Error('no credentials')
    const results: (() => Promise<IssuedToken>)[] = [
      () => {
        throw failure
      },
      () => Promise.resolve({ token: 'first', expiresAtMs: 1_000_000 }),
    ]
    const fetchToken = (): Promise<IssuedToken> => results.shift()?.() ?? Promise.reject(failure)
    const cache = createTokenCache({ fetchToken, nowMs: () => 0 })
    expect(await Promise.allSettled([cache.get()])).toEqual([{ status: 'rejected', reason: failure }])
    expect(await cache.get()).toBe('first')
  })
})

describe('a renewal that fails', () => {
  const failure = new Error('issuer down')

  test('leaves every caller the token that is still valid, and is not kept from the next', async () => {
    const { issuer, cache } = await filledCache()
    issuer.clock.nowMs = 950_000
    const got = Promise.all([cache.get(), cache.get()])
    issuer.fail(failure)
    expect([await got, issuer.contexts.length]).toEqual([['first', 'first'], 2])
    const renewed = cache.get()
    issuer.issue('second', 9_000_000)
    expect([await renewed, issuer.contexts.length]).toEqual(['second', 3])
  })

  test('leaves the valid token where what is issued is none', async () => {
    const { issuer, cache } = await filledCache()
    issuer.clock.nowMs = 950_000
    const got = cache.get()
    issuer.issue('', 9_000_000)
    expect(await got).toBe('first')
  })

  test.each<[string, (issuer: { clock: { nowMs: number } }, cache: { refuse(token: string): void }) => void]>([
    ['expired meanwhile', ({ clock }) => (clock.nowMs = 1_000_000)],
    ['was refused meanwhile', (_, cache) => cache.refuse('first')],
  ])('is thrown where the token %s', async (_name, happen) => {
    const { issuer, cache } = await filledCache()
    issuer.clock.nowMs = 950_000
    const got = cache.get()
    happen(issuer, cache)
    issuer.fail(failure)
    await expect(got).rejects.toBe(failure)
  })
})

describe('what is issued', () => {
  test.each<[string, unknown, string]>([
    ['without a token', { token: '', expiresAtMs: 1_000_000 }, 'token'],
    ['with a token that is no text', { token: 7, expiresAtMs: 1_000_000 }, 'token'],
    ['with an expiry that is no number', { token: 'canary', expiresAtMs: Number.NaN }, 'expiresAtMs'],
    ['with a negative expiry', { token: 'canary', expiresAtMs: -1 }, 'expiresAtMs'],
    ['without an expiry', { token: 'canary' }, 'expiresAtMs'],
  ])('%s is refused, and not kept', async (_name, issued, path) => {
    const answers: unknown[] = [issued, { token: 'next', expiresAtMs: 1_000_000 }]
    const cache = createTokenCache({ fetchToken: async () => answers.shift() as IssuedToken, nowMs: () => 0 })
    const error: unknown = await cache.get().catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'SCHEMA_MISMATCH', message: 'token cache: what was issued is no token' })
    expect(error).toMatchObject({ issues: [expect.objectContaining({ path })] })
    expect(await cache.get()).toBe('next')
  })

  test('may never expire', async () => {
    const issuer = createIssuer()
    const cache = createTokenCache(issuer)
    const got = cache.get()
    issuer.issue('for ever', Number.POSITIVE_INFINITY)
    await got
    issuer.clock.nowMs = Number.MAX_SAFE_INTEGER
    expect(await cache.get()).toBe('for ever')
  })
})

test.each([[Number.NaN], [-1], [0.5]])('a renewBeforeMs of %p is refused', (renewBeforeMs) => {
  expect(() => createTokenCache({ ...createIssuer(), renewBeforeMs })).toThrow(
    'configuration: token cache renewBeforeMs must be a whole number from 0 on',
  )
})

describe('refuse', () => {
  test('causes one renewal for ten callers with the same refused token', async () => {
    const { issuer, cache } = await filledCache()
    const got = Array.from({ length: 10 }, () => {
      cache.refuse('first')
      return cache.get()
    })
    issuer.issue('second', 1_000_000)
    expect(new Set(await Promise.all(got))).toEqual(new Set(['second']))
    expect(issuer.contexts).toHaveLength(2)
  })

  test('leaves the newer token alone when a late caller refuses the older one', async () => {
    const { issuer, cache } = await filledCache()
    cache.refuse('first')
    const renewed = cache.get()
    issuer.issue('second', 1_000_000)
    await renewed
    cache.refuse('first')
    expect(await cache.get()).toBe('second')
    expect(issuer.contexts).toHaveLength(2)
  })

  test('leaves the token alone that a fetch under way brings', async () => {
    const { issuer, cache } = await filledCache()
    issuer.clock.nowMs = 950_000
    const renewed = cache.get()
    cache.refuse('first')
    issuer.issue('second', 9_000_000)
    await renewed
    expect(await cache.get()).toBe('second')
    expect(issuer.contexts).toHaveLength(2)
  })

  test('returns the same token when the issuer hands it out again, after one fetch', async () => {
    const { issuer, cache } = await filledCache()
    cache.refuse('first')
    const again = cache.get()
    issuer.issue('first', 1_000_000)
    expect(await again).toBe('first')
    expect(await cache.get()).toBe('first')
    expect(issuer.contexts).toHaveLength(2)
  })

  test('does nothing for a token that was never issued', async () => {
    const { issuer, cache } = await filledCache()
    cache.refuse('other')
    expect(await cache.get()).toBe('first')
    expect(issuer.contexts).toHaveLength(1)
  })
})

describe('keyOf', () => {
  test('has to be there where a token depends on who asks', async () => {
    const fetchToken = async (account: string) => ({ token: `for-${account}`, expiresAtMs: 1_000_000 })
    // @ts-expect-error without it bob would get the token of alice
    const shared = createTokenCache<string>({ fetchToken, nowMs: () => 0 })
    const keyed = createTokenCache<string>({ fetchToken, nowMs: () => 0, keyOf: (account) => account })
    expect([await keyed.get('alice'), await keyed.get('bob')]).toEqual(['for-alice', 'for-bob'])
    expect(await shared.get('alice')).toBe('for-alice')
  })

  test('makes get reject, not throw, when it throws', async () => {
    const failure = new Error('no account')
    const keyOf = (): string => {
      throw failure
    }
    const cache = createTokenCache<string>({ ...createIssuer<string>(), keyOf })
    const got = cache.get('a')
    await expect(got).rejects.toBe(failure)
  })

  test('does not make the cache grow without end', async () => {
    const asked: string[] = []
    const fetchToken = async (key: string): Promise<IssuedToken> => {
      asked.push(key)
      return { token: key, expiresAtMs: 1_000_000 }
    }
    const cache = createTokenCache<string>({ fetchToken, nowMs: () => 0, keyOf: (key) => key })
    for (let key = 0; key <= 10_000; key += 1) await cache.get(`key-${key}`)
    asked.length = 0
    await cache.get('key-1')
    await cache.get('key-0')
    expect(asked).toEqual(['key-0'])
  })

  test('may be a credential and the address from which it is used, where an issuer binds its tokens to both', async () => {
    const issuer = createIssuer<{ id: string; egress: string }>()
    const cache = createTokenCache({ ...issuer, keyOf: ({ id, egress }) => [id, egress].join(' ') })
    const got = [
      cache.get({ id: 'a', egress: '192.0.2.1' }),
      cache.get({ id: 'a', egress: '192.0.2.2' }),
      cache.get({ id: 'a', egress: '192.0.2.1' }),
    ]
    issuer.issue('for-1', 1_000_000)
    issuer.issue('for-2', 1_000_000)
    expect(await Promise.all(got)).toEqual(['for-1', 'for-2', 'for-1'])
  })

  test('keeps one token per key, and asks with the context of the first caller', async () => {
    const issuer = createIssuer<{ account: string; call: number }>()
    const cache = createTokenCache({ ...issuer, keyOf: ({ account }) => account })
    const got = [
      cache.get({ account: 'a', call: 1 }),
      cache.get({ account: 'b', call: 2 }),
      cache.get({ account: 'a', call: 3 }),
    ]
    issuer.issue('for-a', 1_000_000)
    issuer.issue('for-b', 1_000_000)
    expect(await Promise.all(got)).toEqual(['for-a', 'for-b', 'for-a'])
    expect(issuer.contexts).toEqual([
      { account: 'a', call: 1 },
      { account: 'b', call: 2 },
    ])
  })

  test('forgets a refused token under its own key only', async () => {
    const issuer = createIssuer<string>()
    const cache = createTokenCache({ ...issuer, keyOf: (account) => account })
    const got = [cache.get('a'), cache.get('b')]
    issuer.issue('for-a', 1_000_000)
    issuer.issue('for-b', 1_000_000)
    await Promise.all(got)
    cache.refuse('for-a')
    expect(await cache.get('b')).toBe('for-b')
    const renewed = cache.get('a')
    issuer.issue('second-a', 1_000_000)
    expect(await renewed).toBe('second-a')
  })
})
