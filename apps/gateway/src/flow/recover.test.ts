import { describe, expect, test } from 'bun:test'
import type { ExpiredLease, RecordRequest } from '../store/port.ts'
import type { Policy } from './policy.ts'
import { recover } from './recover.ts'

const NOW = 1_700_000_000_000
const PARK: Policy = { idempotent: false, onUnsure: 'park', marker: null, settleMs: 60_000, callbackMs: null }

const leased = (fields: Partial<ExpiredLease> = {}): ExpiredLease => ({
  id: 'dlv_1',
  leaseId: 'lse_1',
  eventId: 'evt_1',
  route: 'demo.alpha.create',
  destination: 'alpha',
  operation: 'create',
  payload: {},
  attempts: 0,
  countedAttempts: 0,
  unsureAtMs: null,
  batch: null,
  leasedAtMs: NOW - 500,
  ...fields,
})

async function recovered(expired: readonly ExpiredLease[], policy: Policy) {
  const written: RecordRequest[] = []
  const found = await recover(() => policy, {
    store: {
      expiredLeases: () => Promise.resolve(expired),
      record: (request) => Promise.resolve(written.push(request) > 0),
    },
    nowMs: () => NOW,
    newId: (prefix) => `${prefix}_1`,
    random: () => 0.5,
  })
  return { found, written }
}

describe('a delivery whose process died in the attempt', () => {
  test.each<[string, Policy, string, number | null]>([
    ['is for a person', PARK, 'parked', null],
    ['is sent again where it may be', { ...PARK, idempotent: true }, 'pending', NOW + 5000],
    ['is looked for where it has a marker', { ...PARK, marker: 'Reference' }, 'pending', NOW + 2000],
    ['waits for a callback that will tell', { ...PARK, callbackMs: 9000 }, 'awaiting-callback', null],
    ['is sent again where the route says so', { ...PARK, onUnsure: 'resend' }, 'pending', NOW + 5000],
    ['is dropped where the route says so', { ...PARK, onUnsure: 'drop' }, 'dropped', null],
  ])('%s', async (_, policy, state, dueAtMs) => {
    const { written } = await recovered([leased()], policy)
    expect(written).toMatchObject([
      {
        state,
        dueAtMs,
        leaseId: 'lse_1',
        attempts: [{ outcome: 'unsure', code: 'PROCESS_DIED', counted: true, startedAtMs: NOW - 500, endedAtMs: NOW }],
      },
    ])
  })

  test('every time is dead after the tenth', async () => {
    const { written } = await recovered([leased({ attempts: 9, countedAttempts: 9 })], { ...PARK, idempotent: true })
    expect(written).toMatchObject([{ state: 'dead', reason: { code: 'PROCESS_DIED' } }])
  })

  test('names its batch, whose callback may have come', async () => {
    const batch = { id: 'bat_1', key: 'list' }
    const { found, written } = await recovered([leased({ batch }), leased({ id: 'dlv_2', batch })], PARK)
    expect(found).toEqual({ count: 2, destinations: ['alpha'], batches: [{ id: 'bat_1', destination: 'alpha' }] })
    expect(written.flatMap(({ attempts }) => attempts.map(({ batchId }) => batchId))).toEqual(['bat_1', 'bat_1'])
  })
})
