import type { Fetch } from '@sluice/http-client'
import type { ControlStore } from './control/port.ts'
import type { KeyDesk } from './control/desk.ts'
import type { HttpStore, Store } from './store/port.ts'

/** Milliseconds since the epoch. */
export type Now = () => number

/** What an id names: an event, a delivery, an attempt, a lease, a batch, a job, a replay or a key. The prefix is part of the id. */
export type IdPrefix = 'evt' | 'dlv' | 'att' | 'lse' | 'bat' | 'job' | 'rpl' | 'key'

/** Makes a new id. Ids made later sort after ids made earlier, so that they page by themselves. */
export type NewId = (prefix: IdPrefix) => string

/**
 * Makes a token that nobody can guess: 256 random bits, in letters, digits, `-` and `_`. Where several processes share the
 * work, the place where it is known and a dot come first.
 */
export type NewToken = () => string

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Writes one line. Fields are ids, codes, counts and durations: never a body, a header value or a credential. */
export type Log = (
  level: LogLevel,
  message: string,
  fields?: Readonly<Record<string, string | number | boolean>>,
) => void

/** Everything that the core needs from outside. A runtime supplies it once, at start. */
export interface Ports {
  readonly store: Store
  readonly control: ControlStore
  readonly fetch: Fetch
  readonly nowMs: Now
  readonly newId: NewId
  readonly newToken: NewToken
  /** A number from 0 up to 1, for jitter. */
  readonly random: () => number
  /** Fills the array with random bytes of cryptographic quality. */
  readonly fillRandom: (bytes: Uint8Array<ArrayBuffer>) => void
  /** Calls back once at that time; a later call replaces an earlier one. `null` cancels. */
  readonly wakeAt: (atMs: number | null, wake: () => void) => void
  readonly sleep: (ms: number) => Promise<void>
  /** Starts a wait that can be ended early: most are. Where there is none, a sender may take any time for a body. */
  readonly startTimer?: (afterMs: number) => { readonly over: Promise<void>; cancel(): void }
  readonly log: Log
}

/** What delivering needs from outside. */
export type EnginePorts = Omit<Ports, 'control' | 'fillRandom'> & { readonly control: Pick<ControlStore, 'readAlias'> }
/** How somebody who follows the changes waits for the next ones. */
export interface ChangeWatch {
  /** Resolves when there may be more: after a commit, or after a while where the commits are elsewhere. */
  readonly changed: () => Promise<void>
  /** How often one request may read. */
  readonly maxReads: number
  /** Aborted when the process ends; null where nobody asks first. */
  readonly stopped: AbortSignal | null
}

/** What the HTTP surface needs from outside. */
export interface HttpPorts extends Pick<
  Ports,
  'control' | 'nowMs' | 'newId' | 'random' | 'fillRandom' | 'sleep' | 'startTimer' | 'log'
> {
  readonly store: HttpStore
  readonly watch: ChangeWatch
  readonly keyDesk: KeyDesk
  /** Makes ids of what is kept with something else, by the id of that. */
  readonly idsBeside: (id: string) => NewId
}
