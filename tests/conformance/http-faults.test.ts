import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { HTTP_FAULTS } from './http-faults.ts'

const readme = readFileSync(join(import.meta.dirname, '../../packages/http-client/README.md'), 'utf8')
const printed = HTTP_FAULTS.flatMap(({ words, thrown }) => (thrown === undefined ? [] : [[words, thrown] as const]))

test.each(printed)('the README of http-client says what each runtime throws: %s', (words, thrown) => {
  const { bun, node, deno, workerd } = thrown
  expect(readme).toContain(`| ${words} | \`${bun}\` | \`${node}\` | \`${deno}\` | \`${workerd}\` |`)
})

test('the README of http-client says only what is tested', () => {
  const table = readme.slice(readme.indexOf('| fault | Bun |')).split('\n\n')[0]?.split('\n') ?? []
  expect(table.slice(2).map((row) => row.split(' | ')[0]?.slice(2))).toEqual(printed.map(([words]) => words))
})
