import type { DeliveryCount, Page } from '../../store/port.ts'

/**
 * Merges a page of every shard into one, the newest first. A shard has told all that it has down to the `next` of its page, so the
 * merged one goes down to the highest of these and no further.
 */
export function mergePages<Row extends { readonly id: string }>(
  pages: readonly Page<Row>[],
  limit: number,
  /** Makes one row of those with the same id. */
  join: (rows: readonly [Row, ...Row[]]) => Row = ([first]) => first,
): Page<Row> {
  const toldTo =
    pages
      .flatMap(({ next }) => next ?? [])
      .toSorted()
      .at(-1) ?? null
  const byId = new Map<string, [Row, ...Row[]]>()
  for (const row of pages.flatMap(({ rows }) => rows)) {
    if (toldTo !== null && row.id < toldTo) continue
    const same = byId.get(row.id)
    if (same === undefined) byId.set(row.id, [row])
    else same.push(row)
  }
  const rows = [...byId.values()].map(join).toSorted((left, right) => (left.id < right.id ? 1 : -1))
  const page = rows.slice(0, limit)
  return { rows: page, next: rows.length > limit ? (page.at(-1)?.id ?? null) : toldTo }
}

/** Ends a page before it has more bytes than that; one row goes whatever it has. What is left is found from its `next`. */
export function trimPage<Row extends { readonly id: string }>(page: Page<Row>, maxBytes: number): Page<Row> {
  let bytes = 0
  for (const [index, row] of page.rows.entries()) {
    bytes += JSON.stringify(row).length
    const last = page.rows[index - 1]
    if (bytes > maxBytes && last !== undefined) return { rows: page.rows.slice(0, index), next: last.id }
  }
  return page
}

/** Adds up what is counted of the same destination and state. */
export function sumCounts(counts: readonly DeliveryCount[]): readonly DeliveryCount[] {
  const sums = new Map<string, DeliveryCount>()
  for (const one of counts) {
    const key = `${one.destination} ${one.state}`
    sums.set(key, { ...one, count: one.count + (sums.get(key)?.count ?? 0) })
  }
  return [...sums.values()]
}
