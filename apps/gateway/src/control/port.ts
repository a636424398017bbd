import type { Scope } from '../config.ts'
import type { Page, PageRequest } from '../store/port.ts'

/** One secret of a key: a key has two while one is being replaced by the other. */
export interface StoredSecret {
  /** Its first characters, by which a person knows it again. */
  readonly prefix: string
  readonly createdAtMs: number
  readonly createdBy: string
  /** When it ends, if another has taken its place. */
  readonly endsAtMs: number | null
}

/** A key that was made by the API. */
export interface StoredKey {
  readonly id: string
  readonly name: string
  readonly scopes: readonly Scope[]
  /** Sources that it may post to by its scope `ingest`; null for all that take keys. */
  readonly sources: readonly string[] | null
  readonly ratePerMinute: number
  readonly createdAtMs: number
  readonly createdBy: string
  readonly expiresAtMs: number | null
  readonly revoked: { readonly atMs: number; readonly by: string } | null
  /** To the hour: see {@link ControlStore.noteKeyUse}. */
  readonly lastUsedAtMs: number | null
  /** The newest first. */
  readonly secrets: readonly StoredSecret[]
}

/** What is kept of a new secret: never the secret. */
export interface NewSecret {
  /** SHA-256 in hexadecimal. No two secrets share one. */
  readonly digest: string
  readonly prefix: string
  readonly atMs: number
  readonly by: string
}

export interface NewKey extends Pick<
  StoredKey,
  'id' | 'name' | 'scopes' | 'sources' | 'ratePerMinute' | 'expiresAtMs'
> {
  readonly secret: NewSecret
}

/** One change of an alias; what it stands for is what the newest one says. */
export interface AliasChange {
  readonly atMs: number
  readonly by: string
  readonly why: string
  /** What it stood for, by whatever; null for nothing, and in what an earlier version wrote of a first change. */
  readonly before: number | null
  /** Null where it was removed. */
  readonly after: number | null
}

/** A change about to be made. */
export interface NewAliasChange extends Omit<AliasChange, 'before'> {
  /** What the configuration says of the alias; null for nothing. */
  readonly configured: number | null
}

/** An alias that somebody set. */
export interface StoredAlias {
  readonly alias: string
  readonly id: number
  readonly change: AliasChange
}

/** Names an alias. */
export interface AliasAddress {
  readonly destination: string
  readonly alias: string
}

/**
 * Keeps what operators decide and no destination's gate keeps: keys, and aliases with their history. In one process it is in the
 * file of the outbox; on Workers one object keeps it for all. Each method is one transaction.
 *
 * @throws StoreError from every method: it cannot be read or written, or is not reached.
 */
export interface ControlStore {
  addKey(key: NewKey): Promise<'added' | 'name-taken' | 'too-many'>
  /** Finds the key of a secret that is accepted now: neither ended, nor its key revoked or expired. */
  findKey(digest: string, nowMs: number): Promise<StoredKey | null>
  readKey(id: string): Promise<StoredKey | null>
  /** Lists keys, those that have ended too, the newest first. */
  listKeys(page: PageRequest): Promise<Page<StoredKey>>
  /**
   * Ends a key for good. One that was revoked before stays as it was.
   *
   * @param request.keepOperator - Refuses where no other key that is accepted now may operate.
   */
  revokeKey(request: {
    readonly id: string
    readonly atMs: number
    readonly by: string
    readonly keepOperator: boolean
  }): Promise<'revoked' | 'unknown' | 'last-operator'>
  /** Gives a key a new secret; those that it has end then, or when they would have ended. */
  rotateKey(request: {
    readonly id: string
    readonly secret: NewSecret
    readonly othersEndAtMs: number
  }): Promise<'rotated' | 'unknown' | 'ended'>
  /** Notes that a key was used, at most once an hour. */
  noteKeyUse(id: string, atMs: number): Promise<void>
  /** What an alias stands for; null where nobody set it, or it was removed. */
  readAlias(address: AliasAddress): Promise<number | null>
  listAliases(destination: string): Promise<readonly StoredAlias[]>
  /** Lists the changes of an alias, the newest first. */
  aliasHistory(address: AliasAddress): Promise<readonly AliasChange[]>
  /** Sets an alias, or removes it by null. To what it is already nothing is added. */
  changeAlias(address: AliasAddress, change: NewAliasChange): Promise<void>
}
