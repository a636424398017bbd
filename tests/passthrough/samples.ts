import { SANDBOX, type UpstreamName } from '@sluice/upstream-mocks'

const { danaconnect, contactnow, datatalks } = SANDBOX
const DATASET = `/v1/contactnow/datasets/${contactnow.dataset}`
const GROUP = { group_key: datatalks.groupKey }
/** Of the contact that is there before. */
export const EMAIL = 'dana@example.com'

/** A request for one operation, and what has to come of it. */
export interface Sample {
  readonly upstream: UpstreamName
  /** Name of the operation that the client has for it. */
  readonly operation: string
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly body?: Readonly<Record<string, unknown>>
  /** The same in XML, where the body is not text all through. */
  readonly xml?: string
  readonly status: 200 | 201
  /** A part of the answer. */
  readonly answer: Readonly<Record<string, unknown>>
  /** Members of the answer whose value is the upstream's affair. */
  readonly has?: readonly string[]
  /** The mock's operation that the faults strike, and whose effects count. */
  readonly strikes: string
  readonly kind: 'read' | 'repeatable' | 'once'
  /** Whether it can be stored first. */
  readonly storable: boolean
}

type Rest = Partial<Sample> & Pick<Sample, 'strikes' | 'answer'>

const get = (upstream: UpstreamName, operation: string, path: string, rest: Rest): Sample => ({
  upstream,
  operation,
  method: 'GET',
  path,
  status: 200,
  kind: 'read',
  storable: false,
  ...rest,
})
const write = (
  upstream: UpstreamName,
  operation: string,
  method: 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body: Readonly<Record<string, unknown>>,
  rest: Rest & Pick<Sample, 'kind'>,
): Sample => ({ upstream, operation, method, path, body, status: 200, storable: true, ...rest })

function records(kind: 'records' | 'data'): readonly Sample[] {
  const script = `ecnow_${kind}`
  const info = 'Record is LIVE on the dialer.'
  return [
    write(
      'contactnow',
      `${kind}.create`,
      'POST',
      `${DATASET}/${kind}`,
      { MobilePhone: '+46700000001', FirstName: 'Dana' },
      {
        strikes: `${script}.create`,
        status: 201,
        answer: { key: 3, info },
        kind: 'once',
      },
    ),
    get('contactnow', `${kind}.read`, `${DATASET}/${kind}?limit=5`, {
      strikes: `${script}.read`,
      answer: { total: 2, list: [{ id: '1', MobilePhone: '+46700000000' }, { id: '2' }] },
    }),
    get('contactnow', `${kind}.read`, `/v1/contactnow/tables/${contactnow.table}/${kind}?limit=5`, {
      strikes: `${script}.read`,
      answer: { total: 2 },
    }),
    write(
      'contactnow',
      `${kind}.update`,
      'PATCH',
      `${DATASET}/${kind}/1`,
      { FirstName: 'Ada' },
      {
        strikes: `${script}.update`,
        answer: { total: 1, info },
        kind: 'repeatable',
      },
    ),
  ]
}

/** One request for every route; the dataset has one record before it. */
export const SAMPLES: readonly Sample[] = [
  get('contactnow', 'datasets.read', '/v1/contactnow/datasets?d_status=LIVE&limit=1', {
    strikes: 'ecnow_datasets.read',
    answer: { total: 1, list: [{ dataset: String(contactnow.dataset), d_status: 'LIVE' }] },
  }),
  write(
    'contactnow',
    'datasets.create',
    'POST',
    '/v1/contactnow/datasets',
    { description: 'spring', import_table: contactnow.table },
    {
      strikes: 'ecnow_datasets.create',
      status: 201,
      answer: { key: contactnow.dataset + 1 },
      kind: 'once',
    },
  ),
  write(
    'contactnow',
    'datasets.update',
    'PATCH',
    DATASET,
    { description: 'summer', import_table: contactnow.table },
    {
      strikes: 'ecnow_datasets.update',
      answer: { total: 1 },
      kind: 'repeatable',
    },
  ),
  ...records('records'),
  ...records('data'),
  get('contactnow', 'campaignTables.read', '/v1/contactnow/tables', {
    strikes: 'campaign_tables.read',
    answer: {},
    has: ['total', 'list'],
  }),
  get('contactnow', 'campaignFields.read', `/v1/contactnow/fields?table=${contactnow.table}`, {
    strikes: 'campaign_fields.read',
    answer: {},
    has: ['total', 'list'],
  }),
  get('contactnow', 'dnc.read', '/v1/contactnow/dnc', { strikes: 'dnc.read', answer: {}, has: ['total', 'list'] }),
  write(
    'danaconnect',
    'conversations.startData',
    'POST',
    `/v1/danaconnect/conversations/${danaconnect.conversationId}/starts`,
    { fields: { NAME: 'Dana', EMAIL } },
    {
      strikes: 'start-data',
      status: 201,
      answer: {},
      kind: 'once',
    },
  ),
  write(
    'danaconnect',
    'conversations.startList',
    'POST',
    `/v1/danaconnect/conversations/${danaconnect.conversationId}/list-starts`,
    {},
    {
      strikes: 'start-list',
      status: 201,
      answer: {},
      kind: 'once',
    },
  ),
  write(
    'danaconnect',
    'conversations.startDataByProject',
    'POST',
    `/v1/danaconnect/projects/${danaconnect.projectId}/starts`,
    { fields: { NAME: 'Dana', EMAIL } },
    {
      strikes: 'project-start-data',
      status: 201,
      answer: {},
      kind: 'once',
    },
  ),
  write(
    'danaconnect',
    'contacts.load',
    'POST',
    `/v1/danaconnect/tables/${danaconnect.tableCode}/loads`,
    {
      fieldsCode: ['NAME', 'EMAIL'],
      strict: true,
      rows: [{ NAME: 'Dana', EMAIL }],
    },
    {
      strikes: 'bulk-load',
      status: 201,
      has: ['id', 'fileName'],
      answer: { sentLineCount: 1, callbackRequested: false, warnings: [] },
      kind: 'once',
      xml: `<load><fieldsCode>NAME</fieldsCode><fieldsCode>EMAIL</fieldsCode><strict>true</strict><rows><row><NAME>Dana</NAME><EMAIL>${EMAIL}</EMAIL></row></rows></load>`,
    },
  ),
  get('danaconnect', 'records.retrieve', `/v1/danaconnect/records/${danaconnect.dana}?fields=NAME,EMAIL`, {
    strikes: 'data',
    answer: { fields: { NAME: 'Dana', EMAIL: 'support@danaconnect.com' }, missing: [] },
  }),
  write(
    'danaconnect',
    'triggers.fire',
    'POST',
    `/v1/danaconnect/records/${danaconnect.dana}/triggers`,
    { fields: { NAME: 'Dana' } },
    {
      strikes: 'trigger',
      answer: {},
      kind: 'once',
    },
  ),
  write(
    'danaconnect',
    'files.upload',
    'POST',
    '/v1/danaconnect/files?fileName=invoice.pdf',
    { any: 'bytes' },
    {
      strikes: 'file-upload',
      status: 201,
      answer: {},
      has: ['fileId'],
      kind: 'repeatable',
      storable: false,
    },
  ),
  write(
    'datatalks',
    'contacts.upsert',
    'POST',
    '/v1/datatalks/contacts',
    { data: { email: EMAIL, tags: ['a', 'b'] }, ...GROUP },
    {
      strikes: 'contacts.upsert',
      answer: {},
      has: ['requestId'],
      kind: 'repeatable',
    },
  ),
  write(
    'datatalks',
    'contacts.delete',
    'DELETE',
    '/v1/datatalks/contacts',
    { data: { email: EMAIL }, ...GROUP },
    {
      strikes: 'contacts.delete',
      answer: {},
      has: ['requestId'],
      kind: 'repeatable',
    },
  ),
  write(
    'datatalks',
    'events.create',
    'POST',
    '/v1/datatalks/events',
    { data: { email: EMAIL, contactExtEventType: 'PURCHASE', externalId: 'order-1' }, ...GROUP },
    {
      strikes: 'events.create',
      status: 201,
      answer: {},
      has: ['requestId'],
      kind: 'once',
    },
  ),
  write(
    'datatalks',
    'products.send',
    'POST',
    '/v1/datatalks/products',
    { data: [{ product_id: 'P1', name: 'Milk' }], ...GROUP },
    {
      strikes: 'products.send',
      answer: {},
      has: ['requestId'],
      kind: 'once',
    },
  ),
]
