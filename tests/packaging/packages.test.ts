import { describe, expect, test } from 'bun:test'
import { chosenPackages, type Package, withSiblings } from './packages.ts'

function packageOf(folder: string, ...needs: readonly string[]): Package {
  const dependencies = Object.fromEntries(needs.map((name) => [name, 'workspace:*']))
  const manifest = { name: `@sluice/${folder}`, version: '1.0.0', description: '', license: 'MIT', dependencies }
  return { folder, path: `/${folder}`, manifest, readme: '' }
}

const errors = packageOf('errors')
const json = packageOf('json', '@sluice/errors')
const client = packageOf('client', '@sluice/json', '@sluice/errors', 'zod')
const all = [client, errors, json]

describe('a package is installed with', () => {
  test.each<[string, Package, Package[]]>([
    ['nothing that it does not need', errors, [errors]],
    ['what it needs, and what that needs', client, [client, json, errors]],
  ])('%s', (_name, installed, expected) => {
    expect(withSiblings(installed, all)).toEqual(expected)
  })
})

describe('packages are chosen', () => {
  test('by the names of their folders', () => {
    expect(chosenPackages(all, ['json'])).toEqual([json])
  })

  test('all, when none is asked for', () => {
    expect(chosenPackages(all, [])).toEqual(all)
  })

  test('not when there is none of that name', () => {
    expect(() => chosenPackages(all, ['json', 'yaml'])).toThrow('there is no package yaml')
  })
})
