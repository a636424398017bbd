import { describe, expect, test } from 'bun:test'
import { limitFault, sizeFault, sizeLine, withSizeLine } from './sizes.ts'

const measured = { own: 4000, withLibrary: 25_000, whole: 26_000 }
const line =
  'Bundle size of a: 4.0 kB, 25.0 kB with its library, 26.0 kB with all that it imports, minified and compressed.'

describe('the line of a README', () => {
  test.each([
    ['says all three sizes', measured, line],
    [
      'leaves out a library that is not there',
      { own: 900, withLibrary: 900, whole: 1000 },
      'Bundle size of a: 0.9 kB, 1.0 kB with all that it imports, minified and compressed.',
    ],
    [
      'leaves out imports that are not there',
      { own: 900, withLibrary: 900, whole: 900 },
      'Bundle size of a: 0.9 kB, minified and compressed.',
    ],
  ])('%s', (_name, sizes, expected) => {
    expect(sizeLine('a', sizes)).toBe(expected)
  })
})

describe('a README', () => {
  test.each<[string, string, boolean]>([
    ['is right', line, true],
    ['is right within 5 %', line.replace('25.0', '26.2'), true],
    ['is wrong beyond 5 %', line.replace('25.0', '26.3'), false],
    ['is wrong when it says too little', 'Bundle size of a: 4.0 kB, minified and compressed.', false],
    ['is wrong when it says nothing', '# a', false],
  ])('%s', (_name, readme, isRight) => {
    expect(sizeFault(`# a\n\n${readme}\n`, 'a', measured) === undefined).toBe(isRight)
  })
})

test('a README says the sizes of each entry on a line of its own', () => {
  const two = [line, line.replace(' a: ', ' a/b: ')].join('\n')
  const other = { ...measured, own: 5000 }
  expect(withSizeLine(two, 'a/b', other)).toBe([line, sizeLine('a/b', other)].join('\n'))
})

describe('a limit', () => {
  test.each([
    ['is kept', 'json-codec', 3000, undefined],
    ['is exceeded', 'json-codec', 3001, 'json-codec: 3001 bytes are more than its limit, 3000'],
    ['is one of each entry', 'sigv4/verify', 5001, 'sigv4/verify: 5001 bytes are more than its limit, 5000'],
    ['is not set for every package', 'xml-codec', 25_000, undefined],
  ])('%s', (_name, bundle, whole, expected) => {
    expect(limitFault(bundle, { ...measured, whole })).toBe(expected)
  })
})
