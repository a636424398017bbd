import type { ApiKey, Scope } from '../config.ts'
import { sha256Hex } from '../digest.ts'
import type { Log, Now } from '../ports.ts'
import { isNoteworthy } from './keys.ts'
import type { ControlStore } from './port.ts'
import { type Bucket, takeCalls } from './rate.ts'

/** Requests in a minute that a key may make where nothing else is said: 1,000 a second, evenly. */
export const DEFAULT_RATE_PER_MINUTE = 60_000
/** Of what a key may do in a minute, so much is given away at once at most. */
const SHARE = 50

/** Whose key it is, and what it may do. */
export interface KeyHolder {
  readonly id: string
  readonly name: string
  readonly scopes: readonly Scope[]
  /** Sources that it may post to by its scope `ingest`; null for all that take keys. */
  readonly sources: readonly string[] | null
  readonly ratePerMinute: number
}

/** What a key is told that asks to be let in. */
export interface Admission {
  readonly holder: KeyHolder
  /** Requests that it may make now; 0 where it made too many. */
  readonly calls: number
  /** Requests that would be left after these. */
  readonly left: number
  /** Seconds until one is left, where there is none; else until all are. */
  readonly resetSeconds: number
}

/** Knows keys by their digests, and counts what they are used for. */
export interface KeyDesk {
  /**
   * Lets requests with a key in.
   *
   * @param wanted - Fewer are given where a key may not do so much at once, but one at least while there is one left.
   * @returns null where it is nobody's key, or no longer.
   * @throws StoreError it cannot be told.
   */
  admit(digest: string, wanted: number): Promise<Admission | null>
}

/** Where the keys that the configuration declares have their place among ids. */
const CONFIGURED = 'config:'

/** Represents a key of the configuration as one that is let in. */
export function holderOf({ name, scopes, sources = null, ratePerMinute }: ApiKey): KeyHolder {
  return { id: CONFIGURED + name, name, scopes, sources, ratePerMinute: ratePerMinute ?? DEFAULT_RATE_PER_MINUTE }
}

/** Tells whether an id is that of a key of the configuration. */
export function isConfigured(id: string): boolean {
  return id.startsWith(CONFIGURED)
}

/**
 * Finds those who hold keys of the configuration, by digest. A comparison of digests tells nothing about the key that it
 * was not equal to.
 */
export async function configuredHolders(keys: readonly ApiKey[]): Promise<ReadonlyMap<string, KeyHolder>> {
  return new Map(await Promise.all(keys.map(async (key) => [await sha256Hex(key.token), holderOf(key)] as const)))
}

/** Creates the desk where the keys are kept. What is left of each key's rate is in its memory only. */
export function createKeyDesk(
  keys: readonly ApiKey[],
  control: Pick<ControlStore, 'findKey' | 'noteKeyUse'>,
  { nowMs, log }: { readonly nowMs: Now; readonly log: Log },
): KeyDesk {
  const configured = configuredHolders(keys)
  const buckets = new Map<string, Bucket>()

  const findStored = async (digest: string): Promise<KeyHolder | null> => {
    const now = nowMs()
    const key = await control.findKey(digest, now)
    if (key === null) return null
    // What cannot be noted keeps nobody out: the disk may be full, and someone is about to look why.
    if (isNoteworthy(key, now)) {
      await control.noteKeyUse(key.id, now).catch(() => log('warn', 'use of a key not noted', { key: key.id }))
    }
    const { id, name, scopes, sources, ratePerMinute } = key
    return { id, name, scopes, sources, ratePerMinute }
  }

  return {
    async admit(digest, wanted) {
      const holder = (await configured).get(digest) ?? (await findStored(digest))
      if (holder === null) return null
      const { id, ratePerMinute } = holder
      const atOnce = Math.min(wanted, Math.max(1, Math.floor(ratePerMinute / SHARE)))
      const { bucket, calls, resetSeconds } = takeCalls(buckets.get(id) ?? null, ratePerMinute, atOnce, nowMs())
      buckets.set(id, bucket)
      return { holder, calls, left: Math.floor(bucket.left), resetSeconds }
    },
  }
}
