/** How much of what is stored one answer holds in memory, in bytes as they are stored. */
export interface ReadLimits {
  /** Of a page of deliveries: it ends before it has more. One row goes whatever it has. */
  readonly pageBytes: number
  /**
   * Of an event or a delivery with all that came of it. Payloads of an event's later deliveries, then the older attempts of each
   * are left out, which the answer says.
   */
  readonly answerBytes: number
}

/** What a process can have in memory several times at once. */
export const READ_LIMITS: ReadLimits = { pageBytes: 4_000_000, answerBytes: 8_000_000 }

/** What is left of the bytes that one answer may have. */
export interface Budget {
  /** Takes so many bytes. False, and nothing taken, where there are not so many. */
  take(bytes: number): boolean
}

/** Creates the budget of one answer. */
export function createBudget(bytes: number): Budget {
  let left = bytes
  return {
    take(wanted) {
      if (wanted > left) return false
      left -= wanted
      return true
    },
  }
}
