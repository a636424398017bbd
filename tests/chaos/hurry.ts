import type { Ports } from '@sluice/gateway'

/** The longest that a delivery waits for its next attempt, in place of minutes and hours. */
const MAX_WAIT_MS = 2000

/**
 * Brings every retry forward: who is killed twice in an attempt would else be sent again after 5 minutes. When a retry is due
 * is not what a kill test is about.
 */
export function hurry(ports: Ports): Ports {
  const { store } = ports
  const soon = <Request extends { readonly dueAtMs: number | null; readonly nowMs: number }>(request: Request) => {
    const { dueAtMs, nowMs } = request
    return dueAtMs === null ? request : { ...request, dueAtMs: Math.min(dueAtMs, nowMs + MAX_WAIT_MS) }
  }
  return {
    ...ports,
    store: {
      ...store,
      record: (request) => store.record(soon(request)),
      recordBatch: (request) => store.recordBatch({ ...request, deliveries: request.deliveries.map(soon) }),
    },
  }
}
