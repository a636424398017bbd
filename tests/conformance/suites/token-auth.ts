import {
  createTokenCache,
  formatBearer,
  formatHeaderToken,
  type IssuedToken,
  parseBearer,
  verifyBearer,
  verifyHeaderToken,
} from '@sluice/token-auth'
import { codeOf, equal } from '../check.ts'
import { cases, type Suite, vectors } from '../suite.ts'

const TOKENS: readonly [name: string, token: string][] = [
  ['every kind of character', 'aZ09-._~+/=='],
  ['a single character', '0'],
  ['four thousand characters', 'x'.repeat(4000)],
]

const NOT_TOKENS: readonly [name: string, token: string][] = [
  ['the empty token', ''],
  ['a blank inside', 'a b'],
  ['a newline at the end', 'a\n'],
  ['padding alone', '='],
  ['padding inside', 'a=b'],
  ['a comma', 'a,b'],
  ['a letter above ASCII', 'å'],
  ['a long s, which lower case makes of S', '\u017f'],
]

/** An issuer that counts, a clock that stands where it is put, and a cache of its tokens. */
function createBench() {
  const clock = { nowMs: 0 }
  const asked: string[] = []
  const answers: (() => Promise<IssuedToken>)[] = []
  const cache = createTokenCache<string>({
    nowMs: () => clock.nowMs,
    keyOf: (account) => account,
    fetchToken: (account) => {
      asked.push(account)
      const token = `${account}-${asked.length}`
      return answers.shift()?.() ?? Promise.resolve({ token, expiresAtMs: clock.nowMs + 1_000_000 })
    },
  })
  return { clock, asked, answers, cache }
}

/** What the package promises on every runtime. */
export const suite: Suite = () => [
  ...vectors(
    'RFC 6750 section 2.1',
    [['the example', 'mF_9.B5f-4.1JqM', 'Bearer mF_9.B5f-4.1JqM']],
    (_, token, header) => {
      equal(formatBearer(token), header)
      equal(parseBearer(header), token)
    },
  ),
  ...cases('writes', TOKENS, (_, token) => equal(formatBearer(token), `Bearer ${token}`)),
  ...cases('reads', TOKENS, (_, token) => equal(parseBearer(`Bearer ${token}`), token)),
  ...cases('refuses to write', NOT_TOKENS, async (_, token) =>
    equal(await codeOf(() => formatBearer(token)), 'AUTH_CHARACTER'),
  ),
  ...cases('refuses to read', NOT_TOKENS, async (_, token) =>
    equal(await codeOf(() => parseBearer(`Bearer ${token}`)), 'AUTH_MALFORMED'),
  ),
  ...cases<[header: string | null, expected: string[], code: string]>(
    'verifies a bearer token',
    [
      ['that is expected', 'Bearer abc', ['abc'], 'accepted'],
      ['with the scheme in any case', 'bEARER  abc', ['abc'], 'accepted'],
      ['that is one of several', 'Bearer abc', ['abd', 'abc'], 'accepted'],
      ['that is another', 'Bearer abc', ['abd'], 'AUTH_REJECTED'],
      ['where nobody is expected', 'Bearer abc', [], 'AUTH_REJECTED'],
      ['of another scheme', 'Basic abc', ['abc'], 'AUTH_MALFORMED'],
      ['with parameters', 'Bearer abc, realm="x"', ['abc'], 'AUTH_MALFORMED'],
      ['that is absent', null, ['abc'], 'AUTH_MISSING'],
    ],
    async (_, header, expected, code) => equal(await codeOf(() => verifyBearer(header, expected)), code),
  ),
  ...cases<[value: string | null | undefined, expected: string, code: string]>(
    'verifies a token in a header of its own',
    [
      ['that is expected', 'k-1', 'k-1', 'accepted'],
      ['with letters above ASCII', 'a b:"å"', 'a b:"å"', 'accepted'],
      ['that differs at its end', 'k-1', 'k-2', 'AUTH_REJECTED'],
      ['that begins like the expected one', 'k-', 'k-1', 'AUTH_REJECTED'],
      ['that repeats the expected one', 'k-1k-1', 'k-1', 'AUTH_REJECTED'],
      ['that is composed otherwise', 'a\u030a', 'å', 'AUTH_REJECTED'],
      ['where an empty one is expected', 'k-1', '', 'AUTH_REJECTED'],
      ['that is empty', '', '', 'AUTH_MISSING'],
      ['that is undefined', undefined, 'k-1', 'AUTH_MISSING'],
    ],
    async (_, value, expected, code) => equal(await codeOf(() => verifyHeaderToken(value, expected)), code),
  ),
  ...cases<[token: string, code: string]>(
    'writes a token in a header of its own',
    [
      ['of printable ASCII', 'a b:"~!', 'accepted'],
      ['that is empty', '', 'AUTH_CHARACTER'],
      ['with a line end', 'k\r\nx: 1', 'AUTH_CHARACTER'],
      ['with a blank at its end', 'k ', 'AUTH_CHARACTER'],
    ],
    async (_, token, code) => equal(await codeOf(() => formatHeaderToken(token)), code),
  ),
  {
    name: 'the cache leaves the valid token where a renewal fails',
    isVector: false,
    run: async () => {
      const { cache, clock, answers } = createBench()
      await cache.get('a')
      clock.nowMs = 950_000
      answers.push(() => Promise.reject(new Error('issuer down')))
      equal([await cache.get('a'), await cache.get('a')], ['a-1', 'a-3'])
    },
  },
  ...cases(
    'the cache asks',
    [
      ['once, until a minute before the end', 939_999, ['a-1', 'a-1'], ['a']],
      ['again a minute before the end', 940_000, ['a-1', 'a-2'], ['a', 'a']],
    ],
    async (_, atMs, tokens, asked) => {
      const bench = createBench()
      const first = await bench.cache.get('a')
      bench.clock.nowMs = atMs
      equal([first, await bench.cache.get('a')], tokens)
      equal(bench.asked, asked)
    },
  ),
  {
    name: 'the cache asks once for callers that come together, and once per key',
    isVector: false,
    run: async () => {
      const { cache, asked } = createBench()
      const tokens = await Promise.all(['a', 'b', 'a', 'a', 'b'].map((account) => cache.get(account)))
      equal(
        [tokens, asked],
        [
          ['a-1', 'b-2', 'a-1', 'a-1', 'b-2'],
          ['a', 'b'],
        ],
      )
    },
  },
  {
    name: 'the cache renews once for ten callers with one refused token',
    isVector: false,
    run: async () => {
      const { cache, asked } = createBench()
      const refused = await cache.get('a')
      const tokens = await Promise.all(
        Array.from({ length: 10 }, () => {
          cache.refuse(refused)
          return cache.get('a')
        }),
      )
      equal([new Set(tokens).size, tokens[0], asked.length], [1, 'a-2', 2])
    },
  },
  {
    name: 'the cache throws a failure to everybody who waits, and keeps nothing of it',
    isVector: false,
    run: async () => {
      const { cache, asked, answers } = createBench()
      answers.push(() => Promise.reject(new Error('issuer down')))
      const settled = await Promise.allSettled([cache.get('a'), cache.get('a')])
      equal(
        settled.map(({ status }) => status),
        ['rejected', 'rejected'],
      )
      equal([asked.length, await cache.get('a')], [1, 'a-2'])
    },
  },
]
