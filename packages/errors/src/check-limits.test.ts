import { describe, expect, test } from 'bun:test'

import { checkLimits } from './check-limits.ts'
import { ConfigError } from './stages.ts'

function faultsOf(limits: Record<string, unknown>): readonly string[] {
  try {
    checkLimits('demo', limits as Record<string, number>, { maxDepth: 512 })
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
  return []
}

describe('accepts', () => {
  test.each<[string, Record<string, number>]>([
    ['nothing at all', {}],
    ['nought', { maxBytes: 0 }],
    ['a whole number', { maxBytes: 10_485_760 }],
    ['no limit, where that is safe', { maxRows: Number.POSITIVE_INFINITY }],
    ['the most there may be', { maxDepth: 512 }],
  ])('%s', (_, limits) => {
    expect(faultsOf(limits)).toEqual([])
  })
})

describe('refuses', () => {
  const anyNumber = ['demo maxBytes must be a whole number from 0 on']
  const capped = ['demo maxDepth must be a whole number from 0 to 512']
  test.each<[string, Record<string, unknown>, string[]]>([
    ['what is not a number', { maxBytes: Number.NaN }, anyNumber],
    ['less than nought', { maxBytes: -1 }, anyNumber],
    ['half of one, which no count ever equals', { maxBytes: 2.5 }, anyNumber],
    ['less than any', { maxBytes: Number.NEGATIVE_INFINITY }, anyNumber],
    ['digits', { maxBytes: '10' }, anyNumber],
    ['null', { maxBytes: null }, anyNumber],
    ['more than the most there may be', { maxDepth: 513 }, capped],
    ['no limit where there is a most', { maxDepth: Number.POSITIVE_INFINITY }, capped],
    ['several, all told at once', { maxBytes: -1, maxRows: 1, maxDepth: -1 }, [...anyNumber, ...capped]],
  ])('%s', (_, limits, expected) => {
    expect(faultsOf(limits)).toEqual(expected)
  })
})
