import { beforeAll, expect, test } from 'bun:test'
import { INSTALL_MS, installTools } from '../tools/install.ts'
import { DRIVERS } from './drivers.ts'
import { playOn } from './play.ts'
import { head, row, totals } from './report.ts'
import { STORIES } from './stories.ts'

const SLOW_MS = 120_000

beforeAll(() => installTools(), INSTALL_MS)

const texts = new Map<string, string>()
const short = STORIES.filter((story) => story.short === true).map((story) => [story.name, story] as const)

test.each(short)(
  '%s',
  async (_, story) => {
    const cells = await playOn(story, DRIVERS, texts)
    expect(cells.filter(({ failure }) => failure !== null)).toEqual([])
    expect(cells.map(({ runtime }) => runtime)).toEqual(DRIVERS.map(({ name }) => name))
  },
  SLOW_MS,
)

test('no two stories have one name, and no two runtimes', () => {
  const names = [...STORIES, ...DRIVERS].map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
})

test('the table has no empty cell: what was not played has failed', () => {
  const played = { story: 'one', runtime: 'bun', failure: null, ms: 1234 }
  const failed = { story: 'one', runtime: 'deno', failure: 'it does not', ms: 1 }
  const cells = [played, failed]
  expect(head(['bun', 'deno'], 6)).toBe('story   bun         deno      \n')
  expect(row('one', ['bun', 'deno'], cells, 6)).toBe('one     1.2 s       FAILED    \n')
  expect(row('two', ['bun', 'deno'], cells, 6)).toBe('two     MISSING     MISSING   \n')
  const { text, ok } = totals(['one', 'two'], ['bun', 'deno'], cells)
  expect(ok).toBe(false)
  expect(text.trimEnd().split('\n').at(-1)).toBe('1 passed, 3 failed')
  expect(totals(['one'], ['bun'], cells)).toEqual({ text: '\n1 passed, 0 failed\n', ok: true })
  expect(totals([], [], []).ok).toBe(false)
})
