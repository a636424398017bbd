import { beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { INSTALL_MS, installTools, toolModule } from '../tools/install.ts'
import type { FoundRegExp } from './list-regexps.ts'

/**
 * How long the analysis of one may take, in milliseconds: what is not decided by then is a fault. What automata cannot
 * decide is fuzzed, from the same seed each time.
 */
const EFFORT = { timeout: 60_000, maxAttackStringSize: 30_000, randomSeed: 1 } as const
const ALL_MS = 300_000

interface Diagnostics {
  readonly status: 'safe' | 'vulnerable' | 'unknown'
}
type Check = (source: string, flags: string, options: typeof EFFORT) => Diagnostics

/**
 * Not linear, and why that is none the worse: what each is matched against. Any other one that is not linear has to be
 * written in another way, or comes with a reason.
 */
const ALLOWED: Readonly<Record<string, string>> = {
  '/\\/+$/': 'base URLs, which are the operator’s, at start',
  '/.=+$/': 'base64 of a secret, which ends in two `=` at most',
  '/&(?:#0*(?<decimal>\\d{1,7});|#x0*(?<hex>[\\da-fA-F]{1,6});|(?<name>[^\\s;&<]{1,64});)?/g':
    'linear: the zeros behind one `&` are read by no other; the fuzzer counts some steps for each of them',
  '/^\\s*INSERT INTO (?!.*\\bSELECT\\b).* VALUES \\(/s': 'our own SQL',
  '/"(?:[^"\\\\]|\\\\.)*"/g': 'a header that a trusted proxy sets; no header section is longer than 12,288 characters',
  "/[\\p{L}\\p{N}!#$%&'*+/=?^_`{|}~.-]+@[\\p{L}\\p{N}.-]+\\*?/gu":
    'what a person types to search: 200 characters at most',
  '/^\\{(\\d+)(,)?(\\d*)\\}/': 'a pattern in a JSON Schema of the configuration, at start',
  '/"list":\\[(\\{.*?\\})/': 'the sandbox: its own replies',
  '/<list>(<(\\w+)>.*?<\\/\\2>)/s': 'the sandbox: its own replies',
}

let check: Check
let found: readonly FoundRegExp[]

beforeAll(async () => {
  installTools()
  check = await loadCheck()
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'list-regexps.ts')], { stdout: 'pipe' })
  found = JSON.parse(await child.stdout.text()) as readonly FoundRegExp[]
}, INSTALL_MS)

const nameOf = ({ source, flags }: Pick<FoundRegExp, 'source' | 'flags'>) => `/${source}/${flags}`

test('the list holds literals and what is put together', () => {
  expect(found.length).toBeGreaterThan(150)
  expect(found.map(({ file }) => file)).toContain('apps/gateway/src/trace.ts')
  expect(found.filter(({ file }) => file.includes('xml-codec/src/guard.ts')).length).toBeGreaterThan(5)
})

test('the checker tells a regular expression that explodes', () => {
  for (const source of ['^(a+)+$', '^(a|aa)+$', '^\\s+|\\s+$|(x+x+)+y', '^(a{1,3})+$']) {
    expect([source, statusOf(source, '')]).toEqual([source, 'vulnerable'])
  }
})

test(
  'every regular expression of the gateway and its packages takes time in proportion to its text, or says why not',
  () => {
    const byName = new Map(found.map((one) => [nameOf(one), one]))
    // What is allowed whatever it is need not be looked at: it takes longest.
    const wrong = [...byName].flatMap(([name, { source, flags, file }]) => {
      if (name in ALLOWED) return []
      const status = statusOf(source, flags)
      return status === 'safe' ? [] : [{ name, status, file }]
    })
    expect(wrong).toEqual([])
    // Nothing is allowed that is not there any more.
    expect(Object.keys(ALLOWED).filter((name) => !byName.has(name))).toEqual([])
  },
  ALL_MS,
)

/**
 * Any number of times is all that a bounded number may be, and more: what is linear with it is linear without. It is decided by
 * automata, and much sooner. A brace that is a character is none that counts.
 */
function statusOf(source: string, flags: string): Diagnostics['status'] {
  const looser = /\\\{|\[[^\]]*\{/.test(source) ? source : source.replaceAll(/\{\d+,\d*\}/g, '*')
  if (looser !== source && check(looser, flags, EFFORT).status === 'safe') return 'safe'
  return check(source, flags, EFFORT).status
}

/** Loads the checker, which only this test needs, as plain JavaScript: its native program is not for every machine. */
async function loadCheck(): Promise<Check> {
  process.env['RECHECK_BACKEND'] = 'pure'
  const module: unknown = await import(toolModule('recheck'))
  if (!isChecker(module)) throw new Error('recheck has no checkSync')
  return module.checkSync
}

function isChecker(module: unknown): module is { readonly checkSync: Check } {
  return (
    typeof module === 'object' && module !== null && 'checkSync' in module && typeof module.checkSync === 'function'
  )
}
