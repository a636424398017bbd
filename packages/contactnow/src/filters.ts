/**
 * Tells whether a row fits the filter that was sent. The vendor's pages name the filters in two ways, and a filter that
 * is not known may be left unused without a word: then a row that was not asked for would pass for the one looked for.
 *
 * @param filter - What was sent; a value may be a comma list, of which one has to fit.
 * @param columns - Name of a filter to the name of the column that it filters by. A column that a row lacks proves nothing.
 */
export function fitsFilter(
  row: Readonly<Record<string, string | null>>,
  filter: Readonly<Record<string, string | number | undefined>>,
  columns: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(columns).every(([name, column]) => {
    const wanted = filter[name]
    const found = row[column]
    if (wanted === undefined || found === undefined || found === null) return true
    return String(wanted).split(',').includes(found)
  })
}
