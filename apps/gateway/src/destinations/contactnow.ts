import {
  type Contactnow,
  type ContactnowCode,
  createContactnow,
  datasetCreateSchema,
  datasetUpdateSchema,
  findDataset,
  findRecord,
  type Format,
  operations as facts,
  recordCreateSchema,
  recordUpdateSchema,
  type TokenSource,
} from '@sluice/contactnow'
import type { Json } from '../store/port.ts'
import { CONTACTNOW_CALLS } from './contactnow-calls.ts'
import {
  destination,
  type DestinationOptions,
  type DestinationPorts,
  type Finding,
  operation,
  type ReadBack,
  type SharedTokens,
  type TokenReply,
} from './destination.ts'

/** An 8x8 ContactNow account. */
export interface ContactnowDestinationOptions extends DestinationOptions {
  readonly username: string
  readonly password: string
  /** Where the scripts are; the vendor's host for Europe by default. */
  readonly baseUrl?: string | undefined
  /** Format of requests and replies, `json` by default. */
  readonly format?: Format
  /** Addresses, at most 10, from which the token is to work; by default the one from which it is asked for. */
  readonly addresses?: readonly string[]
}

/** A column of the table that was given to the marker. */
const RECORD_COLUMN = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/
const DESCRIPTION = 'description'
/** The columns that the vendor's filter by number looks at. */
const PHONES = ['HomePhone', 'WorkPhone', 'MobilePhone'] as const

/**
 * What was sent without the id, under a configuration that gave it no place or another one, cannot be known again: that no
 * row has the id says nothing of it.
 */
const UNMARKED: Finding = { verdict: 'unclear' }

function recordReadBack(records: (client: Contactnow) => Contactnow['records']): ReadBack<Contactnow> {
  return {
    fault: (place) => (RECORD_COLUMN.test(place) ? null : 'a marker of records is the name of a column'),
    mark: (payload, place, id) => ({ ...fieldsOf(payload), [place]: id }),
    async find(client, payload, column, marker, call) {
      if (textOf(payload, column) !== marker) return UNMARKED
      const sought = { dataset: textOf(payload, 'dataset'), column, marker }
      const among = await findRecord(records(client), sought, call)
      const ddi = PHONES.map((name) => textOf(payload, name)).find((phone) => phone !== '')
      if (among.verdict !== 'unclear' || ddi === undefined) return recordFinding(among)
      // Of a long list the vendor shows a part. What has the number is few, and shows one that landed; that none has it
      // proves nothing, since the vendor may spell the number in its own way.
      const near = await findRecord(records(client), { ...sought, ddi }, call)
      return recordFinding(near.verdict === 'landed' ? near : among)
    },
  }
}

function recordFinding(found: Awaited<ReturnType<typeof findRecord>>): Finding {
  return found.verdict === 'landed' ? { verdict: 'landed', receipt: { key: found.row.id } } : found
}

const DATASET_READ_BACK: ReadBack<Contactnow> = {
  fault: (place) => (place === DESCRIPTION ? null : 'the marker of a dataset stands at the end of its description'),
  mark: (payload, _, id) => ({
    ...fieldsOf(payload),
    description: `${textOf(payload, DESCRIPTION)} [${id}]`,
  }),
  async find(client, payload, _, id, call) {
    const marker = `[${id}]`
    if (!textOf(payload, DESCRIPTION).endsWith(marker)) return UNMARKED
    const filter = { import_table: textOf(payload, 'import_table'), marker }
    const found = await findDataset(client, filter, call)
    return found.verdict === 'landed' ? { verdict: 'landed', receipt: { key: found.row.dataset } } : found
  },
}

function textOf(payload: Json, field: string): string {
  const value = fieldsOf(payload)[field]
  return typeof value === 'string' ? value : ''
}

function fieldsOf(payload: Json): { readonly [name: string]: Json } {
  return typeof payload === 'object' && payload !== null && !Array.isArray(payload) ? payload : {}
}

const OPERATIONS = {
  'datasets.create': operation(
    datasetCreateSchema,
    facts['datasets.create'],
    (client: Contactnow, payload, call) => client.datasets.create(payload, call),
    DATASET_READ_BACK,
  ),
  'datasets.update': operation(datasetUpdateSchema, facts['datasets.update'], (client: Contactnow, payload, call) =>
    client.datasets.update(payload, call),
  ),
  'data.create': operation(
    recordCreateSchema,
    facts['data.create'],
    (client: Contactnow, payload, call) => client.data.create(payload, call),
    recordReadBack((client) => client.data),
  ),
  'data.update': operation(recordUpdateSchema, facts['data.update'], (client: Contactnow, payload, call) =>
    client.data.update(payload, call),
  ),
  'records.create': operation(
    recordCreateSchema,
    facts['records.create'],
    (client: Contactnow, payload, call) => client.records.create(payload, call),
    recordReadBack((client) => client.records),
  ),
  'records.update': operation(recordUpdateSchema, facts['records.update'], (client: Contactnow, payload, call) =>
    client.records.update(payload, call),
  ),
} as const

/** A refused token is dropped by the client, so the next call fetches another. */
const RENEWABLE: readonly ContactnowCode[] = ['CONTACTNOW_TOKEN_EXPIRED', 'CONTACTNOW_TOKEN_INVALID']

/** How long the token of a preview is said to be valid: any time that outlives it. */
const PREVIEW_TOKEN_SECONDS = 3600

/** @see https://support.8x8.com/cloud-contact-center/contactnow/contactnow-how-to/contactnow-creating-an-api-token */
const tokenReply =
  (format: Format): TokenReply =>
  ({ url }, nowMs) => {
    if (!new URL(url).pathname.endsWith('/token.php')) return null
    const expire = Math.ceil(nowMs / 1000) + PREVIEW_TOKEN_SECONDS
    return new Response(
      format === 'json'
        ? JSON.stringify({ success: true, token: 'preview', expire })
        : `<result><success>1</success><token>preview</token><expire>${expire}</expire></result>`,
    )
  }

/** Declares an 8x8 ContactNow account as a destination. */
export function contactnow(options: ContactnowDestinationOptions) {
  const { username, password, baseUrl, format, addresses } = options
  return destination({
    kind: 'contactnow',
    operations: OPERATIONS,
    calls: CONTACTNOW_CALLS,
    options,
    baseUrls: [baseUrl],
    renewable: RENEWABLE,
    // A token works only from the address that asked for it, or from the ten at most that were named when it was.
    needsFixedAddress: true,
    // The token call changes nothing: the vendor gives the same token as long as it is valid.
    test: async (client, { observeToken, signal }) => {
      await client.token.get({}, { observe: observeToken, signal })
    },
    tokenReply: tokenReply(format ?? 'json'),
    connect({ tokens, ...ports }: DestinationPorts): Contactnow {
      const client: Contactnow = createContactnow({
        ...ports,
        credentials: { username, password },
        ...(baseUrl === undefined ? {} : { baseUrl }),
        ...(format === undefined ? {} : { format }),
        ...(addresses === undefined ? {} : { addresses }),
        ...(tokens === undefined ? {} : { tokens: tokensOf(tokens, () => client) }),
      })
      return client
    },
  })
}

/** Takes tokens from where several processes share them; who has to fetch one does so as the client itself would. */
function tokensOf(shared: SharedTokens, client: () => Contactnow): TokenSource {
  return {
    get: ({ format, observeToken }) =>
      shared.get(() =>
        client().token.get(
          {},
          {
            ...(format === undefined ? {} : { format }),
            ...(observeToken === undefined ? {} : { observe: observeToken }),
          },
        ),
      ),
    refuse: (token) => shared.refuse(token),
  }
}
