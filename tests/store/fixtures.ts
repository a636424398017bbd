import type { Attempt, LeasedDelivery, NewDelivery, NewEvent, RecordRequest, Store } from '@sluice/gateway/store'

export const NOW = 1_700_000_000_000
export const LEASE_MS = 60_000
export const WINDOW_MS = 86_400_000
export const BATCH_ROWS = 3

export const bytes = (text: string) => new TextEncoder().encode(text)

/** A store to test, and the same one again after its process died. */
export interface OpenStore {
  readonly store: Store
  readonly reopen: () => OpenStore
}

export function event(id: string, fields: Partial<NewEvent> = {}): NewEvent {
  return {
    id: `evt_${id}`,
    source: 'demo',
    idempotencyKey: null,
    keyWindowMs: WINDOW_MS,
    receivedAtMs: NOW,
    contentType: 'application/json',
    body: bytes(`body ${id}`),
    deliveries: [],
    ...fields,
  }
}

export function delivery(id: string, destination: string): NewDelivery {
  return {
    id: `dlv_${id}`,
    route: `demo.${destination}.records.create`,
    destination,
    operation: 'records.create',
    payload: { n: id },
    reason: null,
    orderingKey: null,
    gather: null,
  }
}

export function attempt(number: number, outcome: Attempt['outcome'], counted: boolean): Attempt {
  return {
    id: `att_${number}`,
    number,
    startedAtMs: NOW + number,
    endedAtMs: NOW + number + 1,
    outcome,
    code: outcome === 'delivered' ? null : 'SOME_CODE',
    detail: null,
    counted,
    steps: [],
    batchId: null,
  }
}

export const lease = (store: Store, destination: string, leaseId: string, nowMs: number, limit: number) =>
  store.lease({ destination, leaseId, nowMs, untilMs: nowMs + LEASE_MS, limit, batchRows: BATCH_ROWS })

export const leaseAll = (store: Store, destination: string, nowMs = NOW) =>
  lease(store, destination, 'lse_all', nowMs, 100)

export function result(leased: LeasedDelivery | undefined, fields: Partial<RecordRequest>): RecordRequest {
  return {
    deliveryId: leased?.id ?? '',
    leaseId: leased?.leaseId ?? '',
    attempts: [],
    state: 'pending',
    dueAtMs: null,
    reason: null,
    receipt: null,
    nowMs: NOW,
    unsureAtMs: null,
    deadlineAtMs: null,
    gate: null,
    ...fields,
  }
}
