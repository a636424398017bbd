import { beforeAll, describe, expect, test } from 'bun:test'
import { CONTRACT_FAULTS, type FaultName } from '@sluice/upstream-mocks'
import { carryOut } from './carry-out.ts'
import type { CaseResult, ContractCase } from './contract-case.ts'
import { SUITES } from './suites.ts'

/** Cases in which a reply is waited for that does not come in time: they do nothing meanwhile, and take longest. */
const WAITS = /under (?:late-200|slow-200|timeout|timeout-after)\b/
/** So many of them wait at once; more would make each other late, whose replies are to come in time. */
const AT_ONCE = 8
const WAITING_MS = 60_000

describe.each(SUITES.map(([name, suite]) => [name, suite] as const))('%s', (name, { cases }) => {
  const waited = new Map<ContractCase, PromiseSettledResult<CaseResult>>()
  beforeAll(async () => {
    const waiting = cases.filter((one) => WAITS.test(one.name))
    const workThrough = async () => {
      for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
        const [result] = await Promise.allSettled([carryOut(one)])
        waited.set(one, result)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, workThrough))
  }, WAITING_MS)

  test.each(cases.map((one) => [one.operation, one.name, one] as const))('%s: %s', async (_operation, _name, one) => {
    const known = waited.get(one)
    if (known?.status === 'rejected') throw known.reason
    const { seen } = known?.value ?? (await carryOut(one))
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
