import { expect, test } from 'bun:test'
import { OPEN_GATE } from '../flow/gate.ts'
import { createAskGates } from './represent-gate.ts'

const NOW = 1_700_000_000_000
const GATES = {
  open: OPEN_GATE,
  busy: { ...OPEN_GATE, reason: 'breaker' as const, closedUntilMs: NOW + 1000, probing: true },
  probing: { ...OPEN_GATE, reason: 'breaker' as const, closedUntilMs: NOW - 1, probing: true },
}
const row = (destination: string, dueAtMs: number | null = NOW, state: 'pending' | 'dead' = 'pending') => ({
  destination,
  dueAtMs,
  state,
})

test('a gate is asked for once, and only where something due may wait for it', async () => {
  const asked: string[] = []
  const gate = async (name: string) => {
    asked.push(name)
    return new Map(Object.entries(GATES)).get(name)
  }
  const rows = [row('busy'), row('busy'), row('open'), row('gone'), row('probing', NOW + 1), row('never', null, 'dead')]
  const heldBy = await createAskGates({ gate }, () => NOW)(rows)
  expect(asked.toSorted()).toEqual(['busy', 'gone', 'open'])
  const closed = { state: 'closed', reason: 'breaker', closedUntil: new Date(NOW + 1000).toISOString(), decision: null }
  const found: readonly unknown[] = rows.map(heldBy)
  expect(found).toEqual([closed, closed, null, null, null, null])
})

test('one that is tried out again still holds back what is due', async () => {
  const heldBy = await createAskGates({ gate: async () => GATES.probing }, () => NOW)([row('probing')])
  expect(heldBy(row('probing'))).toEqual({ state: 'probing', reason: 'breaker', closedUntil: null, decision: null })
})
