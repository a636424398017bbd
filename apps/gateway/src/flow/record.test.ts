import { describe, expect, test } from 'bun:test'
import type { Attempt, LeasedDelivery, Outcome } from '../store/port.ts'
import type { Delivered } from './deliver.ts'
import type { Policy } from './policy.ts'
import { record } from './record.ts'

const NOW = 1_700_000_000_000
const CLOCK = { nowMs: NOW, random: 0.5, gate: null }
const BY_ROUTE = { marker: null, settleMs: 60_000, callbackMs: null }
const IDEMPOTENT: Policy = { ...BY_ROUTE, idempotent: true, onUnsure: 'park' }
const PARK: Policy = { ...BY_ROUTE, idempotent: false, onUnsure: 'park' }
const CALLED_BACK: Policy = { ...PARK, callbackMs: 3_600_000 }
const RESEND: Policy = { ...BY_ROUTE, idempotent: false, onUnsure: 'resend' }
const DROP: Policy = { ...BY_ROUTE, idempotent: false, onUnsure: 'drop' }

function leased(countedAttempts = 0): LeasedDelivery {
  return {
    id: 'dlv_1',
    leaseId: 'lse_1',
    eventId: 'evt_1',
    route: 'demo.alpha.create',
    destination: 'alpha',
    operation: 'create',
    payload: {},
    attempts: countedAttempts,
    countedAttempts,
    unsureAtMs: null,
    batch: null,
  }
}

function ended(
  outcome: Outcome,
  { counted = true, throttled = false, retryAfterMs = null as number | null, spends = false } = {},
): Delivered {
  const attempt: Attempt = {
    id: 'att_1',
    number: 1,
    startedAtMs: NOW,
    endedAtMs: NOW,
    outcome,
    code: 'CODE',
    detail: 'detail',
    counted,
    steps: [],
    batchId: null,
  }
  return {
    attempts: [attempt],
    judgement: { outcome, throttled, retryAfterMs, code: 'CODE', detail: 'detail', ...(spends ? { spends } : {}) },
    receipt: outcome === 'delivered' ? { key: 7 } : null,
    looked: 'not',
  }
}

describe('record', () => {
  test.each([
    ['delivered', ended('delivered'), PARK, 'delivered', null],
    ['accepted waits for the callback', ended('accepted'), CALLED_BACK, 'awaiting-callback', null],
    ['partial of any operation that is not idempotent is for a person', ended('partial'), PARK, 'parked', null],
    ['partial of an idempotent operation is sent again', ended('partial'), IDEMPOTENT, 'pending', NOW + 5000],
    ['partial is sent again where the route says so', ended('partial'), RESEND, 'pending', NOW + 5000],
    ['unsure waits for the callback that will tell', ended('unsure'), CALLED_BACK, 'awaiting-callback', null],
    [
      'unsure of an idempotent operation waits for none',
      ended('unsure'),
      { ...CALLED_BACK, idempotent: true },
      'pending',
      NOW + 5000,
    ],
    ['refused is dead', ended('refused'), IDEMPOTENT, 'dead', null],
    ['unauthorized waits behind the closed gate', ended('unauthorized', { counted: false }), PARK, 'pending', NOW],
    ['busy is tried again by the schedule', ended('busy'), PARK, 'pending', NOW + 5000],
    [
      'busy with Retry-After that may be for what was sent is tried again by the schedule',
      ended('busy', { spends: true, throttled: true, retryAfterMs: 1000 }),
      PARK,
      'pending',
      NOW + 5000,
    ],
    [
      'and never before Retry-After',
      ended('busy', { spends: true, throttled: true, retryAfterMs: 90_000 }),
      PARK,
      'pending',
      NOW + 90_000,
    ],
    [
      'busy with Retry-After is tried again then',
      ended('busy', { counted: false, throttled: true, retryAfterMs: 90_000 }),
      PARK,
      'pending',
      NOW + 90_000,
    ],
    ['unsure of an idempotent operation is sent again', ended('unsure'), IDEMPOTENT, 'pending', NOW + 5000],
    ['unsure of any other is for a person', ended('unsure'), PARK, 'parked', null],
    ['unsure is sent again where the route says so', ended('unsure'), RESEND, 'pending', NOW + 5000],
    ['unsure is dropped where the route says so', ended('unsure'), DROP, 'dropped', null],
  ] as const)('%s', (_, delivered, policy, state, dueAtMs) => {
    expect(record(leased(), delivered, policy, CLOCK)).toMatchObject({ state, dueAtMs })
  })

  test('a callback is waited for until its deadline', () => {
    expect(record(leased(), ended('accepted'), CALLED_BACK, CLOCK).deadlineAtMs).toBe(NOW + 3_600_000)
    expect(record(leased(), ended('delivered'), CALLED_BACK, CLOCK).deadlineAtMs).toBeNull()
  })

  test('the tenth counted attempt is the last', () => {
    expect(record(leased(8), ended('busy'), PARK, CLOCK).state).toBe('pending')
    expect(record(leased(9), ended('busy'), PARK, CLOCK)).toMatchObject({ state: 'dead', reason: { code: 'CODE' } })
  })

  test('an attempt that was turned away at the door uses up nothing', () => {
    const throttled = ended('busy', { counted: false, throttled: true, retryAfterMs: 1000 })
    expect(record(leased(9), throttled, PARK, CLOCK).state).toBe('pending')
  })

  describe('where the upstream can be asked', () => {
    const asked: Policy = { ...PARK, marker: 'Reference' }
    const since = { ...leased(1), unsureAtMs: NOW - 2000 }
    const looked = (delivered: Delivered, how: Delivered['looked']): Delivered => ({ ...delivered, looked: how })
    const tooEarly = {
      ...ended('unsure', { counted: false }),
      judgement: { ...ended('unsure').judgement, code: 'ABSENT_SO_FAR' },
    }

    test.each([
      ['unsure is asked about soon', leased(), ended('unsure'), 'pending', NOW + 2000, NOW],
      [
        'an absence too early is asked about again when it settled',
        since,
        looked(tooEarly, 'only'),
        'pending',
        NOW + 58_000,
        NOW - 2000,
      ],
      [
        'what is unclear is for a person',
        since,
        looked(ended('unsure', { counted: false }), 'only'),
        'parked',
        null,
        null,
      ],
      [
        'what was found is delivered',
        since,
        looked(ended('delivered', { counted: false }), 'only'),
        'delivered',
        null,
        null,
      ],
      [
        'a look that could not be had is had later',
        since,
        looked(ended('busy', { counted: false }), 'only'),
        'pending',
        NOW + 5000,
        NOW - 2000,
      ],
      [
        'a look that could not be had ten times is for a person',
        { ...since, countedAttempts: 9 },
        looked(ended('busy'), 'only'),
        'parked',
        null,
        null,
      ],
      [
        'a look that was not allowed waits behind the gate',
        since,
        looked(ended('unauthorized', { counted: false }), 'only'),
        'pending',
        NOW,
        NOW - 2000,
      ],
      ['what was sent again and refused is dead', since, looked(ended('refused'), 'first'), 'dead', null, null],
      [
        'what was sent again and is busy is not unsure any more',
        since,
        looked(ended('busy'), 'first'),
        'pending',
        NOW + 300_000,
        null,
      ],
      [
        'what was sent again and is unsure again is asked about again',
        since,
        looked(ended('unsure'), 'first'),
        'pending',
        NOW + 2000,
        NOW,
      ],
      ['what was unsure ten times is for a person', leased(9), ended('unsure'), 'parked', null, null],
    ] as const)('%s', (_, delivery, delivered, state, dueAtMs, unsureAtMs) => {
      expect(record(delivery, delivered, asked, CLOCK)).toMatchObject({ state, dueAtMs, unsureAtMs })
    })
  })

  test('what is unclear is sent again where the route says so, without another look', () => {
    const since = { ...leased(1), unsureAtMs: NOW - 60_000 }
    const unclear = { ...ended('unsure', { counted: false }), looked: 'only' as const }
    expect(record(since, unclear, { ...RESEND, marker: 'Reference' }, CLOCK)).toMatchObject({
      state: 'pending',
      unsureAtMs: null,
    })
  })

  test('only what was delivered is without a reason, and has a receipt', () => {
    expect(record(leased(), ended('delivered'), PARK, CLOCK)).toMatchObject({ reason: null, receipt: { key: 7 } })
    expect(record(leased(), ended('refused'), PARK, CLOCK)).toMatchObject({
      reason: { code: 'CODE', detail: 'detail' },
      receipt: null,
    })
  })
})
