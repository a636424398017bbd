import { describe, expect, test } from 'bun:test'
import type { CallbackVerdict } from '../destinations/destination.ts'
import type { AwaitedBatch } from '../store/port.ts'
import { newCallback, parkOverdue, settle } from './callback.ts'
import type { Policy } from './policy.ts'

const NOW = 1_700_000_000_000
const INSALL: Policy = { idempotent: false, onUnsure: 'park', marker: null, settleMs: 0, callbackMs: 3_600_000 }
const UPDINS: Policy = { ...INSALL, idempotent: true }

const batchOf = (size: number): AwaitedBatch => ({
  id: 'bat_1',
  destination: 'alpha',
  operation: 'load',
  key: 'list',
  size,
  createdAtMs: NOW,
  callback: null,
  callbackAtMs: null,
  callbackBefore: null,
  awaiting: Array.from({ length: size }, (_, index) => ({
    id: `dlv_${index}`,
    leaseId: '',
    eventId: 'evt_1',
    route: 'demo.alpha.load',
    destination: 'alpha',
    operation: 'load',
    payload: {},
    attempts: 1,
    countedAttempts: 1,
    unsureAtMs: null,
    batch: { id: 'bat_1', key: 'list' },
    leasedAtMs: 0,
  })),
  pending: [],
})

const PARTIAL = { verdict: 'partial', code: 'LOAD_PARTIAL', detail: '1 of 2' } as const
const FAILED = { verdict: 'failed', code: 'LOAD_FAILED', detail: 'ABORTED' } as const
const UNCLEAR = { verdict: 'unclear', code: 'OTHER_LIST', detail: 'another list' } as const
const LANDED = { verdict: 'landed', receipt: { logID: 7 } } as const
type Believed = Exclude<CallbackVerdict, { verdict: 'mismatch' }>

const settled = (size: number, verdict: Believed, policy: Policy) =>
  settle(batchOf(size), verdict, () => policy, { nowMs: NOW, random: 0.5 })

describe('a callback', () => {
  test.each<[string, number, Believed, Policy, string, number | null]>([
    ['that says that all landed delivers', 2, LANDED, INSALL, 'delivered', null],
    ['that says that it failed ends the deliveries', 2, FAILED, UPDINS, 'dead', null],
    ['that misses rows sends again what may be', 2, PARTIAL, UPDINS, 'pending', NOW],
    ['that misses rows leaves to a person what may not', 2, PARTIAL, INSALL, 'parked', null],
    [
      'that misses rows sends again where the route says so',
      2,
      PARTIAL,
      { ...INSALL, onUnsure: 'resend' },
      'pending',
      NOW,
    ],
    ['that misses rows drops where the route says so', 2, PARTIAL, { ...INSALL, onUnsure: 'drop' }, 'dropped', null],
    ['that is about another list is for a person, also where it may be sent again', 2, UNCLEAR, UPDINS, 'parked', null],
    ['that misses the only row has named it', 1, PARTIAL, UPDINS, 'dead', null],
  ])('%s', (_, size, verdict, policy, state, dueAtMs) => {
    const moves = settled(size, verdict, policy)
    expect(moves.map((move) => [move.deliveryId, move.state, move.dueAtMs])).toEqual(
      Array.from({ length: size }, (__, index) => [`dlv_${index}`, state, dueAtMs]),
    )
    expect(moves.every((move) => (state === 'delivered') === (move.reason === null))).toBe(true)
  })

  test('that misses rows sets each that is sent again apart', () => {
    const keys = settled(3, PARTIAL, UPDINS).map(({ batchKey }) => batchKey)
    expect(new Set(keys).size).toBe(3)
    expect(keys).not.toContain(undefined)
  })

  test('that says that all landed keeps back what waits to be sent again, and no other does', () => {
    const batch = { ...batchOf(1), pending: ['dlv_9'] }
    const idsOf = (verdict: Believed) =>
      settle(batch, verdict, () => INSALL, { nowMs: NOW, random: 0.5 }).map(({ deliveryId, state }) => [
        deliveryId,
        state,
      ])
    expect(idsOf(LANDED)).toEqual([
      ['dlv_0', 'delivered'],
      ['dlv_9', 'delivered'],
    ])
    expect(idsOf(FAILED)).toEqual([['dlv_0', 'dead']])
  })

  test('has an address that ends in its token, of which only the hash is kept', async () => {
    const callbacks = { baseUrl: 'https://edge.example/in/', waitMs: 3_600_000 }
    const made = await newCallback(callbacks, 'danaconnect', 'the-token', NOW)
    expect(made.url).toBe('https://edge.example/in/callbacks/danaconnect/the-token')
    // printf the-token | sha256sum
    expect(made.token.hash).toBe('c2a73fcf61dfbdcadc79a10ba330b2ef5eb66fc0a6735ed69b796bb3c97b97ae')
    expect(JSON.stringify(made.token)).not.toContain('the-token')
    expect(made.token.untilMs).toBe(NOW + 3_600_000 + 86_400_000)
  })

  test('that is overdue is looked for until none is left', async () => {
    const left = [500, 500, 3]
    const store = {
      expireCallbacks: () => Promise.resolve(left.shift() ?? 0),
      nextDeadlineAtMs: () => Promise.resolve(NOW + 9),
    }
    expect(await parkOverdue(store, NOW)).toBe(NOW + 9)
    expect(left).toEqual([])
  })
})
