import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { PASSTHROUGH } from '@sluice/gateway'

const text = readFileSync(resolve(import.meta.dir, '../../docs/api.md'), 'utf8')
const rowsOf = (columns: number, pattern: RegExp) =>
  text
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
    .filter((cells) => cells.length === columns + 2 && pattern.test(cells[1] ?? ''))
    .map((cells) => cells.slice(1, -1))

test('docs/api.md lists every route of the upstreams', () => {
  expect(rowsOf(3, /^(get|post|patch|delete)$/)).toEqual(PASSTHROUGH.routes.map((row) => [...row]))
})

test('docs/api.md says what each failure is answered with', () => {
  expect(rowsOf(3, /^[a-z-]+$/).filter(([cause = '']) => cause in PASSTHROUGH.failures)).toEqual(
    Object.entries(PASSTHROUGH.failures).map(([cause, answers]) => [cause, ...answers]),
  )
})
