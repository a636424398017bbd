import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundlesOf, chosenPackages, type Package, publishedPackages, withSiblings } from './packages.ts'

function packageOf(folder: string, ...needs: readonly string[]): Package {
  const dependencies = Object.fromEntries(needs.map((name) => [name, 'workspace:*']))
  const exports = { '.': './src/index.ts' }
  const manifest = {
    name: `@sluice/${folder}`,
    version: '1.0.0',
    description: '',
    license: 'MIT',
    exports,
    dependencies,
  }
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

describe('a package of a protocol depends on at most one library:', () => {
  const protocols = publishedPackages().filter(({ path }) => {
    const { tags }: { tags: readonly string[] } = JSON.parse(readFileSync(join(path, 'turbo.json'), 'utf8'))
    return tags.includes('protocol') || tags.includes('kernel')
  })

  test('there are nine', () => {
    expect(protocols).toHaveLength(9)
  })

  test.each(protocols.map(({ folder, manifest }) => [folder, manifest] as const))('%s', (_folder, { dependencies }) => {
    const libraries = Object.keys(dependencies ?? {}).filter((name) => !name.startsWith('@sluice/'))
    expect(libraries.length).toBeLessThanOrEqual(1)
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

describe('a program may bundle', () => {
  test('a package of one entry', () => {
    expect(bundlesOf(json)).toEqual([{ name: 'json', files: ['/json/src/index.ts'] }])
  })

  test('each entry of a package, and all of them', () => {
    const exports = { '.': './src/index.ts', './read': './src/read/index.ts' }
    const files = ['/json/src/index.ts', '/json/src/read/index.ts']
    expect(bundlesOf({ ...json, manifest: { ...json.manifest, exports } })).toEqual([
      { name: 'json', files: files.slice(0, 1) },
      { name: 'json/read', files: files.slice(1) },
      { name: 'json, all entries', files },
    ])
  })
})
