import type { FaultName, FaultOrder } from '@sluice/upstream-mocks'

/** How often a reply comes before the upstream is itself again. */
export const TIMES = { once: 1, 'three times': 3, 'for ever': 1_000_000 } as const
export type Times = keyof typeof TIMES

/** What is ordered of the mocks for a reply. */
export type Order = Pick<FaultOrder, 'fault' | 'retryAfterSeconds' | 'afterEffect'>

/** The upstream is undisturbed. */
export const SUCCESS = 'success'
/** The connection is refused before anything is sent: no fault of the mocks, since they are not reached. */
export const NO_CONNECTION = 'no connection'

/** Replies that a fault makes only with further details. */
const DETAILED: Readonly<Record<string, Order>> = {
  'status-429 with Retry-After': { fault: 'status-429', retryAfterSeconds: 120 },
  'status-503 with Retry-After': { fault: 'status-503', retryAfterSeconds: 120 },
  'status-502 with Retry-After': { fault: 'status-502', retryAfterSeconds: 120 },
  'status-500 after the work': { fault: 'status-500', afterEffect: true },
  'status-502 after the work': { fault: 'status-502', afterEffect: true },
  'status-503 after the work': { fault: 'status-503', afterEffect: true },
  'status-504 after the work': { fault: 'status-504', afterEffect: true },
  'empty-200 after the work': { fault: 'empty-200', afterEffect: true },
  'process died': { fault: 'timeout' },
  'process died after the work': { fault: 'timeout-after' },
}

/** The gateway's process is killed while it waits for the reply. */
export const DEATHS: ReadonlySet<string> = new Set(['process died', 'process died after the work'])

/** Returns the order for a reply. */
export function orderOf(reply: string): Order {
  return DETAILED[reply] ?? { fault: reply as FaultName }
}
