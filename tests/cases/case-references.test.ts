import { describe, expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Glob } from 'bun'
import { missingCases } from './case-references.ts'

const ROOT = resolve(import.meta.dir, '../..')
const exists = (path: string): boolean =>
  /^[a-z0-9-]+\/[a-z0-9-]+$/.test(path) && existsSync(join(import.meta.dir, path))

test('every case that a comment names exists', () => {
  const sources = ['packages', 'apps'].flatMap((folder) =>
    [...new Glob('*/src/**/*.ts').scanSync(join(ROOT, folder))].map((file) => join(ROOT, folder, file)),
  )
  expect(sources.length).toBeGreaterThan(100)
  const missing = sources.flatMap((file) =>
    missingCases(readFileSync(file, 'utf8'), exists).map((path) => `${file}: ${path}`),
  )
  expect(missing).toEqual([])
})

describe('a comment that names a case', () => {
  const rows: readonly [name: string, text: string, missing: readonly string[]][] = [
    ['that exists', '// QUIRK contactnow: HTTP 200 for a failure (case demo/expired-token)', []],
    ['that does not', '// QUIRK contactnow: HTTP 200 for a failure (case demo/never-written)', ['demo/never-written']],
    ['by a source alone', '// QUIRK contactnow: HTTP 200 for a failure (case demo)', ['demo']],
    ['outside the folder', '// QUIRK contactnow: HTTP 200 for a failure (case ../stories)', ['../stories']],
    ['beside another', '(case demo/json) and (case demo/gone)', ['demo/gone']],
    ['not at all', '// in this case (or the other) nothing is named', []],
  ]
  test.each([...rows])('%s', (_name, text, missing) => {
    expect(missingCases(text, exists)).toEqual(missing)
  })
})
