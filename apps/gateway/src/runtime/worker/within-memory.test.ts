import { describe, expect, test } from 'bun:test'
import type { LeasedDelivery, RecordRequest, Store } from '../../store/port.ts'
import { withinMemory } from './within-memory.ts'

type Leasing = Pick<Store, 'lease' | 'release' | 'record' | 'recordBatch'>

/** A store in which deliveries of some size never end, where ten bytes are a row, and there is room for 35. */
function workbench(payload: string) {
  const asked: number[] = []
  let last = 0
  const endless: Leasing = {
    lease({ limit }) {
      asked.push(limit)
      const leased = Array.from({ length: limit }, () => ({ id: `dlv_${(last += 1)}`, payload }) as LeasedDelivery)
      return Promise.resolve(leased)
    },
    release: () => Promise.resolve(),
    record: () => Promise.resolve(true),
    recordBatch: ({ deliveries }) => Promise.resolve(deliveries.length),
  }
  const store = withinMemory(endless, { leasedBytes: 35, rowBytes: 10 })
  const request = { destination: 'd', leaseId: 'l', nowMs: 0, untilMs: 1, limit: 100, batchRows: 1 }
  return { store, asked, lease: async () => (await store.lease(request)).map(({ id }) => id) }
}

/** Ten bytes as JSON. */
const LARGE = 'x'.repeat(8)
const ended = (deliveryId: string) => ({ deliveryId }) as RecordRequest

describe('a shard leases', () => {
  test('as many as would fit if each were as large as a row', async () => {
    const { lease } = workbench(LARGE)
    expect(await lease()).toHaveLength(3)
    expect(await lease()).toEqual([])
  })

  test('as many more as there is room for, when it has seen how small they are', async () => {
    const { lease, asked } = workbench('')
    for (let step = 0; step < 20; step += 1) await lease()
    // Two bytes each: with thirteen there is no room for a row, large as it may be.
    expect(asked).toEqual([3, 2, 2, 2, 1, 1, 1, 1])
  })

  test('again when one has ended, in whatever way', async () => {
    const { store, lease } = workbench(LARGE)
    await lease()
    await store.record(ended('dlv_1'))
    expect(await lease()).toEqual(['dlv_4'])
    await store.recordBatch({ batchId: 'bat', steps: [], deliveries: [ended('dlv_2'), ended('dlv_3')] })
    expect(await lease()).toEqual(['dlv_5', 'dlv_6'])
    await store.release({ ids: ['dlv_4'], leaseId: 'l', nowMs: 0 })
    expect(await lease()).toEqual(['dlv_7'])
  })

  test('no more than that in two leases at once, of which the second waits for what the first has found', async () => {
    const large = workbench(LARGE)
    expect((await Promise.all([large.lease(), large.lease()])).map((ids) => ids.length)).toEqual([3, 0])
    const small = workbench('')
    expect((await Promise.all([small.lease(), small.lease()])).map((ids) => ids.length)).toEqual([3, 2])
  })
})
