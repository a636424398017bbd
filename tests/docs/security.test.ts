import { describe, expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dir, '../..')
const TEXT = readFileSync(join(ROOT, 'docs/security.md'), 'utf8')

/** Rows of a table that names tests: threat, defence, shown by. */
const ROWS = TEXT.split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| threat |'))
  .map((line) => line.slice(2, -2).split(' | '))

/** A file, and the words of it that are named: `` `file` "words", "words" ``. */
function shownBy(cell: string): readonly (readonly [file: string, words: readonly string[]])[] {
  return [...cell.matchAll(/`([^`]+)`((?:,? "[^"]+")+)/g)].map(([, file = '', words = '']) => [
    file,
    [...words.matchAll(/"([^"]+)"/g)].map(([, word = '']) => word),
  ])
}

describe('docs/security.md', () => {
  test('has a table of threats', () => {
    expect(ROWS.length).toBeGreaterThan(30)
  })

  test.each(ROWS.map((row) => [row[0] ?? '', row] as const))('names a test that is there for: %s', (_threat, row) => {
    expect(row).toHaveLength(3)
    const shown = shownBy(row[2] ?? '')
    // Whatever else stands in the cell would be a test that nobody looks for.
    const rest = (row[2] ?? '').replaceAll(/`[^`]+`|"[^"]+"|[, ]/g, '')
    expect([shown.length > 0, rest]).toEqual([true, ''])
    for (const [file, words] of shown) {
      expect([file, existsSync(join(ROOT, file))]).toEqual([file, true])
      const source = readFileSync(join(ROOT, file), 'utf8')
      for (const word of words) expect([file, word, source.includes(word)]).toEqual([file, word, true])
    }
  })
})
