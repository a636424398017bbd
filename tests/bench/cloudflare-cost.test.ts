import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { costTable, dollarsPerMillionEvents, type PerEvent, PRICES, withCostTable } from './cloudflare-cost.ts'

const DOCUMENT = readFileSync(join(import.meta.dirname, '../../docs/cloudflare.md'), 'utf8')

/** Numbers that nobody measured: they are easy to reckon with. */
const ROUND: PerEvent = {
  workerRequests: 2,
  workerCpuMs: 10,
  objectRequests: 4,
  objectSeconds: 0.5,
  rowsRead: 1000,
  rowsWritten: 42,
  storedBytes: 5000,
}

describe('a million events cost', () => {
  test.each<[keyof PerEvent, number]>([
    ['workerRequests', 0.6],
    ['workerCpuMs', 0.2],
    ['objectRequests', 0.6],
    // 500,000 s of 0.128 GB are 64,000 GB-s.
    ['objectSeconds', 0.8],
    ['rowsRead', 1],
    ['rowsWritten', 42],
    // 5 GB for a month.
    ['storedBytes', 1],
  ])('by %s %p dollars', (measure, expected) => {
    expect(dollarsPerMillionEvents(ROUND, measure)).toBeCloseTo(expected, 9)
  })

  test('nothing that is known where nothing was measured', () => {
    expect(dollarsPerMillionEvents({ ...ROUND, rowsRead: null }, 'rowsRead')).toBeNull()
    expect(costTable({ ...ROUND, rowsRead: null })).toContain('| rows read | not measured yet |  |')
    expect(costTable({ ...ROUND, rowsRead: null })).toEndWith('| all | |  |')
  })

  test('all together', () => {
    expect(costTable(ROUND)).toEndWith('| all | | $46.20 |')
  })
})

describe('docs/cloudflare.md', () => {
  test.each(Object.entries(PRICES))(
    'says the price by which %s is reckoned',
    (_measure, { unit, dollarsPerMillion }) => {
      const price = unit === 'GB-month' ? dollarsPerMillion / 1_000_000 : dollarsPerMillion
      const amount = price < 0.01 ? price.toFixed(3) : price.toFixed(2)
      expect(DOCUMENT).toContain(
        unit === 'GB-month' ? `$${amount} a GB-month` : `$${amount} a million ${unit}s`.replace('GB-ss', 'GB-s'),
      )
    },
  )

  test('has one place for what was measured, which can be filled again and again', () => {
    const filled = withCostTable(DOCUMENT, costTable(ROUND))
    expect(filled).toContain('| rows written | 42 | $42.00 |')
    expect(withCostTable(filled, costTable(ROUND))).toBe(filled)
    expect(() => withCostTable('', '')).toThrow('no place')
  })
})
