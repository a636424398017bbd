/** A number that only grows, and that can be waited for. */
export interface Counter {
  readonly value: number
  raiseTo(value: number): void
  /** Resolves once the number is `value` or more. */
  reached(value: number): Promise<void>
}

/** Creates a counter at 0. */
export function createCounter(): Counter {
  let current = 0
  let waiting: { readonly value: number; readonly resolve: () => void }[] = []
  return {
    get value() {
      return current
    },
    raiseTo(value) {
      current = Math.max(current, value)
      const due = waiting.filter((one) => one.value <= current)
      waiting = waiting.filter((one) => one.value > current)
      for (const { resolve } of due) resolve()
    },
    reached(value) {
      if (value <= current) return Promise.resolve()
      return new Promise((resolve) => waiting.push({ value, resolve }))
    },
  }
}
