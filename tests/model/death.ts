import type { Ports } from '@sluice/gateway'

/** Where a process can be made to die. */
export const DEATHS = [
  'before-accept',
  'after-accept',
  'after-lease',
  'before-call',
  'after-call',
  'before-record',
  'after-record',
  'before-open-batch',
  'after-open-batch',
  'before-record-batch',
  'after-record-batch',
  'before-callback',
  'after-callback',
] as const
export type DeathAt = (typeof DEATHS)[number]

/** What a method of the store is called with. */
type Given<Method extends 'accept' | 'record' | 'openBatch' | 'recordBatch' | 'settleBatch'> = Parameters<
  Ports['store'][Method]
>[0]

/** What a dead process waits for. */
const NEVER: Promise<never> = new Promise(() => undefined)

/** A death that can be planned, and that the ports of a process come to. */
export interface Death {
  /** Plans the death of the living process at the n-th time that it comes there. */
  readonly plan: (at: DeathAt, occurrence: number) => void
  /** Forgets what was planned. */
  readonly cancel: () => void
  /** Resolves with null at the next death. */
  readonly next: () => Promise<null>
  /** Puts the places of {@link DEATHS} into the ports of a process. */
  readonly adapt: (ports: Ports) => Ports
}

/** Creates a death that comes to nobody before it is planned. */
export function createDeath(kill: () => void): Death {
  let planned: { readonly at: DeathAt; left: number } | null = null
  const mourners: ((value: null) => void)[] = []

  const isReached = (at: DeathAt): boolean => {
    if (planned?.at !== at) return false
    planned.left -= 1
    if (planned.left > 0) return false
    planned = null
    kill()
    for (const resolve of mourners.splice(0)) resolve(null)
    return true
  }
  const between =
    <Value, Result>(before: DeathAt | null, after: DeathAt | null, work: (value: Value) => Promise<Result>) =>
    async (value: Value): Promise<Result> => {
      if (before !== null && isReached(before)) return NEVER
      const result = await work(value)
      if (after !== null && isReached(after)) return NEVER
      return result
    }

  return {
    plan: (at, occurrence) => void (planned = { at, left: occurrence }),
    cancel: () => void (planned = null),
    next: () => new Promise((resolve) => mourners.push(resolve)),
    adapt(ports) {
      const { store } = ports
      return {
        ...ports,
        fetch: between('before-call', 'after-call', (request: Request) => ports.fetch(request)),
        store: {
          ...store,
          accept: between('before-accept', 'after-accept', (event: Given<'accept'>) => store.accept(event)),
          async lease(request) {
            const leased = await store.lease(request)
            return leased.length > 0 && isReached('after-lease') ? NEVER : leased
          },
          record: between('before-record', 'after-record', (request: Given<'record'>) => store.record(request)),
          openBatch: between('before-open-batch', 'after-open-batch', (batch: Given<'openBatch'>) =>
            store.openBatch(batch),
          ),
          recordBatch: between('before-record-batch', 'after-record-batch', (request: Given<'recordBatch'>) =>
            store.recordBatch(request),
          ),
          settleBatch: between('before-callback', 'after-callback', (request: Given<'settleBatch'>) =>
            store.settleBatch(request),
          ),
        },
      }
    },
  }
}
