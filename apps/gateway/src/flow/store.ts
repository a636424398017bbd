import { RequestError } from '../problem.ts'
import type { NewId, Ports } from '../ports.ts'
import type { Acceptance, AcceptResult, NewEvent } from '../store/port.ts'

/** By what an event finds the place where it is kept. */
export interface Address {
  readonly source: string
  /** Under which a repeat is known; null where the sender gave none. */
  readonly idempotencyKey: string | null
  /** What belongs together, where several places share the work; null where that is nothing. */
  readonly shardKey: string | null
}

/**
 * Takes an event in: chooses where it is kept, has it made with ids of that place, and stores it there.
 *
 * @throws StoreError nothing was kept.
 */
export type Intake = (address: Address, make: (newId: NewId) => NewEvent | Promise<NewEvent>) => Promise<AcceptResult>

/** Creates the intake of a process that keeps all events in one store. */
export function createIntake({ store, newId, sleep }: Pick<Ports, 'store' | 'newId' | 'sleep'>): Intake {
  const claims = createClaims(sleep)
  return ({ source, idempotencyKey }, make) =>
    claims.during(source, idempotencyKey, async () => store.accept(await make(newId)))
}

/**
 * Commits an event with its deliveries, or finds the first answer to a repeat.
 *
 * @throws RequestError `IDEMPOTENCY_KEY_REUSED` the key is known with another body.
 * @throws StoreError nothing was kept.
 */
export async function store(
  intake: Intake,
  address: Address,
  make: (newId: NewId) => NewEvent | Promise<NewEvent>,
): Promise<Acceptance & { readonly repeated: boolean }> {
  const result = await intake(address, make)
  if (result.kind === 'conflict') throw new RequestError('IDEMPOTENCY_KEY_REUSED')
  return { ...result.acceptance, repeated: result.kind === 'repeated' }
}

/** How long a repeat waits for the first request with its key: an honest sender's retry is answered, not refused. */
const PATIENCE_MS = 2000

/** Keys of requests that are being worked on. */
export interface Claims {
  /**
   * Works on a request with a key when no other one with it is being worked on; a repeat waits for the first, since what
   * came of that is its answer.
   *
   * @throws RequestError `IDEMPOTENCY_KEY_IN_PROGRESS` the first is still being worked on after 2 s.
   * @see https://www.ietf.org/archive/id/draft-ietf-httpapi-idempotency-key-header-07.html#section-2.6
   */
  during<Result>(source: string, key: string | null, work: () => Promise<Result>): Promise<Result>
}

/** Creates the claims of one process. They end with it, as does the work. */
export function createClaims(sleep: (ms: number) => Promise<void>): Claims {
  const claimed = new Map<string, Promise<unknown>>()
  return {
    async during(source, key, work) {
      if (key === null) return work()
      // No source has a blank in its name.
      const claim = `${source} ${key}`
      const first = claimed.get(claim)
      if (first !== undefined) {
        const ended = await Promise.race([first.then(isEnded, isEnded), sleep(PATIENCE_MS)])
        if (ended !== true) throw new RequestError('IDEMPOTENCY_KEY_IN_PROGRESS')
        // The store knows what the first one left, and of several repeats at once it takes no more than one.
        return work()
      }
      const working = work()
      claimed.set(claim, working)
      try {
        return await working
      } finally {
        claimed.delete(claim)
      }
    },
  }
}

const isEnded = (): true => true
