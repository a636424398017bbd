import { writeRows } from './contactnow-batch.ts'
import { type Envelope, failure } from './contactnow-envelope.ts'
import { listed } from './contactnow-list.ts'
import { faultOfFilters, passesFilters, PHONES } from './contactnow-record-filters.ts'
import type { PayloadRow } from './contactnow-payload.ts'
import type { ContactnowSettings } from './contactnow-settings.ts'
import { type ContactnowDatasets, timeOf } from './contactnow-datasets.ts'

/** The columns of a record as reads spell them; writes may use any case. */
const COLUMNS = [
  'id',
  'datasetid',
  'Title',
  'FirstName',
  'LastName',
  'Address1',
  'Address2',
  'Address3',
  'Address4',
  'Address5',
  'Address6',
  'Postcode',
  'HomePhone',
  'MobilePhone',
  'WorkPhone',
  'Customer_Email',
  'AgentRef',
  'Agent_Specific',
  'appointment',
  'callback',
  'Call_Back_Notes',
  'Call_Back_Sametime',
  'flgid',
  'loaddate',
  'notes',
  'outcomecode',
  'ProcessDate',
  'ProcessType',
  'sourcefile',
  'URN',
  'VENDOR_URN',
] as const

const SPELLING = new Map<string, string>(COLUMNS.map((column) => [column.toLowerCase(), column]))
/** Members of a written row that are no columns. */
const NOT_STORED = new Set(['id', 'dataset', 'datasetid', 'table', 'notes_append', 'loaddate', 'ProcessType'])

type Fields = Readonly<Record<string, string>>

interface ContactRecord {
  readonly id: string
  readonly dataset: string
  readonly columns: Record<string, string | null>
}

/** The records of all datasets: the people to dial. */
export class ContactnowRecords {
  readonly #settings: ContactnowSettings
  readonly #datasets: ContactnowDatasets
  readonly #records = new Map<string, ContactRecord>()
  #lastId = 0

  constructor(settings: ContactnowSettings, datasets: ContactnowDatasets) {
    this.#settings = settings
    this.#datasets = datasets
  }

  /** Creates a record per row; a person who is there already is simply added again. */
  create(rows: readonly PayloadRow[], nowMs: number): Envelope {
    let info = ''
    const written = writeRows(rows, this.#settings.keyOfBatch, (row) => {
      const result = this.#createOne(spelled(row), nowMs)
      if ('key' in result) info = this.#infoOf(String(result.key))
      return result
    })
    return { success: true, ...written, ...(info === '' ? {} : { info }) }
  }

  /** Lists records of a table or a dataset, one of which has to be named. */
  read(variables: ReadonlyMap<string, string>): Envelope {
    const table = variables.get('table')
    const dataset = variables.get('dataset')
    if (table === undefined && dataset === undefined) return failure('Bad argument: dataset')
    const fault = faultOfFilters(variables)
    if (fault !== null) return failure(fault)
    const ofTable = table === undefined ? null : this.#datasets.idsOf(table)
    const found = [...this.#records.values()].filter(
      (record) =>
        (ofTable === null || ofTable.has(record.dataset)) &&
        (dataset === undefined || record.dataset === dataset) &&
        passesFilters(record.columns, variables),
    )
    return listed(found, variables, ({ columns }) => ({ ...columns }))
  }

  /** Changes one record per row, found by `id` in `dataset`. */
  update(rows: readonly PayloadRow[], nowMs: number): Envelope {
    let info = ''
    const { key: _, ...counts } = writeRows(rows, 'last', (row) => {
      const result = this.#updateOne(spelled(row), nowMs)
      if ('key' in result) info = this.#infoOf(String(result.key))
      return result
    })
    return { success: true, ...counts, ...(info === '' ? {} : { info }) }
  }

  reset(): void {
    this.#records.clear()
    this.#lastId = 0
  }

  state(): readonly Readonly<Record<string, string | null>>[] {
    return [...this.#records.values()].map(({ columns }) => columns)
  }

  #createOne(row: Fields, nowMs: number): { key: number } | { error: string } {
    const dataset = row['dataset'] ?? ''
    const status = this.#datasets.statusOf(dataset)
    if (status === null) return { error: 'Bad argument: dataset' }
    if (status === 'EXPIRED') return { error: 'Bad argument: dataset is EXPIRED' }
    if (PHONES.every((phone) => (row[phone] ?? '') === '')) return { error: 'Bad argument: HomePhone' }
    this.#lastId += 1
    const id = String(this.#lastId)
    const columns = { ...blank(), ...storable(row), id, datasetid: dataset, loaddate: timeOf(nowMs).slice(0, 10) }
    this.#records.set(id, { id, dataset, columns })
    this.#judge(columns, status, 'New Prospect')
    append(columns, row, nowMs)
    return { key: this.#lastId }
  }

  #updateOne(row: Fields, nowMs: number): { key: number } | { error: string } {
    const id = row['id'] ?? ''
    const record = this.#records.get(id)
    if (record === undefined || record.dataset !== row['dataset']) return { error: `Record id [${id}] does not exist.` }
    Object.assign(record.columns, storable(row), { ProcessDate: timeOf(nowMs) })
    this.#judge(record.columns, this.#datasets.statusOf(record.dataset) ?? 'HOLD', 'NEEDSMOREWORK')
    append(record.columns, row, nowMs)
    return { key: Number(id) }
  }

  #judge(columns: Record<string, string | null>, status: string, open: string): void {
    const isComplete = this.#settings.completeOutcomes.includes(columns['outcomecode'] ?? '')
    columns['ProcessType'] = isComplete ? 'COMPLETE' : status === 'LIVE' ? open : `HOLD: ${open}`
  }

  #infoOf(id: string): string {
    const type = this.#records.get(id)?.columns['ProcessType']
    if (type === 'COMPLETE') return 'Record is NOT live on the dialer due having a complete outcome.'
    // QUIRK contactnow: this text ends in a blank.
    return type?.startsWith('HOLD') === true ? 'Record NOT live on the dialer. ' : 'Record is LIVE on the dialer.'
  }
}

function blank(): Record<string, string | null> {
  const columns: Record<string, string | null> = Object.fromEntries(COLUMNS.map((column) => [column, '']))
  return {
    ...columns,
    AgentRef: '0',
    callback: '0000-00-00 00:00:00',
    ProcessDate: '0000-00-00 00:00:00',
    appointment: '0000-00-00 00:00:00',
    URN: null,
    VENDOR_URN: null,
  }
}

/** Gives the members of a row the spelling of the columns; `dataset` and custom columns keep theirs. */
function spelled(row: Fields): Fields {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      const lower = name.toLowerCase()
      return [SPELLING.get(lower) ?? (lower === 'dataset' || lower === 'notes_append' ? lower : name), value]
    }),
  )
}

function storable(row: Fields): Record<string, string> {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !NOT_STORED.has(name)))
}

function append(columns: Record<string, string | null>, row: Fields, nowMs: number): void {
  const line = row['notes_append']
  if (line !== undefined) columns['notes'] = `${columns['notes'] ?? ''}${timeOf(nowMs)} ${line}\r\n`
}
