import type { NewId } from '../ports.ts'
import type { ExpiredLease, LeasedDelivery, Store } from '../store/port.ts'
import { attemptOf } from './deliver.ts'
import { PROCESS_DIED } from './outcome.ts'
import type { Policy } from './policy.ts'
import { record } from './record.ts'

interface RecoverPorts {
  readonly store: Pick<Store, 'expiredLeases' | 'record'>
  readonly nowMs: () => number
  readonly newId: NewId
  readonly random: () => number
}

/**
 * Takes back the deliveries whose process died in the attempt: nobody knows whether it landed, so each goes where an
 * unsure attempt of its route goes, and none is sent again that must not be.
 *
 * Call it when no other process can hold a lease: right at the start of the only one.
 *
 * @returns how many there were, of which destinations, and the batches among them.
 */
export async function recover(
  policyOf: (delivery: LeasedDelivery) => Policy,
  { store, nowMs, newId, random }: RecoverPorts,
): Promise<{
  readonly count: number
  readonly destinations: readonly string[]
  readonly batches: readonly { readonly id: string; readonly destination: string }[]
}> {
  const expired = await store.expiredLeases(Infinity)
  await Promise.all(
    expired.map((delivery) => {
      const clock = { nowMs: nowMs(), random: random(), gate: null }
      return store.record(record(delivery, died(delivery, newId, clock.nowMs), policyOf(delivery), clock))
    }),
  )
  const batches = new Map(
    expired.flatMap(({ batch, destination }) => (batch === null ? [] : [[batch.id, destination]])),
  )
  return {
    count: expired.length,
    destinations: [...new Set(expired.map(({ destination }) => destination))],
    batches: Array.from(batches, ([id, destination]) => ({ id, destination })),
  }
}

function died({ attempts, leasedAtMs, batch }: ExpiredLease, newId: NewId, nowMs: number) {
  const tried = { judgement: PROCESS_DIED, receipt: null, steps: [], startedAtMs: leasedAtMs, endedAtMs: nowMs }
  const made = attemptOf(tried, newId, attempts + 1, true, batch?.id)
  return { attempts: [made], judgement: PROCESS_DIED, receipt: null, looked: 'not' } as const
}
