import { SANDBOX, type UpstreamName } from '@sluice/upstream-mocks'
import { CALLED_BACK } from './config.ts'

/** Faults that leave a write unsure: one that landed, and one that did not. */
export const LOOKS_AFTER = ['reset-after', 'reset'] as const
export type LooksAfter = (typeof LOOKS_AFTER)[number]

/** An operation as the matrix tries it: with which payload, and under which names the mock knows it. */
export interface WiredOperation {
  readonly name: string
  /** The name that the outcome tables have for it. */
  readonly inTable: string
  readonly upstream: UpstreamName
  /** The destination of the matrix's configuration. */
  readonly destination: string
  /** The name that the gateway has for it. */
  readonly operation: string
  /** The mock's operation that the faults strike. */
  readonly strikes: string
  /** The mock's operation whose effects count. */
  readonly effectsOf: string
  /** Whether its route has a marker: where the upstream keeps the delivery's id. */
  readonly marked: boolean
  /** The fault of the write after which the look for it is struck; absent where the write is. */
  readonly looksAfter?: LooksAfter
  /** What has to be there before: delivered undisturbed, and its receipt's key given to the payload. */
  readonly before?: { readonly operation: string; readonly payload: unknown }
  readonly payload: (key: string) => unknown
}

const { danaconnect, contactnow, datatalks } = SANDBOX
const FIELDS = { NAME: 'Dana', EMAIL: 'dana@example.com' }
const DATASET = String(contactnow.dataset)
/** A table without datasets: one that has no description might be any, and so the absence of one could not be proven. */
const OTHER_TABLE = 'nelsontest'
const RECORD = { dataset: DATASET, firstname: 'Dana', MobilePhone: '+46700000001' }
const CONTACT = { data: { email: 'dana@example.com', name: 'Dana' }, group_key: datatalks.groupKey }

/** What most operations have in common: the mock's operation is struck, and its effects count. */
function wired(
  upstream: UpstreamName,
  operation: string,
  mockOperation: string,
  payload: (key: string) => unknown,
  rest: Partial<WiredOperation> = {},
): WiredOperation {
  const { name = operation } = rest
  return {
    name,
    inTable: name,
    upstream,
    destination: upstream,
    operation,
    strikes: mockOperation,
    effectsOf: mockOperation,
    payload,
    marked: false,
    ...rest,
  }
}

const recordBefore = (operation: string) => ({ before: { operation, payload: RECORD } })

const LOADS = ['INSALL', 'INSNEW', 'UPDALL', 'UPDINS'] as const

/** A load of one row, which is called back or not. */
function load(
  operationType: (typeof LOADS)[number],
  ending: string,
  rest: Partial<WiredOperation> = {},
): WiredOperation {
  const keyField = operationType === 'INSALL' ? {} : { keyField: ['EMAIL'] }
  return wired(
    'danaconnect',
    'contacts.load',
    'bulk-load',
    () => ({ tableCode: danaconnect.tableCode, operationType, ...keyField, fields: FIELDS }),
    { name: `contacts.load ${operationType}${ending}`, ...rest },
  )
}

/** A write whose route has a marker, with an older row of the same kind beside it: under faults of its own, and of the look for it. */
function marked(operation: string, method: string, payload: unknown): readonly WiredOperation[] {
  const rest = { inTable: operation, marked: true, before: { operation, payload } }
  const write = `${method}.create`
  return [
    wired('contactnow', operation, write, () => payload, { ...rest, name: `${operation} with marker` }),
    ...LOOKS_AFTER.map((looksAfter) =>
      wired('contactnow', operation, `${method}.read`, () => payload, {
        ...rest,
        name: `${operation} with marker, its look after ${looksAfter}`,
        effectsOf: write,
        looksAfter,
      }),
    ),
  ]
}

/** Every operation of every destination. */
export const WIRED_OPERATIONS: readonly WiredOperation[] = [
  wired('danaconnect', 'conversations.startData', 'start-data', () => ({
    conversationID: danaconnect.conversationId,
    fields: FIELDS,
  })),
  wired('danaconnect', 'conversations.startDataByProject', 'project-start-data', () => ({
    projectID: danaconnect.projectId,
    fields: FIELDS,
  })),
  wired('danaconnect', 'conversations.startList', 'start-list', () => ({ conversationID: danaconnect.conversationId })),
  wired('danaconnect', 'triggers.fire', 'trigger', () => ({ dana: danaconnect.dana, fields: { NAME: 'Dana' } })),
  ...LOADS.map((type) => load(type, '')),
  ...LOADS.map((type) => load(type, ' with callback', { destination: CALLED_BACK })),
  ...LOADS.map((type) => load(type, ', its callback', { destination: CALLED_BACK, strikes: 'callback' })),
  wired('contactnow', 'datasets.create', 'ecnow_datasets.create', () => ({
    description: 'spring',
    import_table: contactnow.table,
  })),
  wired('contactnow', 'datasets.update', 'ecnow_datasets.update', () => ({
    dataset: DATASET,
    description: 'summer',
    import_table: contactnow.table,
  })),
  wired('contactnow', 'records.create', 'ecnow_records.create', () => RECORD),
  wired(
    'contactnow',
    'records.update',
    'ecnow_records.update',
    (id) => ({ id, dataset: DATASET, firstname: 'Ada' }),
    recordBefore('records.create'),
  ),
  wired(
    'contactnow',
    'records.update',
    'ecnow_records.update',
    (id) => ({ id, dataset: DATASET, notes_append: 'called' }),
    { name: 'records.update with notes_append', ...recordBefore('records.create') },
  ),
  wired('contactnow', 'data.create', 'ecnow_data.create', () => RECORD),
  wired(
    'contactnow',
    'data.update',
    'ecnow_data.update',
    (id) => ({ id, dataset: DATASET, firstname: 'Ada' }),
    recordBefore('data.create'),
  ),
  wired('contactnow', 'data.update', 'ecnow_data.update', (id) => ({ id, dataset: DATASET, notes_append: 'called' }), {
    name: 'data.update with notes_append',
    ...recordBefore('data.create'),
  }),
  wired('contactnow', 'records.create', 'ecnow_records.create', () => RECORD, {
    name: 'records.create, its token',
    strikes: 'token.get',
  }),
  ...marked('datasets.create', 'ecnow_datasets', { description: 'spring', import_table: OTHER_TABLE }),
  ...marked('records.create', 'ecnow_records', RECORD),
  ...marked('data.create', 'ecnow_data', RECORD),
  wired('datatalks', 'contacts.upsert', 'contacts.upsert', () => CONTACT),
  wired(
    'datatalks',
    'contacts.delete',
    'contacts.delete',
    () => ({ data: { email: CONTACT.data.email }, group_key: datatalks.groupKey }),
    { before: { operation: 'contacts.upsert', payload: CONTACT } },
  ),
  wired('datatalks', 'events.create', 'events.create', () => ({
    data: { email: CONTACT.data.email, contactExtEventType: 'PURCHASE', externalId: 'order-1' },
    group_key: datatalks.groupKey,
  })),
  wired('datatalks', 'products.send', 'products.send', () => ({
    data: [{ product_id: 'P1', name: 'Milk' }],
    group_key: datatalks.groupKey,
  })),
]
