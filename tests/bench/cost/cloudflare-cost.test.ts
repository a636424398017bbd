import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  costTable,
  dollarsPerMillionEvents,
  type PerEvent,
  PRICES,
  readCostTable,
  withCostTable,
} from './cloudflare-cost.ts'
import { SCENARIOS } from './measure.ts'
import { REMOVAL_ROWS } from './scenario.ts'

const DOCUMENT = readFileSync(join(import.meta.dirname, '../../../docs/cloudflare.md'), 'utf8')

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

  test('all together', () => {
    const columns = [
      { name: 'so', perEvent: ROUND },
      { name: 'or so', perEvent: { ...ROUND, rowsWritten: 2 } },
    ]
    expect(costTable(columns)).toEndWith('| **all** |  | $46.20 |  | $6.20 |')
    expect(readCostTable(withCostTable(DOCUMENT, costTable(columns)))).toEqual(columns)
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
    const table = costTable([{ name: 'so', perEvent: ROUND }])
    const filled = withCostTable(DOCUMENT, table)
    expect(filled).toContain('| rows written | 42 | $42.00 |')
    expect(withCostTable(filled, table)).toBe(filled)
    expect(() => withCostTable('', '')).toThrow('no place')
  })

  test('has measured everything in every scenario, and reckons by the formula', () => {
    const columns = readCostTable(DOCUMENT)
    expect(columns.map(({ name }) => name)).toEqual(SCENARIOS.map(({ name }) => name))
    const rounded = (line: string) =>
      line.replaceAll(/\$[0-9.]+/g, (amount) => `$${Number(amount.slice(1)).toFixed(0)}`)
    const lines = (text: string) =>
      text
        .split('\n')
        .filter((line) => line.startsWith('|'))
        .map(rounded)
    const [, written = ''] = DOCUMENT.split('--cost` -->')
    // What is written was reckoned before it was rounded: a cent may differ, a dollar may not.
    expect(lines(written.split('<!--')[0] ?? '')).toEqual(lines(costTable(columns)))
    for (const { perEvent } of columns) for (const value of Object.values(perEvent)) expect(value).toBeGreaterThan(0)
  })

  test('counts at least the rows that the statements are known to write, their removal included', () => {
    const known = Number(/three deliveries, until it is removed\*\* \| (\d+) \|/.exec(DOCUMENT)?.[1])
    expect(known).toBeGreaterThan(REMOVAL_ROWS)
    for (const { perEvent } of readCostTable(DOCUMENT)) expect(perEvent.rowsWritten).toBeGreaterThanOrEqual(known)
  })
})
