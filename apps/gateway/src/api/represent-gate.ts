import type { GateDecision, GateState } from '../flow/gate.ts'
import type { Outbox } from '../flow/lease.ts'
import type { Now } from '../ports.ts'
import type { DeliveryRow } from '../store/port.ts'

type Gated = Pick<DeliveryRow, 'state' | 'dueAtMs' | 'destination'>
export type ShownGate = ReturnType<typeof representGate>

/** Says of a delivery which gate keeps it waiting; null for none. */
export type HeldBy = (row: Gated) => ShownGate | null

/** Asks for the gates that keep any of these waiting: each once, and none for what waits for its time or for nothing. */
export type AskGates = (rows: readonly Gated[]) => Promise<HeldBy>

/** Creates what asks for gates. */
export function createAskGates({ gate }: Pick<Outbox, 'gate'>, nowMs: Now): AskGates {
  return async (rows) => {
    const atMs = nowMs()
    const isDue = ({ state, dueAtMs }: Gated): boolean => state === 'pending' && dueAtMs !== null && dueAtMs <= atMs
    const names = [...new Set(rows.filter(isDue).map(({ destination }) => destination))]
    const asked = await Promise.all(
      names.map(async (name): Promise<[string, ShownGate | null]> => {
        const state = await gate(name)
        return [name, state === undefined || state.reason === null ? null : representGate(state, atMs)]
      }),
    )
    const gates = new Map(asked)
    return (row) => (isDue(row) ? (gates.get(row.destination) ?? null) : null)
  }
}

/** Represents a gate as it is now. */
export function representGate(gate: GateState, nowMs: number) {
  const { reason, closedUntilMs } = gate
  const decision = representDecision(gate.decision)
  if (reason === null) return { state: 'open' as const, reason, closedUntil: null, decision }
  if (reason === 'paused') return { state: 'closed' as const, reason, closedUntil: null, decision }
  const closed = closedUntilMs > nowMs
  return {
    state: closed ? ('closed' as const) : ('probing' as const),
    reason,
    closedUntil: closed ? new Date(closedUntilMs).toISOString() : null,
    decision,
  }
}

function representDecision(decision: GateDecision | null) {
  if (decision === null) return null
  const { atMs, ...said } = decision
  return { at: new Date(atMs).toISOString(), ...said }
}
