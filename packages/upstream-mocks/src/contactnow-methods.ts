import type { ContactnowDatasets } from './contactnow-datasets.ts'
import type { Envelope, Format } from './contactnow-envelope.ts'
import { fieldRows } from './contactnow-fields.ts'
import { listed } from './contactnow-list.ts'
import type { PayloadRow } from './contactnow-payload.ts'
import type { ContactnowRecords } from './contactnow-records.ts'
import type { ContactnowSettings } from './contactnow-settings.ts'

type Read = (variables: ReadonlyMap<string, string>) => Envelope
type Write = (rows: readonly PayloadRow[], nowMs: number, format: Format) => Envelope

/** A method of `ecnow.php` or `database.php`, with the actions that it has. */
export interface Method {
  readonly script: 'ecnow' | 'database'
  /** Name of an item of its list, in XML. */
  readonly item: string
  readonly read: Read
  readonly create?: Write
  readonly update?: Write
}

/** Lists the methods that are mocked. */
export function methodsOn(
  settings: ContactnowSettings,
  datasets: ContactnowDatasets,
  records: ContactnowRecords,
): ReadonlyMap<string, Method> {
  const onRecords: Pick<Method, 'create' | 'read' | 'update'> = {
    create: (rows, nowMs) => records.create(rows, nowMs),
    read: (variables) => records.read(variables),
    update: (rows, nowMs) => records.update(rows, nowMs),
  }
  return new Map<string, Method>([
    [
      'ecnow_datasets',
      {
        script: 'ecnow',
        item: 'ecnow_dataset',
        create: (rows, nowMs) => datasets.create(rows, nowMs),
        read: (variables) => datasets.read(variables),
        update: (rows, _nowMs, format) => datasets.update(rows, format),
      },
    ],
    ['ecnow_records', { script: 'ecnow', item: 'ecnow_record', ...onRecords }],
    ['ecnow_data', { script: 'database', item: 'ecnow_data', ...onRecords }],
    ['campaign_tables', { script: 'ecnow', item: 'campaign_table', read: readTables(settings) }],
    ['campaign_fields', { script: 'ecnow', item: 'campaign_field', read: readFields(settings) }],
    ['dnc', { script: 'database', item: 'dnc', read: readDoNotCall(settings) }],
  ])
}

function readTables({ tables }: ContactnowSettings): Read {
  return (variables) => listed(tables, variables, (name) => ({ name }))
}

function readFields({ tables }: ContactnowSettings): Read {
  return (variables) => {
    const { table, name } = Object.fromEntries(variables)
    const rows = tables.filter((known) => table === undefined || known === table).flatMap(fieldRows)
    return listed(
      rows.filter((row) => name === undefined || row['name'] === name),
      variables,
      (row) => row,
    )
  }
}

function readDoNotCall({ doNotCall }: ContactnowSettings): Read {
  return (variables) => {
    const { qid, tstart, tstop } = Object.fromEntries(variables)
    const passes = (entry: (typeof doNotCall)[number]): boolean =>
      (qid === undefined || qid.split(',').includes(entry.qid)) &&
      (tstart === undefined || entry.when >= tstart) &&
      (tstop === undefined || entry.when <= tstop)
    return listed(doNotCall.filter(passes), variables, (entry) => ({ ...entry }))
  }
}
