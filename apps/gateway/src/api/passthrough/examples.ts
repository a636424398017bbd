const RECORD = { MobilePhone: '+46700000001', FirstName: 'Ada' }
const FIELDS = { NAME: 'Ada', EMAIL: 'ada@example.com' }
const GROUP = { group_key: 'abc123' }

/** Examples of the parts of paths: what there is in the sandbox, so that they can be tried there as they are. */
const PATH_PARTS: Readonly<Record<string, string>> = {
  dataset: '104',
  record: '1',
  table: 'sandbox',
  conversation: '1001',
  project: 'sandbox-project',
  tableCode: 'CONTACTS',
  dana: 'sandbox-dana',
}

/** Parts that are ids of ContactNow: digits alone. */
const DIGITS: ReadonlySet<string> = new Set(['dataset', 'record'])

/** Examples of bodies, by operation: their columns, fields and attributes are of the account, and no schema knows them. */
const BODIES: Readonly<Record<string, unknown>> = {
  'datasets.create': { description: 'Leads of spring', import_table: 'sandbox' },
  'datasets.update': { description: 'Leads of summer', import_table: 'sandbox' },
  'records.create': RECORD,
  'records.update': { FirstName: 'Grace' },
  'data.create': RECORD,
  'data.update': { FirstName: 'Grace' },
  'conversations.startData': { fields: FIELDS },
  'conversations.startDataByProject': { fields: FIELDS },
  'contacts.load': { fieldsCode: ['NAME', 'EMAIL'], rows: [FIELDS] },
  'triggers.fire': { fields: { NAME: 'Ada' } },
  'contacts.upsert': { data: { email: 'ada@example.com', firstname: 'Ada' }, ...GROUP },
  'contacts.delete': { data: { email: 'ada@example.com' }, ...GROUP },
  'events.create': {
    data: { email: 'ada@example.com', contactExtEventType: 'PURCHASE', externalId: 'order-1' },
    ...GROUP,
  },
  'products.send': { data: [{ product_id: 'P1', name: 'Milk' }], ...GROUP },
}

/** What the document says of a part of a path. A `pattern` would break the clients that were made of an earlier one. */
export function wordsOfPart(name: string): { readonly example?: string; readonly description?: string } {
  const example = PATH_PARTS[name]
  return {
    ...(example === undefined ? {} : { example }),
    ...(DIGITS.has(name) ? { description: 'Digits; anything else is refused with `PARAMETER_INVALID`.' } : {}),
  }
}

/** The example of an operation's body, where its schema does not make one. */
export function exampleOf(operation: string): object {
  return operation in BODIES ? { example: BODIES[operation] } : {}
}
