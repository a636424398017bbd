import { keyCodes, type LoadParts } from './danaconnect-load.ts'
import type { DanaconnectSettings, DanaconnectTable } from './danaconnect-settings.ts'

/** One record of a list. */
export interface ListRow {
  /** What the vendor calls recordUID or rowId. */
  readonly uid: string
  readonly values: Readonly<Record<string, string>>
}

/** A contact list with its rows. */
export interface ContactList {
  readonly company: string
  readonly tableCode: string
  readonly idWebDb: number
  /** Field codes with the greatest length of each; null takes any. */
  readonly fields: Readonly<Record<string, number>> | null
  rows: ListRow[]
}

/** The contact lists of all companies. */
export class DanaconnectTables {
  readonly #settings: DanaconnectSettings
  #lists: ContactList[] = []
  #lastUid = 0

  constructor(settings: DanaconnectSettings) {
    this.#settings = settings
    this.reset()
  }

  find(company: string, tableCode: string): ContactList | null {
    return this.#lists.find((list) => list.company === company && list.tableCode === tableCode) ?? null
  }

  /** Finds a record of any list of a company. */
  findRow(company: string, uid: string): ListRow | null {
    const lists = this.#lists.filter((list) => list.company === company)
    return lists.flatMap(({ rows }) => rows).find((row) => row.uid === uid) ?? null
  }

  /**
   * Loads lines into a list.
   *
   * @returns How many lines were taken, whatever they then changed; a rejected line is not counted.
   */
  load(list: ContactList, lines: readonly (readonly string[])[], parts: LoadParts): number {
    const records = lines.map((line) => readLine(line, list, parts)).filter((values) => values !== null)
    const codes = keyCodes(parts.keyField)
    const keyOf = (values: Readonly<Record<string, string>>): string =>
      JSON.stringify(codes.map((code) => values[code] ?? ''))
    const places = new Map(list.rows.map((row, place) => [keyOf(row.values), place] as const))
    for (const values of records) {
      const place = codes.length === 0 ? undefined : places.get(keyOf(values))
      const known = place === undefined ? undefined : list.rows[place]
      if (place === undefined || known === undefined) {
        if (parts.operationType === 'UPDALL') continue
        places.set(keyOf(values), list.rows.length)
        this.#insert(list, values)
      } else if (parts.operationType === 'INSALL') {
        this.#insert(list, values)
      } else if (parts.operationType !== 'INSNEW') {
        list.rows[place] = { uid: known.uid, values: { ...known.values, ...values } }
      }
    }
    return records.length
  }

  reset(): void {
    this.#lastUid = 0
    this.#lists = this.#settings.tables.map((table, index) => this.#plant(table, index))
  }

  state(): readonly ContactList[] {
    return this.#lists
  }

  #plant(table: DanaconnectTable, index: number): ContactList {
    const { company, tableCode, idWebDb = FIRST_ID_WEB_DB + index, fields = null, rows = [] } = table
    const list: ContactList = { company, tableCode, idWebDb, fields, rows: [] }
    for (const values of rows) this.#insert(list, values)
    return list
  }

  #insert(list: ContactList, values: Readonly<Record<string, string>>): void {
    this.#lastUid += 1
    list.rows.push({ uid: String(this.#lastUid), values })
  }
}

/** The vendor's sample has 987. */
const FIRST_ID_WEB_DB = 987

/**
 * Gives the values of a line their codes.
 *
 * @returns Null when the line does not fit the list. What `strict` means is not documented: here it rejects such a
 * line, and without it what fits is taken.
 */
function readLine(
  line: readonly string[],
  list: ContactList,
  { fields, strict }: LoadParts,
): Readonly<Record<string, string>> | null {
  if (strict && line.length !== fields.length) return null
  const values: Record<string, string> = {}
  for (const [place, code] of fields.entries()) {
    const value = line[place] ?? ''
    const maxLength = list.fields?.[code] ?? Number.POSITIVE_INFINITY
    if (strict && value.length > maxLength) return null
    values[code] = value.slice(0, maxLength)
  }
  return values
}
