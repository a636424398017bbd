/** What is looked for in the index, of which events or deliveries, and which part of what is found. */
export interface SearchRequest<Match> {
  /** As a person types them: see `search-words.ts`. */
  readonly words: string
  readonly match: Match
  /** Where the part before ended; undefined for the first. */
  readonly from?: string | undefined
  readonly limit: number
  /** The part ends before it has more bytes than that; one row goes whatever it has. */
  readonly maxBytes: number
}

/** A part of what was found, the last indexed first: about the newest. */
export interface Found<Row> {
  readonly rows: readonly {
    readonly row: Row
    /** The `from` of what comes after it. */
    readonly position: string
  }[]
  /** The `from` of the next part; null on the last. */
  readonly next: string | null
  readonly searched: Searched
  /** Whether `from` is no place: then nothing was looked for. */
  readonly lost: boolean
}

/** Of which time the index knows all events; null for no bound. */
export interface Searched {
  readonly fromMs: number | null
  readonly toMs: number | null
}

/** What one step of the index did. */
export interface IndexStep {
  readonly indexed: number
  /** Whether there is more to do. */
  readonly isBehind: boolean
}
