import { expect, test } from 'bun:test'
import { publishedManifest } from './published-manifest.ts'

const exports = { '.': './src/index.ts', './verify': './src/verify/index.ts' }
const manifest = { name: '@sluice/a', version: '1.2.3', description: 'A.', license: 'MIT', keywords: ['a'], exports }
const versions = new Map([['@sluice/b', '4.5.6']])

test('a package is published with built files, and with a version for each package of the repository', () => {
  const dependencies = { '@sluice/b': 'workspace:*', zod: '4.6.7' }
  expect(publishedManifest({ ...manifest, dependencies }, versions)).toMatchObject({
    name: '@sluice/a',
    version: '1.2.3',
    license: 'MIT',
    keywords: ['a'],
    exports: {
      '.': { types: './index.d.ts', default: './index.js' },
      './verify': { types: './verify/index.d.ts', default: './verify/index.js' },
    },
    dependencies: { '@sluice/b': '4.5.6', zod: '4.6.7' },
  })
})

test('a package that needs one which is not there is not published', () => {
  const dependencies = { '@sluice/c': 'workspace:*' }
  expect(() => publishedManifest({ ...manifest, dependencies }, versions)).toThrow('there is no package @sluice/c')
})
