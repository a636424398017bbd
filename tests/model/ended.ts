import type { Store } from '@sluice/gateway/store'
import type { Model } from './model.ts'

type Delivery = NonNullable<Awaited<ReturnType<Store['readEvent']>>>['deliveries'][number]

/**
 * Tells which events ended before a time: all of their deliveries did, and a person has seen those that went wrong. A parked
 * one is needed as long as others wait behind it.
 */
export async function endedBefore(
  model: Model,
  store: Pick<Store, 'readEvent'>,
  beforeMs: number,
): Promise<ReadonlySet<number>> {
  const events = new Map<number, readonly Delivery[]>()
  const received = new Map<number, number>()
  for (const [event, { id }] of model.accepted) {
    const stored = await store.readEvent(id)
    events.set(event, stored?.deliveries ?? [])
    received.set(event, stored?.receivedAtMs ?? Infinity)
  }
  const all = [...events.values()].flat()

  const hasEnded = (delivery: Delivery): boolean => {
    const state = model.states.get(delivery.id)
    if (state === 'delivered' || state === 'dropped') return delivery.updatedAtMs < beforeMs
    const seen = model.acknowledged.get(delivery.id)
    if (seen === undefined || seen.state !== state || seen.atMs >= beforeMs) return false
    return state === 'dead' || (state === 'parked' && !all.some((other) => waitsBehind(other, delivery)))
  }
  const waitsBehind = (other: Delivery, { orderingKey, destination }: Delivery): boolean =>
    orderingKey !== null &&
    other.orderingKey === orderingKey &&
    other.destination === destination &&
    model.states.get(other.id) === 'pending'

  const ended = [...events].filter(
    ([event, deliveries]) => (received.get(event) ?? Infinity) < beforeMs && deliveries.every(hasEnded),
  )
  return new Set(ended.map(([event]) => event))
}
