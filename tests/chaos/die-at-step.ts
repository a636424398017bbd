import type { Ports } from '@sluice/gateway'
import type { Step, StepKill } from './plan.ts'

/** How a process ends. */
export interface Death {
  /** Ends this process here and now. */
  now(): void
  /** Has another thread end this process in a moment. */
  soon(): void
}

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

  const { store } = ports
  return {
    ...ports,
    async fetch(request, init) {
      const response = await ports.fetch(request, init)
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
        const leased = await store.lease(request)
        if (leased.length > 0) reach('after-lease')
        return leased
      },
      async record(request) {
        reach('before-record')
        const recorded = await store.record(request)
        reach('after-record')
        return recorded
      },
      async readGates() {
        const gates = await store.readGates()
        // What the gateway reads next when it has taken the leases back.
        reach('after-recovery')
        return gates
      },
    },
  }
}
