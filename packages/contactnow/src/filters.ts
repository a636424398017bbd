/** Filters of a read by name, and their values. */
export type Filter = Readonly<Record<string, string | number | undefined>>

type Row = Readonly<Record<string, string | null>>

/**
 * Tells whether a row fits the filter that was sent. The vendor's pages name the filters in two ways, and a filter that
 * is not known may be left unused without a word: then a row that was not asked for would pass for the one looked for.
 *
 * @param filter - What was sent; a value may be a comma list, of which one has to fit.
 * @param columns - Name of a filter to the name of the column that it filters by. A column that a row lacks proves nothing.
 */
export function fitsFilter(row: Row, filter: Filter, columns: Readonly<Record<string, string>>): boolean {
  return Object.entries(columns).every(([name, column]) => {
    const wanted = filter[name]
    const found = row[column]
    if (wanted === undefined || found === undefined || found === null) return true
    return String(wanted).split(',').includes(found)
  })
}

/** Tells whether a row's column holds a text that was looked for, anywhere in it and in any case. */
export function mentions(row: Row, column: string, wanted: string | undefined): boolean {
  const found = row[column]
  if (wanted === undefined || found === undefined || found === null) return true
  return found.toLowerCase().includes(wanted.toLowerCase())
}

/**
 * How the filters of datasets are spelled on the wire: the support articles and the vendor's repository differ in two of
 * them, and nothing says which are understood.
 */
export type FilterNames = 'article' | 'repository'

const REPOSITORY_NAMES: ReadonlyMap<string, string> = new Map([
  ['import_table', 'table'],
  ['d_status', 'state'],
])

/** Spells the filters of datasets as they are sent. */
export function spellFilter(filter: Filter, names: FilterNames): Filter {
  if (names === 'article') return filter
  return Object.fromEntries(Object.entries(filter).map(([name, value]) => [REPOSITORY_NAMES.get(name) ?? name, value]))
}
