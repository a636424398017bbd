import { listed } from './contactnow-list.ts'
import { writeRows } from './contactnow-batch.ts'
import type { Envelope, Format, Row } from './contactnow-envelope.ts'
import type { PayloadRow } from './contactnow-payload.ts'
import type { ContactnowSettings } from './contactnow-settings.ts'

/** The filters of a read, by their documented names: those of the article and those of the vendor's repository. */
const FILTERS: readonly (readonly [variable: string, column: string])[] = [
  ['qid', 'qid'],
  ['import_table', 'import_table'],
  ['table', 'import_table'],
  ['d_status', 'd_status'],
  ['state', 'd_status'],
  ['dataset', 'dataset'],
  ['description', 'description'],
]

/** The columns that a caller may set, without `import_table`. */
const WRITABLE = ['qid', 'd_status', 'd_priority', 'notes', 'description', 'sourcefile', 'reccount'] as const

/** The columns of a list, in the vendor's order. */
const COLUMNS = [
  'dataset',
  'qid',
  'd_status',
  'd_priority',
  'notes',
  'callbacks',
  'crm_account',
  'crm_campaign',
  'description',
  'locked',
  'loaddate',
  'sourcefile',
  'import_table',
  'campaign',
] as const

type Dataset = Record<string, string>

/** The datasets of the account: groups of records to dial. */
export class ContactnowDatasets {
  readonly #settings: ContactnowSettings
  readonly #rows = new Map<string, Dataset>()
  #lastKey = 0

  constructor(settings: ContactnowSettings) {
    this.#settings = settings
    this.reset()
  }

  /** Creates a dataset per row; a row that exists already is simply created again. */
  create(rows: readonly PayloadRow[], nowMs: number): Envelope {
    const written = writeRows(rows, this.#settings.keyOfBatch, (row) => this.#createOne(row, nowMs))
    return { success: true, account_id: this.#settings.accountId, ...written }
  }

  /** Lists the datasets that pass every filter; `total` counts those that `limit` leaves out as well. */
  read(variables: ReadonlyMap<string, string>): Envelope {
    const wanted = FILTERS.flatMap(([variable, column]) => {
      const text = variables.get(variable)
      return text === undefined ? [] : [{ column, values: column === 'description' ? [text] : text.split(',') }]
    })
    const passes = (row: Dataset): boolean => wanted.every(({ column, values }) => values.includes(row[column] ?? ''))
    return listed([...this.#rows.values()].filter(passes), variables, toRow)
  }

  /** Changes one dataset per row, found by `dataset`. */
  update(rows: readonly PayloadRow[], format: Format): Envelope {
    const { key: _, ...counts } = writeRows(rows, 'last', (row) => this.#updateOne(row))
    // QUIRK contactnow: the reply of an update says key 0 in XML, and nothing of a key in JSON
    // (case campaigns/update-over-xml).
    return { success: true, account_id: this.#settings.accountId, ...counts, ...(format === 'xml' ? { key: 0 } : {}) }
  }

  /** Returns the status of a dataset, or null where there is none with that id. */
  statusOf(dataset: string | undefined): string | null {
    return this.#rows.get(dataset ?? '')?.['d_status'] ?? null
  }

  /** Returns the ids of the datasets of a table. */
  idsOf(table: string): Set<string> {
    const ids = new Set<string>()
    for (const row of this.#rows.values()) if (row['import_table'] === table) ids.add(row['dataset'] ?? '')
    return ids
  }

  reset(): void {
    this.#rows.clear()
    this.#lastKey = 0
    for (const { dataset, status, table } of this.#settings.datasets) {
      this.#rows.set(String(dataset), { ...EMPTY, dataset: String(dataset), d_status: status, import_table: table })
      this.#lastKey = Math.max(this.#lastKey, dataset)
    }
  }

  state(): readonly Dataset[] {
    return [...this.#rows.values()]
  }

  #createOne(row: Readonly<Record<string, string>>, nowMs: number): { key: number } | { error: string } {
    if (!this.#settings.tables.includes(row['import_table'] ?? '')) return { error: 'Bad argument: import_table' }
    const fault = faultOf(row)
    if (fault !== null) return { error: fault }
    this.#lastKey += 1
    const key = this.#lastKey
    this.#rows.set(String(key), {
      ...EMPTY,
      ...writable(row),
      dataset: String(key),
      import_table: row['import_table'] ?? '',
      loaddate: timeOf(nowMs),
    })
    return { key }
  }

  #updateOne(row: Readonly<Record<string, string>>): { key: number } | { error: string } {
    const dataset = this.#rows.get(row['dataset'] ?? '')
    if (dataset === undefined) return { error: 'Bad argument: dataset' }
    if (dataset['d_status'] === 'EXPIRED') return { error: 'Bad argument: dataset is EXPIRED' }
    const table = row['import_table']
    if (table !== undefined && !this.#settings.tables.includes(table)) return { error: 'Bad argument: import_table' }
    const fault = faultOf(row)
    if (fault !== null) return { error: fault }
    Object.assign(dataset, writable(row), table === undefined ? {} : { import_table: table })
    return { key: 0 }
  }
}

const EMPTY: Dataset = {
  dataset: '0',
  qid: '0',
  d_status: 'HOLD',
  d_priority: '0',
  notes: '',
  callbacks: 'none',
  crm_account: '0',
  crm_campaign: '',
  description: '',
  locked: '0',
  loaddate: '0000-00-00 00:00:00',
  sourcefile: '',
  import_table: '',
  campaign: '527220',
}

/** Formats an instant as ContactNow does. The zone is not documented; UTC is assumed. */
export function timeOf(nowMs: number): string {
  return new Date(nowMs).toISOString().slice(0, 19).replace('T', ' ')
}

function writable(row: Readonly<Record<string, string>>): Dataset {
  const set: Dataset = {}
  for (const name of WRITABLE) {
    const value = row[name]
    if (value !== undefined) set[name] = value
  }
  return set
}

function faultOf(row: Readonly<Record<string, string>>): string | null {
  const { qid, d_status: status, d_priority: priority } = row
  if (qid !== undefined && !/^[0-9]{1,10}$/.test(qid)) return 'Bad argument: qid'
  if (status !== undefined && !['LIVE', 'HOLD', 'EXPIRED'].includes(status)) return 'Bad argument: d_status'
  if (priority !== undefined && !(/^[0-9]{1,2}$/.test(priority) && Number(priority) <= 90))
    return 'Bad argument: d_priority'
  return null
}

function toRow(dataset: Dataset): Row {
  return Object.fromEntries(COLUMNS.map((column) => [column, dataset[column] ?? '']))
}
