import type { Ports } from '@sluice/gateway'
import type { Step, StepKill } from './plan.ts'

/** How a process ends. */
export interface Death {
  /** Ends this process here and now. */
  now(): void
  /** Has another thread end this process in a moment. */
  soon(): void
}

/** Where ContactNow gives out tokens. */
const TOKEN_PATH = /\/token\.php$/
/** Where DANAConnect takes bulk loads. */
const LOAD_PATH = /\/webdb\/table\//

/** Puts a death between the gateway and its store, or its upstreams: at one step, at one occurrence of it. */
export function dieAtStep(ports: Ports, { step, occurrence }: StepKill, death: Death): Ports {
  let left = occurrence
  const reach = (reached: Step) => {
    if (reached !== step) return
    left -= 1
    if (left !== 0) return
    if (step === 'in-commit') death.soon()
    else death.now()
  }

  /** Comes to one step before some work, and to another when it has ended. */
  const between = async <Result>(before: Step, work: () => Promise<Result>, after: Step): Promise<Result> => {
    reach(before)
    const result = await work()
    reach(after)
    return result
  }

  const { store } = ports
  return {
    ...ports,
    async fetch(request, init) {
      const { pathname } = new URL(request.url)
      const call = () => ports.fetch(request, init)
      const response = await (TOKEN_PATH.test(pathname) ? between('before-token', call, 'after-token') : call())
      if (LOAD_PATH.test(pathname)) reach('after-load-reply')
      reach('after-upstream-received')
      return response
    },
    store: {
      ...store,
      async accept(event) {
        reach('before-commit')
        const accepted = store.accept(event)
        reach('in-commit')
        const result = await accepted
        reach('after-commit')
        return result
      },
      async lease(request) {
        // What the gateway does first when it has taken the leases back.
        reach('after-recovery')
        const leased = await store.lease(request)
        if (leased.length > 0) reach('after-lease')
        if (leased.some(({ batch }) => batch !== null)) reach('after-batch-lease')
        return leased
      },
      record: (request) => between('before-record', () => store.record(request), 'after-record'),
      openBatch: (batch) => between('before-open-batch', () => store.openBatch(batch), 'after-open-batch'),
      recordBatch: (request) => between('before-record-batch', () => store.recordBatch(request), 'after-record-batch'),
      settleBatch: (request) => between('before-callback', () => store.settleBatch(request), 'after-callback'),
      async removeEnded(request) {
        reach('before-retention')
        const result = await store.removeEnded(request)
        reach('after-retention')
        return result
      },
      async expiredLeases(untilMs) {
        const expired = await store.expiredLeases(untilMs)
        reach('before-recovery')
        return expired
      },
    },
  }
}
