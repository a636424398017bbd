import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { listRuntimes, runtimeNamed } from './runtime-name.ts'

test.each([
  [['bun', 'worker'], 'workerd', 'worker'],
  [['bun', 'deno', 'workerd'], 'worker', 'workerd'],
  [['bun', 'deno', 'workerd'], 'workerd', 'workerd'],
  [['bun', 'worker'], 'bun', 'bun'],
  [['bun', 'worker'], 'deno', null],
])('of %p, %p is %p', (names, text, expected) => {
  expect(runtimeNamed(names, text)).toBe(expected)
})

test('both names of a runtime are listed', () => {
  expect(listRuntimes(['bun', 'worker'])).toBe('bun, worker or workerd')
  expect(listRuntimes(['bun', 'deno', 'workerd'])).toBe('bun, deno, worker or workerd')
})

describe('what there is not is said in a line', () => {
  test.each([
    ['runtime', ['--runtime', 'nosuch'], 'test:runtime: there is no runtime nosuch, but bun, deno, worker or workerd'],
    ['runtime', ['--story', 'nosuch'], 'test:runtime: no story has "nosuch" in its name'],
    ['matrix', ['--runtime', 'nosuch'], 'matrix: there is no runtime nosuch, but bun, worker or workerd'],
    ['matrix', ['--filter', 'nosuch'], 'matrix: no cell has "nosuch" in its name'],
    ['chaos', ['--runtime', 'nosuch'], 'chaos: there is no runtime nosuch, but bun, worker or workerd'],
  ])('%s %p', async (folder, options, line) => {
    const main = join(import.meta.dirname, '..', folder, 'main.ts')
    const { exited, stdout, stderr } = Bun.spawn([process.execPath, main, ...options], {
      stdout: 'pipe',
      stderr: 'pipe',
    })
    expect(await Promise.all([exited, stdout.text(), stderr.text()])).toEqual([2, '', `${line}\n`])
  })
})
