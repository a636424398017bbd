import type { LeasedDelivery, Store } from '../../store/port.ts'
import type { PlatformLimits } from './limits.ts'

/** What of a store leases, and ends leases. */
type LeasingStore = Pick<Store, 'lease' | 'release' | 'record' | 'recordBatch'>

/**
 * Leases no more than fits into memory with what is under way already. Where there is no room for a row as large as one can be,
 * nothing is leased, and the engine asks again later.
 */
export function withinMemory<Leasing extends LeasingStore>(
  store: Leasing,
  { leasedBytes, rowBytes }: Pick<PlatformLimits, 'leasedBytes' | 'rowBytes'>,
): Leasing {
  const underWay = new Map<string, number>()
  let bytes = 0
  /** Room for payloads that are being read. */
  let reserved = 0
  const reading = new Set<Promise<unknown>>()
  const room = (): number => leasedBytes - bytes - reserved

  const keep = ({ id, payload }: LeasedDelivery): void => {
    drop(id)
    const size = JSON.stringify(payload).length
    underWay.set(id, size)
    bytes += size
  }
  const drop = (id: string): void => {
    bytes -= underWay.get(id) ?? 0
    underWay.delete(id)
  }

  return {
    ...store,
    async lease(request) {
      // What is being read is taken for more than it is: to be sent away for that would cost a second.
      while (room() < rowBytes && reading.size > 0) await Promise.allSettled(reading)
      if (room() < rowBytes) return []
      // Half of it, so that another destination need not wait.
      const maxBytes = Math.max(rowBytes, Math.floor(room() / 2))
      reserved += maxBytes
      const leasing = store.lease({ ...request, maxBytes })
      reading.add(leasing)
      try {
        const leased = await leasing
        for (const delivery of leased) keep(delivery)
        return leased
      } finally {
        reserved -= maxBytes
        reading.delete(leasing)
      }
    },
    async release(request) {
      await store.release(request)
      for (const id of request.ids) drop(id)
    },
    async record(request) {
      const held = await store.record(request)
      drop(request.deliveryId)
      return held
    },
    async recordBatch(request) {
      const held = await store.recordBatch(request)
      for (const { deliveryId } of request.deliveries) drop(deliveryId)
      return held
    },
  }
}
