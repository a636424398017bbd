import { RequestError } from '../problem.ts'

/** Streams that one key may have open, and all keys together: each takes some 150 kB while its client is slow. */
const SEATS = { perKey: 50, inAll: 200 } as const

/** Counts the streams that are open in this process. */
export interface Seats {
  /**
   * Takes a seat.
   *
   * @returns Gives it back, once, however often it is called.
   * @throws RequestError `STREAMS_TOO_MANY`.
   */
  take(keyId: string): () => void
}

export function createSeats({ perKey, inAll }: { readonly perKey: number; readonly inAll: number } = SEATS): Seats {
  const taken = new Map<string, number>()
  let all = 0
  const count = (keyId: string, change: 1 | -1): void => {
    const left = (taken.get(keyId) ?? 0) + change
    all += change
    if (left === 0) taken.delete(keyId)
    else taken.set(keyId, left)
  }
  return {
    take(keyId) {
      if (all >= inAll || (taken.get(keyId) ?? 0) >= perKey) throw new RequestError('STREAMS_TOO_MANY')
      count(keyId, 1)
      let isTaken = true
      return () => {
        if (isTaken) count(keyId, -1)
        isTaken = false
      }
    },
  }
}
