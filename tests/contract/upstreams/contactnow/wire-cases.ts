import type { ContractCase } from '../contract-case.ts'
import type { SentRequest } from '../stage.ts'
import { type Call, onWire } from './stage.ts'

const QUERY = 'token=...&format='

/** What is sent, as the contract prints it. */
const SENT: readonly (readonly [
  operation: string,
  name: string,
  call: Call,
  sent: Partial<SentRequest>,
  campaign?: string,
])[] = [
  [
    'datasets.create',
    'sends DS-C-JSON',
    (client) => client.datasets.create({ description: 'baba3', import_table: 'nelsontest' }, { format: 'json' }),
    {
      method: 'POST',
      path: '/contactnow/ecnow.php',
      query: `${QUERY}json&method=ecnow_datasets&action=create&raw=1`,
      body: '[{"description":"baba3","import_table":"nelsontest"}]',
    },
  ],
  [
    'datasets.create',
    'sends DS-C-XML',
    (client) => client.datasets.create({ description: 'Baba3', import_table: 'nesontest' }, { format: 'xml' }),
    {
      query: `${QUERY}xml&method=ecnow_datasets&action=create&raw=1`,
      body: '<?xml version="1.0" encoding="UTF-8"?>\n<easycall><ecnow_records><description>Baba3</description><import_table>nesontest</import_table></ecnow_records></easycall>',
    },
  ],
  [
    'datasets.update',
    'sends DS-U-JSON',
    (client) =>
      client.datasets.update(
        {
          description: 'baba3',
          import_table: 'nelsontest',
          qid: '829603',
          dataset: '104',
          d_status: 'LIVE',
          d_priority: '90',
        },
        { format: 'json' },
      ),
    {
      query: `${QUERY}json&method=ecnow_datasets&action=update&raw=1`,
      body: '[{"description":"baba3","import_table":"nelsontest","qid":"829603","dataset":"104","d_status":"LIVE","d_priority":"90"}]',
    },
  ],
  [
    'datasets.update',
    'sends DS-U-XML with its qid closed',
    (client) =>
      client.datasets.update(
        {
          description: '550447',
          import_table: 'nelsontest',
          qid: 829_603,
          dataset: 104,
          d_status: 'LIVE',
          d_priority: 90,
        },
        { format: 'xml' },
      ),
    {
      body: '<?xml version="1.0" encoding="UTF-8"?>\n<easycall><ecnow_records><description>550447</description><import_table>nelsontest</import_table><qid>829603</qid><dataset>104</dataset><d_status>LIVE</d_status><d_priority>90</d_priority></ecnow_records></easycall>',
    },
  ],
  [
    'datasets.update',
    'escapes what XML would take for markup',
    (client) => client.datasets.update({ dataset: 104, notes: 'a < b & c > d' }, { format: 'xml' }),
    {
      body: '<?xml version="1.0" encoding="UTF-8"?>\n<easycall><ecnow_records><dataset>104</dataset><notes>a &lt; b &amp; c &gt; d</notes></ecnow_records></easycall>',
    },
  ],
  [
    'datasets.read',
    'sends the filters of the article, and always a limit',
    (client) => client.datasets.read({ qid: '5,7', import_table: 'nelsontest', d_status: 'LIVE', dataset: 1 }),
    {
      method: 'GET',
      path: '/contactnow/ecnow.php',
      body: '',
      query: `${QUERY}json&method=ecnow_datasets&action=read&raw=1&limit=500&dataset=1&qid=5,7&import_table=nelsontest&d_status=LIVE`,
    },
  ],
  [
    'records.read',
    'sends the filters of the vendor',
    (client) =>
      client.records.read({
        dataset: 104,
        mode: 'live',
        timetype: 'callback',
        tstart: '2026-01-01',
        tstop: '2026-01-02',
        ddi: '01234567890',
        limit: 20,
      }),
    {
      path: '/contactnow/ecnow.php',
      query: `${QUERY}json&method=ecnow_records&action=read&raw=1&limit=20&dataset=104&ddi=01234567890&mode=live&timetype=callback&tstart=2026-01-01&tstop=2026-01-02`,
    },
  ],
  [
    'records.read',
    'sends the filters for one record, its outcomes and its agent',
    (client) => client.records.read({ dataset: 104, id: 7, urn: 'U-1', outcome: '107,109', agent: 503_314 }),
    {
      query: `${QUERY}json&method=ecnow_records&action=read&raw=1&limit=500&dataset=104&id=7&urn=U-1&outcome=107,109&agent=503314`,
    },
  ],
  [
    'datasets.read',
    'sends a description as a filter',
    (client) => client.datasets.read({ description: 'spring' }),
    { query: `${QUERY}json&method=ecnow_datasets&action=read&raw=1&limit=500&description=spring` },
  ],
  [
    'datasets.read',
    'sends the contact centre where one is configured',
    (client) => client.datasets.read({ dataset: 1 }),
    { query: `${QUERY}json&method=ecnow_datasets&action=read&raw=1&campaign=9&limit=500&dataset=1` },
    '9',
  ],
  [
    'datasets.create',
    'sends the contact centre with a write too',
    (client) => client.datasets.create({ description: 'spring', import_table: 'sandbox' }),
    { query: `${QUERY}json&method=ecnow_datasets&action=create&raw=1&campaign=9` },
    '9',
  ],
  [
    'records.update',
    'sends id, dataset and what changes',
    (client) => client.records.update({ id: '2499265', dataset: '337', notes_append: 'called' }),
    {
      query: `${QUERY}json&method=ecnow_records&action=update&raw=1`,
      body: '[{"id":"2499265","dataset":"337","notes_append":"called"}]',
    },
  ],
  [
    'data.read',
    'goes to the other script',
    (client) => client.data.read({ dataset: 1 }),
    { path: '/contactnow/database.php' },
  ],
  [
    'dnc.read',
    'goes to the other script',
    (client) => client.dnc.read({ qid: '7', tstart: '2026-01-01 00:00:00' }),
    {
      path: '/contactnow/database.php',
      query: `${QUERY}json&method=dnc&action=read&raw=1&limit=500&qid=7&tstart=2026-01-01 00:00:00`,
    },
  ],
  [
    'token.get',
    'sends name and key as a form, never in the address',
    (client) => client.token.get({ addresses: ['10.0.0.1', '10.0.0.2'] }),
    {
      method: 'POST',
      path: '/contactnow/token.php',
      query: '',
      contentType: 'application/x-www-form-urlencoded',
      body: 'action=get&username=sandbox&password=sandbox-password&address=10.0.0.1%2C10.0.0.2&format=json',
    },
  ],
]

/** Lists what has to be sent. */
export function wireCases(): ContractCase[] {
  return SENT.map((row) => onWire(...row))
}
