import { describe, expect, test } from 'bun:test'
import type { LeasedDelivery, RecordRequest, Store } from '../../store/port.ts'
import { withinMemory } from './within-memory.ts'

type Leasing = Pick<Store, 'lease' | 'release' | 'record' | 'recordBatch'>

/** A store in which deliveries of some size never end, where ten bytes are a row, and there is room for 45. */
function workbench(payload: string) {
  const asked: (number | undefined)[] = []
  const size = JSON.stringify(payload).length
  let last = 0
  const endless: Leasing = {
    lease({ limit, maxBytes = Infinity }) {
      asked.push(maxBytes)
      const length = Math.min(limit, Math.floor(maxBytes / size))
      const leased = Array.from({ length }, () => ({ id: `dlv_${(last += 1)}`, payload }) as LeasedDelivery)
      return Promise.resolve(leased)
    },
    release: () => Promise.resolve(),
    record: () => Promise.resolve(true),
    recordBatch: ({ deliveries }) => Promise.resolve(deliveries.length),
  }
  const store = withinMemory(endless, { leasedBytes: 45, rowBytes: 10 })
  const request = { destination: 'd', leaseId: 'l', nowMs: 0, untilMs: 1, limit: 100, batchRows: 1 }
  const lease = async () => (await store.lease(request)).map(({ id }) => id)
  return { store, asked, lease, counts: async () => (await lease()).length }
}

/** Ten bytes as JSON. */
const LARGE = 'x'.repeat(8)
const ended = (deliveryId: string) => ({ deliveryId }) as RecordRequest

describe('a shard leases', () => {
  test('half of what there is room for at a time, until a row would not fit', async () => {
    const { counts, asked } = workbench(LARGE)
    expect([await counts(), await counts(), await counts(), await counts(), await counts()]).toEqual([2, 1, 1, 0, 0])
    expect(asked).toEqual([22, 12, 10])
  })

  test('many small ones at once', async () => {
    const { counts } = workbench('')
    expect([await counts(), await counts()]).toEqual([11, 5])
  })

  test('again when one has ended, in whatever way', async () => {
    const { store, lease } = workbench(LARGE)
    while ((await lease()).length > 0);
    await store.record(ended('dlv_1'))
    expect(await lease()).toEqual(['dlv_5'])
    await store.recordBatch({ batchId: 'bat', steps: [], deliveries: [ended('dlv_2'), ended('dlv_3')] })
    expect([await lease(), await lease()]).toEqual([['dlv_6'], ['dlv_7']])
    await store.release({ ids: ['dlv_4'], leaseId: 'l', nowMs: 0 })
    expect(await lease()).toEqual(['dlv_8'])
  })

  test('no more than that in three leases at once, of which the last waits for what the others have found', async () => {
    const large = workbench(LARGE)
    expect(await Promise.all([large.counts(), large.counts(), large.counts(), large.counts()])).toEqual([2, 1, 1, 0])
  })
})
