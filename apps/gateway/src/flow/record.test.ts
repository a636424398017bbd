import { describe, expect, test } from 'bun:test'
import type { Attempt, LeasedDelivery, Outcome } from '../store/port.ts'
import type { Delivered } from './deliver.ts'
import { type Policy, record } from './record.ts'

const NOW = 1_700_000_000_000
const CLOCK = { nowMs: NOW, random: 0.5, gate: null }
const IDEMPOTENT: Policy = { idempotent: true, onUnsure: 'park' }
const PARK: Policy = { idempotent: false, onUnsure: 'park' }
const RESEND: Policy = { idempotent: false, onUnsure: 'resend' }
const DROP: Policy = { idempotent: false, onUnsure: 'drop' }

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
  }
}

function ended(
  outcome: Outcome,
  { counted = true, throttled = false, retryAfterMs = null as number | null } = {},
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
  }
  return {
    attempts: [attempt],
    judgement: { outcome, throttled, retryAfterMs, code: 'CODE', detail: 'detail' },
    receipt: outcome === 'delivered' ? { key: 7 } : null,
  }
}

describe('record', () => {
  test.each([
    ['delivered', ended('delivered'), PARK, 'delivered', null],
    ['accepted waits for the callback', ended('accepted'), PARK, 'awaiting-callback', null],
    ['partial is for a person', ended('partial'), PARK, 'parked', null],
    ['refused is dead', ended('refused'), IDEMPOTENT, 'dead', null],
    ['unauthorized waits behind the closed gate', ended('unauthorized', { counted: false }), PARK, 'pending', NOW],
    ['busy is tried again by the schedule', ended('busy'), PARK, 'pending', NOW + 5000],
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

  test('the tenth counted attempt is the last', () => {
    expect(record(leased(8), ended('busy'), PARK, CLOCK).state).toBe('pending')
    expect(record(leased(9), ended('busy'), PARK, CLOCK)).toMatchObject({ state: 'dead', reason: { code: 'CODE' } })
  })

  test('an attempt that was turned away at the door uses up nothing', () => {
    const throttled = ended('busy', { counted: false, throttled: true, retryAfterMs: 1000 })
    expect(record(leased(9), throttled, PARK, CLOCK).state).toBe('pending')
  })

  test('only what was delivered is without a reason, and has a receipt', () => {
    expect(record(leased(), ended('delivered'), PARK, CLOCK)).toMatchObject({ reason: null, receipt: { key: 7 } })
    expect(record(leased(), ended('refused'), PARK, CLOCK)).toMatchObject({
      reason: { code: 'CODE', detail: 'detail' },
      receipt: null,
    })
  })
})
