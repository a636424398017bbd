import { type ContractCase, fails, gives } from '../contract-case.ts'
import { onSandbox, type SandboxCase } from './stage.ts'

const REFUSED = 'CONTACTNOW_REFUSED never'
const PERSON = { FirstName: 'Jon', HomePhone: '01234567890' }

/** What depends on what the account holds: tokens, rules of datasets and records, batches. */
const CASES: readonly SandboxCase[] = [
  {
    operation: 'token.get',
    name: 'gives the same token as long as it lives, and does not prolong it',
    call: async (client) => {
      const [first, second] = [await client.token.get(), await client.token.get()]
      return [first.token === second.token, first.expiresAtMs === second.expiresAtMs]
    },
    expected: gives([true, true]),
    live: 'read',
  },
  {
    operation: 'token.get',
    name: 'for more than ten addresses is not even sent',
    call: (client) => client.token.get({ addresses: Array.from({ length: 11 }, (_, index) => `10.0.0.${index}`) }),
    expected: fails('SCHEMA_MISMATCH never'),
    live: 'read',
  },
  {
    operation: 'token.validate',
    name: 'of a token that was never given out',
    call: (client) => client.token.validate({ token: '0123456789012345678901234567890123456789' }),
    expected: fails('CONTACTNOW_TOKEN_INVALID auth', { words: 'Invalid token' }),
    live: 'read',
  },
  {
    operation: 'datasets.read',
    name: 'under short-lived-token: it has expired between get and use',
    fault: { name: 'short-lived-token', operation: 'token.get' },
    call: (client, { dataset }) => client.datasets.read({ dataset }),
    expected: fails('CONTACTNOW_TOKEN_EXPIRED auth', { words: 'Expired token' }),
  },
  {
    operation: 'datasets.read',
    name: 'once more, under short-lived-token, gets another token by itself',
    fault: { name: 'short-lived-token', operation: 'token.get' },
    call: async (client, { dataset }) => {
      await client.datasets.read({ dataset }).catch(() => null)
      return (await client.datasets.read({ dataset })).total
    },
    expected: gives(1),
  },
  {
    operation: 'datasets.create',
    name: 'when no token can be had',
    fault: { name: 'bad-credentials', operation: 'token.get' },
    call: (client, { table }) => client.datasets.create({ description: 'spring', import_table: table }),
    expected: fails('CONTACTNOW_CREDENTIALS_REFUSED auth', { words: 'Authentication failure' }),
  },
  {
    operation: 'datasets.create',
    name: 'sent twice makes two datasets',
    call: async (client, { table }) => {
      const row = { description: 'spring', import_table: table }
      return [(await client.datasets.create(row)).key, (await client.datasets.create(row)).key]
    },
    expected: gives([105, 106]),
  },
  {
    operation: 'datasets.create',
    name: 'in a table that does not exist',
    call: (client) => client.datasets.create({ description: 'spring', import_table: 'nowhere' }),
    expected: fails(REFUSED, { words: 'Bad argument: import_table', counts: { total: 0, bad: 1 } }),
  },
  {
    operation: 'datasets.update',
    name: 'of a dataset that is EXPIRED',
    settings: { datasets: [{ dataset: 104, status: 'EXPIRED', table: 'sandbox' }] },
    call: (client, { dataset }) => client.datasets.update({ dataset, d_status: 'LIVE' }),
    expected: fails(REFUSED, { counts: { total: 0, bad: 1 } }),
  },
  {
    operation: 'datasets.update',
    name: 'with a priority above 90 is not even sent',
    call: (client, { dataset }) => client.datasets.update({ dataset, d_priority: 91 }),
    expected: fails('SCHEMA_MISMATCH never'),
    live: 'read',
  },
  {
    operation: 'datasets.read',
    name: 'under total-disagrees-200 gives the rows that came, and the total that was said',
    fault: { name: 'total-disagrees-200', operation: 'ecnow_datasets.read' },
    call: async (client, { dataset }) => {
      const { total, list } = await client.datasets.read({ dataset })
      return { total, rows: list.map((row) => row.dataset) }
    },
    expected: gives({ total: 5, rows: ['104'] }),
  },
  {
    operation: 'datasets.read',
    name: 'with a limit trims the list, not the total',
    prepare: (client) => client.datasets.create({ description: 'spring', import_table: 'sandbox' }),
    call: async (client, { table }) => {
      const { total, list } = await client.datasets.read({ import_table: table, limit: 1 })
      return { total, rows: list.length }
    },
    expected: gives({ total: 2, rows: 1 }),
    live: 'read',
  },
  {
    operation: 'records.create',
    name: 'in a dataset on hold, with words that end in a blank',
    settings: { datasets: [{ dataset: 104, status: 'HOLD', table: 'sandbox' }] },
    call: (client, { dataset }) => client.records.create({ dataset, ...PERSON }),
    expected: gives({ key: 1, info: 'Record NOT live on the dialer. ' }),
  },
  {
    operation: 'records.create',
    name: 'in a dataset that is EXPIRED',
    settings: { datasets: [{ dataset: 104, status: 'EXPIRED', table: 'sandbox' }] },
    call: (client, { dataset }) => client.records.create({ dataset, ...PERSON }),
    expected: fails(REFUSED, { counts: { total: 0, bad: 1 } }),
  },
  {
    operation: 'records.create',
    name: 'without a phone is not even sent',
    call: (client, { dataset }) => client.records.create({ dataset, FirstName: 'Jon' }),
    expected: fails('SCHEMA_MISMATCH never'),
    live: 'read',
  },
  {
    operation: 'records.update',
    name: 'by an id that is not in that dataset',
    call: (client, { dataset }) => client.records.update({ id: '7', dataset, LastName: 'Snow' }),
    expected: fails(REFUSED, { words: 'Record id [7] does not exist.', counts: { total: 0, bad: 1 } }),
  },
  {
    operation: 'records.update',
    name: 'adds a line to the notes each time',
    prepare: (client) => client.records.create({ dataset: '104', ...PERSON }),
    call: async (client, { dataset }) => {
      for (const line of ['first', 'second']) await client.records.update({ id: '1', dataset, notes_append: line })
      return (await client.records.read({ dataset, id: '1' })).list[0]?.['notes']
    },
    expected: gives('2026-01-02 03:04:05 first\r\n2026-01-02 03:04:05 second\r\n'),
  },
  {
    operation: 'records.read',
    name: 'by table, phone and mode',
    prepare: (client) => client.records.create({ dataset: '104', ...PERSON }),
    call: async (client, { table }) =>
      (await client.records.read({ table, ddi: '01234567890', mode: 'live' })).list.map(({ id }) => id),
    expected: gives(['1']),
  },
  {
    operation: 'records.read',
    name: 'with neither table nor dataset is not even sent',
    call: (client) => client.records.read({}),
    expected: fails('SCHEMA_MISMATCH never'),
    live: 'read',
  },
  {
    operation: 'records.read',
    name: 'of a table that holds nothing is an empty list',
    call: (client, { dataset }) => client.records.read({ dataset, ddi: '00000000001' }),
    expected: gives({ total: 0, list: [] }),
    live: 'read',
  },
]

/** Lists the cases of an account that holds something. */
export function stateCases(): ContractCase[] {
  return CASES.map(onSandbox)
}
