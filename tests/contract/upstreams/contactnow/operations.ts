import type { Expected } from '../contract-case.ts'
import { gives } from '../contract-case.ts'
import type { Call } from './stage.ts'

/** What an operation is to a fault: nothing was done by a token or a read that failed; a write may have landed. */
export type Kind = 'token' | 'read' | 'create' | 'update'

/** An operation, how it is called here, and what an undisturbed call comes to. */
export interface Operation {
  readonly operation: string
  /** Its name at the mock. */
  readonly at: string
  readonly kind: Kind
  readonly call: Call
  readonly undisturbed: Expected
  /** How it is called against the vendor, where an account has to be spared. */
  readonly liveCall?: Call
}

/** The dataset that the sandbox has from the start, as a read lists it. */
const DATASET = {
  dataset: '104',
  qid: '0',
  d_status: 'LIVE',
  d_priority: '0',
  notes: '',
  callbacks: 'none',
  crm_account: '0',
  crm_campaign: '',
  description: '',
  locked: '0',
  loaddate: null,
  sourcefile: '',
  import_table: 'sandbox',
  campaign: '527220',
}

/** A record as a read lists it: a phone keeps its leading 0, a zero date is null, an empty column is the empty text. */
export const RECORD = {
  id: '1',
  datasetid: '104',
  Title: '',
  FirstName: 'José',
  LastName: '',
  Address1: '',
  Address2: '',
  Address3: '',
  Address4: '',
  Address5: '',
  Address6: '',
  Postcode: '',
  HomePhone: '01234567890',
  MobilePhone: '',
  WorkPhone: '',
  Customer_Email: '',
  AgentRef: '0',
  Agent_Specific: '',
  appointment: null,
  callback: null,
  Call_Back_Notes: '',
  Call_Back_Sametime: '',
  flgid: '',
  loaddate: '2026-01-02',
  notes: '',
  outcomecode: '',
  ProcessDate: null,
  ProcessType: 'New Prospect',
  sourcefile: '',
  URN: '',
  VENDOR_URN: '',
}

const FIELD = {
  position: '5',
  table: 'sandbox',
  name: 'HomePhone',
  size: '20',
  standard_field: '5',
  group_name: '',
  type: 'smalltext',
  prompt: 'HomePhone',
  readonly: 'N',
  search: 'yes',
  hidden: 'N',
  hidden_on_script: 'N',
  order: '5',
  picklist: '',
  required: 'N',
}

const DNC = { ddi: '01234567890', qid: '7', urn: '12', when: '2026-01-01 10:00:00' }

/** What the do-not-call list of every case holds. */
export const DO_NOT_CALL = [DNC]

const PERSON = { FirstName: 'Jon', HomePhone: '01234567890' }
/** What the read of the one record that a case creates first comes to. */
export const RECORDS_LISTED = gives({ total: 1, list: [RECORD] })

const LIVE = 'Record is LIVE on the dialer.'

/** Every operation of the contract that is mocked. */
export function operationsIn(format: 'json' | 'xml'): readonly Operation[] {
  const how = { format }
  return [
    {
      operation: 'token.get',
      at: 'token.get',
      kind: 'token',
      call: async (client) => (await client.token.get({}, how)).expiresAtMs,
      undisturbed: gives(1_767_366_245_000),
    },
    {
      operation: 'token.validate',
      at: 'token.validate',
      kind: 'token',
      call: async (client) => client.token.validate({ token: (await client.token.get()).token }, how),
      undisturbed: gives({ expiresAtMs: 1_767_366_245_000 }),
    },
    {
      operation: 'datasets.create',
      at: 'ecnow_datasets.create',
      kind: 'create',
      call: (client, { table }) => client.datasets.create({ description: 'spring', import_table: table }, how),
      undisturbed: gives({ key: 105 }),
    },
    {
      operation: 'datasets.read',
      at: 'ecnow_datasets.read',
      kind: 'read',
      call: (client, { dataset }) => client.datasets.read({ dataset }, how),
      undisturbed: gives({ total: 1, list: [DATASET] }),
    },
    {
      operation: 'datasets.update',
      at: 'ecnow_datasets.update',
      kind: 'update',
      call: (client, { dataset }) => client.datasets.update({ dataset, notes: 'checked' }, how),
      undisturbed: gives({ total: 1 }),
    },
    ...(['records', 'data'] as const).flatMap((group): Operation[] => {
      const method = group === 'records' ? 'ecnow_records' : 'ecnow_data'
      return [
        {
          operation: `${group}.create`,
          at: `${method}.create`,
          kind: 'create',
          call: (client, { dataset }) => client[group].create({ dataset, ...PERSON }, how),
          undisturbed: gives({ key: 2, info: LIVE }),
        },
        {
          operation: `${group}.read`,
          at: `${method}.read`,
          kind: 'read',
          call: (client, { dataset }) => client[group].read({ dataset, id: '1' }, how),
          undisturbed: RECORDS_LISTED,
        },
        {
          operation: `${group}.update`,
          at: `${method}.update`,
          kind: 'update',
          call: (client, { dataset }) => client[group].update({ id: '1', dataset, LastName: 'Snow' }, how),
          // Whose record number 1 is in the vendor's account, nobody knows.
          liveCall: async (client, { dataset }) => {
            const { key } = await client[group].create({ dataset, ...PERSON }, how)
            return client[group].update({ id: key, dataset, LastName: 'Snow' }, how)
          },
          undisturbed: gives({ total: 1, info: LIVE }),
        },
      ]
    }),
    {
      operation: 'campaignTables.read',
      at: 'campaign_tables.read',
      kind: 'read',
      call: (client) => client.campaignTables.read({}, how),
      undisturbed: gives({ total: 3, list: [{ name: 'sandbox' }, { name: 'nelsontest' }, { name: 'nesontest' }] }),
    },
    {
      operation: 'campaignFields.read',
      at: 'campaign_fields.read',
      kind: 'read',
      call: (client, { table }) => client.campaignFields.read({ table, name: 'HomePhone' }, how),
      undisturbed: gives({ total: 1, list: [FIELD] }),
    },
    {
      operation: 'dnc.read',
      at: 'dnc.read',
      kind: 'read',
      call: (client) => client.dnc.read({}, how),
      undisturbed: gives({ total: 1, list: [DNC] }),
    },
  ]
}
