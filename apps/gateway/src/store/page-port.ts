/** Which part of a list is meant. */
export interface PageRequest {
  /** Only what has a lower id. */
  readonly before?: string | undefined
  readonly limit: number
}

/**
 * A part of a list, the newest first. Looking takes time in which nothing else is written, so a page may end early, even
 * empty: what is left is found from `next`.
 */
export interface Page<Row> {
  readonly rows: readonly Row[]
  /** The `before` of the next page; null on the last. */
  readonly next: string | null
}
