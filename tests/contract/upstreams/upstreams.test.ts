import { describe, expect, test } from 'bun:test'
import { CONTRACT_FAULTS, type FaultName } from '@sluice/upstream-mocks'
import { carryOut } from './carry-out.ts'
import { SUITES } from './suites.ts'

describe.each(SUITES.map(([name, suite]) => [name, suite] as const))('%s', (name, { cases }) => {
  test.each(cases.map((one) => [one.operation, one.name, one] as const))('%s: %s', async (_operation, _name, one) => {
    const { seen } = await carryOut(one)
    expect(seen).toEqual(one.expected)
  })

  test('has at least 60 cases, each with a name of its own', () => {
    const names = cases.map((one) => `${one.operation}: ${one.name}`)
    expect(names.length).toBeGreaterThanOrEqual(60)
    expect(names.filter((one, place) => names.indexOf(one) !== place)).toEqual([])
  })

  test('has a case for every fault that stands for one of the contract', () => {
    const faults = new Set<FaultName>(CONTRACT_FAULTS[name].flatMap(({ by }) => by))
    const mentioned = cases.map((one) => one.name).join('\n')
    expect([...faults].filter((fault) => !new RegExp(`under ${fault}\\b`).test(mentioned))).toEqual([])
  })
})
