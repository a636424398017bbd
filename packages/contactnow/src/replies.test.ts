import { describe, expect, test } from 'bun:test'
import { UpstreamError } from '@sluice/errors'
import { type HttpReply, Secret } from '@sluice/http-client'
import type { JudgeContext } from './failures.ts'
import type { Format } from './formats.ts'
import type { OperationName } from './operations.ts'
import { judgeCreate, judgeRead, judgeToken, judgeUpdate, judgeValidation } from './replies.ts'
import {
  campaignFieldRowSchema,
  campaignTableRowSchema,
  datasetRowSchema,
  dncRowSchema,
  recordRowSchema,
} from './rows.ts'

const NOON_MS = Date.UTC(2026, 10, 22, 12, 0, 0)
const TOKEN = '0000000000000000000000000000000000000000'

function reply(body: string | Uint8Array, status = 200, headers: Record<string, string> = {}): HttpReply {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  return { status, headers: new Headers(headers), bytes }
}

function contextOf(operation: OperationName, format: Format): JudgeContext {
  return { operation, format, nowMs: NOON_MS, secrets: [new Secret('token', TOKEN)] }
}

/** Judges a reply as the client does for the operation. */
function judge(operation: OperationName, format: Format, received: HttpReply): unknown {
  const context = contextOf(operation, format)
  switch (operation) {
    case 'token.get':
      return judgeToken(received, context)
    case 'token.validate':
      return judgeValidation(received, context)
    case 'datasets.create':
    case 'records.create':
    case 'data.create':
      return judgeCreate(received, context)
    case 'datasets.update':
    case 'records.update':
    case 'data.update':
      return judgeUpdate(received, context)
    case 'datasets.read':
      return judgeRead(datasetRowSchema, () => true, received, context)
    case 'records.read':
    case 'data.read':
      return judgeRead(recordRowSchema, () => true, received, context)
    case 'campaignTables.read':
      return judgeRead(campaignTableRowSchema, () => true, received, context)
    case 'campaignFields.read':
      return judgeRead(campaignFieldRowSchema, () => true, received, context)
    case 'dnc.read':
      return judgeRead(dncRowSchema, () => true, received, context)
  }
}

function failureOf(operation: OperationName, format: Format, received: HttpReply): UpstreamError {
  try {
    judge(operation, format, received)
  } catch (error) {
    if (error instanceof UpstreamError) return error
    throw error
  }
  throw new Error('the reply was taken for a success')
}

const DATASET = {
  dataset: '1',
  qid: '642384',
  d_status: 'EXPIRED',
  d_priority: '80',
  notes: 'Loaded by Importer 2.1',
  callbacks: 'none',
  crm_account: '0',
  crm_campaign: '',
  description: 'ECN_Training_Customer_Data (1) (1)',
  locked: '0',
  loaddate: '2016-07-25 17:24:46',
  sourcefile: 'ECN_Training_Customer_Data (1) (1).csv',
  import_table: 'nelsontest',
  campaign: '527220',
}

const DS_R_XML = `<?xml version="1.0" encoding="utf-8" ?>
<result><success>1</success><total>1</total><list><ecnow_dataset>
 <dataset>1</dataset><qid>642384</qid><d_status>EXPIRED</d_status><d_priority>80</d_priority><notes>Loaded by Importer 2.1</notes>
 <callbacks>none</callbacks><crm_account>0</crm_account><crm_campaign/><description>ECN_Training_Customer_Data (1) (1)</description>
 <locked>0</locked><loaddate>2016-07-25 17:24:46</loaddate><sourcefile>ECN_Training_Customer_Data (1) (1).csv</sourcefile>
 <import_table>nelsontest</import_table><campaign>527220</campaign>
</ecnow_dataset></list></result>`

/** DS-R-JSON as it should have been printed: quoted keys. */
const DS_R_JSON_MENDED = `{"success":true,"total":5,"list":[${JSON.stringify(DATASET)}]}`

const RECORD_READ_JSON = String.raw`{"success":true,"total":1,"list":[{"AgentRef":"503314","Agent_Specific":"","callback":"0000-00-00 00:00:00","datasetid":"337","FirstName":"Jon",
 "HomePhone":"01234567890","id":"2428765","loaddate":"2017-06-07","notes":"2017-06-07 15:09:48 agent 503314 set outcome 109\r\n","outcomecode":"107",
 "ProcessDate":"2017-07-17 10:09:51","ProcessType":"NEEDSMOREWORK","sourcefile":"Contact Now Test Data.csv","URN":null,"VENDOR_URN":null,"WorkPhone":""}]}`

const RECORD = {
  AgentRef: '503314',
  Agent_Specific: '',
  callback: null,
  datasetid: '337',
  FirstName: 'Jon',
  HomePhone: '01234567890',
  id: '2428765',
  loaddate: '2017-06-07',
  notes: '2017-06-07 15:09:48 agent 503314 set outcome 109\r\n',
  outcomecode: '107',
  ProcessDate: '2017-07-17 10:09:51',
  ProcessType: 'NEEDSMOREWORK',
  sourcefile: 'Contact Now Test Data.csv',
  URN: '',
  VENDOR_URN: '',
  WorkPhone: '',
}

const COLUMN = { position: '1', table: 'leads', name: 'HomePhone', size: '20', required: 'N', picklist: '' }

type Success = [name: string, operation: OperationName, format: Format, body: string, expected: unknown]

describe('a success is', () => {
  const cases: Success[] = [
    [
      'a token in JSON',
      'token.get',
      'json',
      `{"success":true,"token":"${TOKEN}","expire":1510514548}`,
      { token: TOKEN, expiresAtMs: 1_510_514_548_000 },
    ],
    [
      'a token in XML',
      'token.get',
      'xml',
      `<result><success>1</success><token>${TOKEN}</token><expire>1307975676</expire></result>`,
      { token: TOKEN, expiresAtMs: 1_307_975_676_000 },
    ],
    [
      'a valid token in JSON',
      'token.validate',
      'json',
      '{"success":true,"expire":1510515149}',
      { expiresAtMs: 1_510_515_149_000 },
    ],
    [
      'a valid token in XML',
      'token.validate',
      'xml',
      '<result><success>1</success><expire>1510515149</expire></result>',
      { expiresAtMs: 1_510_515_149_000 },
    ],
    [
      'DS-C-JSON',
      'datasets.create',
      'json',
      '{"success":true,"account_id":"10278","total":1,"bad":0,"key":104}',
      { key: 104, info: null },
    ],
    [
      'DS-C-XML',
      'datasets.create',
      'xml',
      '<result><success>1</success><account_id>10278</account_id><total>1</total><bad>0</bad><key>104</key></result>',
      { key: 104, info: null },
    ],
    ['DS-R-JSON with its keys quoted', 'datasets.read', 'json', DS_R_JSON_MENDED, { total: 5, list: [DATASET] }],
    ['DS-R-XML', 'datasets.read', 'xml', DS_R_XML, { total: 1, list: [DATASET] }],
    [
      'DS-U-JSON',
      'datasets.update',
      'json',
      '{"success":true,"account_id":"10278","total":1,"bad":0}',
      { total: 1, info: null },
    ],
    [
      'DS-U-XML-R, whose key 0 means nothing',
      'datasets.update',
      'xml',
      '<result><success>1</success><account_id>10278</account_id><total>1</total><bad>0</bad><key>0</key></result>',
      { total: 1, info: null },
    ],
    [
      'a created record with its remark',
      'records.create',
      'json',
      '{"success":true,"total":1,"bad":0,"key":2499265,"info":"Record NOT live on the dialer. "}',
      { key: 2_499_265, info: 'Record NOT live on the dialer. ' },
    ],
    [
      'a created record in XML',
      'records.create',
      'xml',
      '<result><success>1</success><total>1</total><bad>0</bad><key>2499265</key></result>',
      { key: 2_499_265, info: null },
    ],
    [
      'an updated record',
      'records.update',
      'json',
      '{"success":true,"total":1,"bad":0,"info":"Record is NOT live on the dialer due having a complete outcome."}',
      { total: 1, info: 'Record is NOT live on the dialer due having a complete outcome.' },
    ],
    [
      'an update in XML whose remark keeps its trailing blank',
      'data.update',
      'xml',
      '<result><success>1</success><total>1</total><info>Record NOT live on the dialer. </info></result>',
      { total: 1, info: 'Record NOT live on the dialer. ' },
    ],
    [
      'tables in JSON',
      'campaignTables.read',
      'json',
      '{"success":true,"total":2,"list":[{"name":"leads"},{"name":"nelsontest"}]}',
      { total: 2, list: [{ name: 'leads' }, { name: 'nelsontest' }] },
    ],
    [
      'tables in XML',
      'campaignTables.read',
      'xml',
      '<result><success>1</success><total>1</total><list><campaign_table><name>leads</name></campaign_table></list></result>',
      { total: 1, list: [{ name: 'leads' }] },
    ],
    [
      'columns in JSON, whose numbers become text',
      'campaignFields.read',
      'json',
      '{"success":true,"total":1,"list":[{"position":1,"table":"leads","name":"HomePhone","size":"20","required":"N","picklist":null}]}',
      { total: 1, list: [COLUMN] },
    ],
    [
      'columns in XML',
      'campaignFields.read',
      'xml',
      '<result><success>1</success><total>1</total><list><campaign_field><position>1</position><table>leads</table><name>HomePhone</name><size>20</size><required>N</required><picklist/></campaign_field></list></result>',
      { total: 1, list: [COLUMN] },
    ],
    [
      'numbers that may not be called, of which not all are listed',
      'dnc.read',
      'xml',
      '<?xml version="1.0" encoding="utf-8"?><result><success>1</success><total>2</total><list><dnc><ddi>01234567890</ddi><qid>829603</qid><urn/><when>2016-07-25 17:24:46</when></dnc></list></result>',
      { total: 2, list: [{ ddi: '01234567890', qid: '829603', urn: '', when: '2016-07-25 17:24:46' }] },
    ],
    [
      'numbers that may not be called in JSON',
      'dnc.read',
      'json',
      '{"success":true,"total":1,"list":[{"ddi":"01234567890","qid":"829603","urn":null,"when":"2016-07-25 17:24:46"}]}',
      { total: 1, list: [{ ddi: '01234567890', qid: '829603', urn: '', when: '2016-07-25 17:24:46' }] },
    ],
    [
      'records of a dataset',
      'data.read',
      'json',
      '{"success":true,"total":1,"list":[{"id":"7","HomePhone":"01234567890"}]}',
      { total: 1, list: [{ id: '7', HomePhone: '01234567890' }] },
    ],
    ['a list of records', 'records.read', 'json', RECORD_READ_JSON, { total: 1, list: [RECORD] }],
    ['an empty list in JSON', 'datasets.read', 'json', '{"success":true,"total":0,"list":[]}', { total: 0, list: [] }],
    ['no list at all in JSON', 'datasets.read', 'json', '{"success":true,"total":0}', { total: 0, list: [] }],
    [
      'an empty list in XML',
      'datasets.read',
      'xml',
      '<result><success>1</success><total>0</total><list/></result>',
      { total: 0, list: [] },
    ],
    [
      'no list at all in XML',
      'datasets.read',
      'xml',
      '<result><success>1</success><total>0</total></result>',
      { total: 0, list: [] },
    ],
    [
      'two rows in XML, whatever their names',
      'records.read',
      'xml',
      '<result><success>1</success><total>2</total><list><a><id>1</id></a><b><id>2</id><HomePhone>01234567890</HomePhone></b></list></result>',
      { total: 2, list: [{ id: '1' }, { id: '2', HomePhone: '01234567890' }] },
    ],
    [
      'a row with the zero date and time in XML',
      'records.read',
      'xml',
      '<result><success>1</success><total>1</total><list><r><id>1</id><callback>0000-00-00 00:00:00</callback><URN/></r></list></result>',
      { total: 1, list: [{ id: '1', callback: null, URN: '' }] },
    ],
    [
      'the last one of two equal columns in JSON',
      'records.read',
      'json',
      '{"success":true,"total":1,"list":[{"id":"1","HomePhone":"01","HomePhone":"02"}]}',
      { total: 1, list: [{ id: '1', HomePhone: '02' }] },
    ],
    [
      'the last one of two equal columns in XML',
      'records.read',
      'xml',
      '<result><success>1</success><total>1</total><list><r><id>1</id><HomePhone>01</HomePhone><HomePhone>02</HomePhone></r></list></result>',
      { total: 1, list: [{ id: '1', HomePhone: '02' }] },
    ],
    [
      'numbers as text, and success as a number',
      'records.create',
      'json',
      '{"success":1,"total":"1","bad":"0","key":"7"}',
      { key: 7, info: null },
    ],
    ['success as text', 'records.update', 'json', '{"success":"true","total":1}', { total: 1, info: null }],
    [
      'an update without bad',
      'records.update',
      'xml',
      '<result><success>1</success><total>2</total></result>',
      { total: 2, info: null },
    ],
  ]
  test.each(cases)('%s', (_, operation, format, body, expected) => {
    expect(judge(operation, format, reply(body))).toEqual(expected)
  })

  test('a reply in ISO-8859-1 that says so', () => {
    const head =
      '<?xml version="1.0" encoding="ISO-8859-1"?><result><success>1</success><total>1</total><list><r><id>1</id><FirstName>Jos'
    const bytes = Uint8Array.from([
      ...new TextEncoder().encode(head),
      0xe9,
      ...new TextEncoder().encode('</FirstName></r></list></result>'),
    ])
    expect(judge('records.read', 'xml', reply(bytes))).toEqual({ total: 1, list: [{ id: '1', FirstName: 'José' }] })
  })

  test('a reply with a byte order mark', () => {
    expect(judge('records.update', 'json', reply('\ufeff{"success":true,"total":1}'))).toEqual({ total: 1, info: null })
    const xml = '\ufeff<result><success>1</success><total>1</total></result>'
    expect(judge('records.update', 'xml', reply(xml))).toEqual({ total: 1, info: null })
  })
})

type Verdict = readonly [code: string, retry: string]
type Failure = [name: string, format: Format, body: string, read: Verdict, create: Verdict, update: Verdict]

const EXPIRED: Verdict = ['CONTACTNOW_TOKEN_EXPIRED', 'auth']
const INVALID: Verdict = ['CONTACTNOW_TOKEN_INVALID', 'auth']
const CREDENTIALS: Verdict = ['CONTACTNOW_CREDENTIALS_REFUSED', 'auth']
const REFUSED: Verdict = ['CONTACTNOW_REFUSED', 'never']
const PARTIAL: Verdict = ['CONTACTNOW_PARTIAL', 'unsure']
const UNREADABLE_READ: Verdict = ['CONTACTNOW_UNREADABLE_REPLY', 'later']
const UNREADABLE_WRITE: Verdict = ['CONTACTNOW_UNREADABLE_REPLY', 'unsure']

/** DS-R-JSON as printed, with its keys unquoted. */
const DS_R_JSON = `{"success":true,
"total":5,
"list":[
    {dataset: "1",
        qid: "642384",
        d_status: "EXPIRED",
        campaign: "527220"
        }
]}`

/** The fault of DS-U-XML, `<qid>Blogs<qid/>`, in a reply. */
const DS_U_XML_SHAPE = `<?xml version='1.0' encoding='utf-8' ?>
<result><success>1</success><total>1</total><bad>0</bad><key>104</key>
        <qid>Blogs<qid/>
        <dataset>104</dataset>
</result>`

describe('a failure of a read, a create and an update', () => {
  const unreadable = [UNREADABLE_READ, UNREADABLE_WRITE, UNREADABLE_WRITE] as const
  const cases: Failure[] = [
    ['Expired token', 'json', '{"success":false,"error":"Expired token","expire":-1}', EXPIRED, EXPIRED, EXPIRED],
    [
      'Expired token in XML',
      'xml',
      '<result><success>0</success><error>Expired token</error><expire>-1</expire></result>',
      EXPIRED,
      EXPIRED,
      EXPIRED,
    ],
    [
      'Expired token in XML with success 1, as XML prints errors',
      'xml',
      '<result><success>1</success><error>Expired token</error></result>',
      EXPIRED,
      EXPIRED,
      EXPIRED,
    ],
    ['Unknown token', 'json', '{"success":false,"error":"Unknown token"}', EXPIRED, EXPIRED, EXPIRED],
    ['expire -1 alone', 'json', '{"success":false,"expire":-1}', EXPIRED, EXPIRED, EXPIRED],
    ['expire -1 beside other words', 'json', '{"success":false,"error":"?","expire":-1}', EXPIRED, EXPIRED, EXPIRED],
    ['Invalid token', 'json', '{"success":false,"error":"Invalid token"}', INVALID, INVALID, INVALID],
    [
      'Invalid token in XML',
      'xml',
      '<result><success>0</success><error>Invalid token</error></result>',
      INVALID,
      INVALID,
      INVALID,
    ],
    [
      'Authentication failure',
      'json',
      '{"success":false,"error":"Authentication failure"}',
      CREDENTIALS,
      CREDENTIALS,
      CREDENTIALS,
    ],
    ['Bad argument', 'json', '{"success":false,"error":"Bad argument: xyz"}', REFUSED, REFUSED, REFUSED],
    [
      'Bad argument in XML, with success 1',
      'xml',
      '<result><success>1</success><error>Bad argument: xyz</error></result>',
      REFUSED,
      REFUSED,
      REFUSED,
    ],
    [
      'a missing file',
      'json',
      `{"success":false,"error":"No file uploaded. Missing 'easycall' section?"}`,
      REFUSED,
      REFUSED,
      REFUSED,
    ],
    ['a file that exists', 'json', '{"success":false,"error":"Filename already exists..."}', REFUSED, REFUSED, REFUSED],
    [
      'a record that does not exist',
      'json',
      '{"success":true,"total":0,"bad":1,"error":"Record id [2499265] does not exist."}',
      REFUSED,
      REFUSED,
      REFUSED,
    ],
    ['success false without words', 'json', '{"success":false}', REFUSED, REFUSED, REFUSED],
    ['bad rows and none that landed', 'json', '{"success":true,"total":0,"bad":1}', REFUSED, REFUSED, REFUSED],
    ['bad rows and no total', 'json', '{"success":true,"bad":1}', REFUSED, REFUSED, REFUSED],
    ['an error and no total', 'json', '{"success":true,"error":"no"}', REFUSED, REFUSED, REFUSED],
    ['some bad rows', 'json', '{"success":true,"total":1,"bad":1,"key":7}', REFUSED, PARTIAL, PARTIAL],
    [
      'some bad rows in XML',
      'xml',
      '<result><success>1</success><total>1</total><bad>1</bad><key>7</key></result>',
      REFUSED,
      PARTIAL,
      PARTIAL,
    ],
    [
      'an error beside rows that landed',
      'json',
      '{"success":true,"total":1,"bad":0,"error":"no"}',
      REFUSED,
      PARTIAL,
      PARTIAL,
    ],
    ['DS-R-JSON as printed', 'json', DS_R_JSON, ...unreadable],
    ['a reply in the shape of DS-U-XML', 'xml', DS_U_XML_SHAPE, ...unreadable],
    ['an empty body in JSON', 'json', '', ...unreadable],
    ['an empty body in XML', 'xml', '', ...unreadable],
    ['JSON that is cut off', 'json', '{"success":true,"total":1,"bad":0', ...unreadable],
    ['XML that is cut off', 'xml', '<result><success>1</success>', ...unreadable],
    ['XML in place of JSON', 'json', '<result><success>1</success><total>1</total></result>', ...unreadable],
    ['JSON in place of XML', 'xml', '{"success":true,"total":1,"bad":0,"key":1}', ...unreadable],
    ['a well-formed page of HTML', 'xml', '<html><body><success>1</success></body></html>', ...unreadable],
    ['a page of HTML that is not', 'xml', '<html><body><hr></body></html>', ...unreadable],
    ['a page of HTML in place of JSON', 'json', '<html></html>', ...unreadable],
    ['PHP text before JSON', 'json', 'PHP Warning: x in y\n{"success":true,"total":1,"key":1}', ...unreadable],
    ['PHP text in place of XML', 'xml', 'PHP Fatal error', ...unreadable],
    ['a result without success', 'json', '{"total":1,"bad":0,"key":1}', ...unreadable],
    ['a result without success in XML', 'xml', '<result><total>1</total></result>', ...unreadable],
    ['success of another kind', 'json', '{"success":"perhaps","total":1}', ...unreadable],
    ['a total of another kind', 'json', '{"success":true,"total":"one","key":1}', ...unreadable],
    ['success without a total', 'json', '{"success":true}', ...unreadable],
    [
      'a document type, which could define entities',
      'xml',
      '<!DOCTYPE result [<!ENTITY a "1">]><result><success>&a;</success><total>1</total></result>',
      ...unreadable,
    ],
  ]
  test.each(cases)('%s (%s)', (_, format, body, read, create, update) => {
    for (const resource of ['datasets', 'records', 'data'] as const) {
      const verdictOf = (action: 'read' | 'create' | 'update') => {
        const { code, retry } = failureOf(`${resource}.${action}`, format, reply(body))
        return [code, retry] as const
      }
      expect<Verdict[]>([verdictOf('read'), verdictOf('create'), verdictOf('update')]).toEqual([read, create, update])
    }
  })
})

describe('a read of what can only be read is judged as the others are', () => {
  const cases: [name: string, body: string, expected: Verdict][] = [
    ['an expired token', '{"success":false,"error":"Expired token","expire":-1}', EXPIRED],
    ['a bad argument', '{"success":false,"error":"Bad argument: qid"}', REFUSED],
    ['HTML', '<html></html>', UNREADABLE_READ],
    ['a row without its name or number', '{"success":true,"total":1,"list":[{"size":"20"}]}', UNREADABLE_READ],
  ]
  test.each(cases)('%s', (_, body, expected) => {
    for (const operation of ['campaignTables.read', 'campaignFields.read', 'dnc.read'] as const) {
      const { code, retry } = failureOf(operation, 'json', reply(body))
      expect<readonly string[]>([code, retry]).toEqual(expected)
    }
  })
})

describe('a status other than 2xx is', () => {
  const BUSY: Verdict = ['CONTACTNOW_BUSY', 'later']
  const FAULT_READ: Verdict = ['CONTACTNOW_SERVER_FAULT', 'later']
  const FAULT_WRITE: Verdict = ['CONTACTNOW_SERVER_FAULT', 'unsure']
  const cases: [name: string, status: number, headers: Record<string, string>, read: Verdict, write: Verdict][] = [
    ['400 refused', 400, {}, REFUSED, REFUSED],
    ['404 refused', 404, {}, REFUSED, REFUSED],
    ['429 a wait', 429, {}, BUSY, BUSY],
    ['429 with Retry-After a wait', 429, { 'retry-after': '7' }, BUSY, BUSY],
    ['400 with Retry-After a wait', 400, { 'retry-after': '7' }, BUSY, BUSY],
    ['503 a wait for reads only', 503, {}, BUSY, FAULT_WRITE],
    ['503 with Retry-After a wait', 503, { 'retry-after': '7' }, BUSY, BUSY],
    ['500 a fault', 500, {}, FAULT_READ, FAULT_WRITE],
    ['500 with Retry-After a fault still', 500, { 'retry-after': '7' }, FAULT_READ, FAULT_WRITE],
    ['502 a fault', 502, {}, FAULT_READ, FAULT_WRITE],
    ['504 a fault', 504, {}, FAULT_READ, FAULT_WRITE],
  ]
  test.each(cases)('%s', (_, status, headers, read, write) => {
    const waits = headers['retry-after'] === undefined ? undefined : 7000
    for (const [operation, verdict] of [
      ['records.read', read],
      ['token.get', read],
      ['records.create', write],
      ['datasets.update', write],
    ] as const) {
      const failure = failureOf(operation, 'json', reply('<html><hr></html>', status, headers))
      expect<unknown[]>([failure.code, failure.retry, failure.httpStatus, failure.retryAfterMs]).toEqual([
        ...verdict,
        status,
        waits,
      ])
    }
  })
})

describe('a create that does not name its id is unsure', () => {
  const cases: [name: string, format: Format, body: string][] = [
    ['without a key', 'json', '{"success":true,"total":1,"bad":0}'],
    ['with key 0', 'json', '{"success":true,"total":1,"bad":0,"key":0}'],
    ['with key 0 in XML', 'xml', '<result><success>1</success><total>1</total><bad>0</bad><key>0</key></result>'],
    ['with an empty key in XML', 'xml', '<result><success>1</success><total>1</total><bad>0</bad><key/></result>'],
  ]
  test.each(cases)('%s', (_, format, body) => {
    const { code, retry } = failureOf('records.create', format, reply(body))
    expect<string[]>([code, retry]).toEqual(['CONTACTNOW_KEY_MISSING', 'unsure'])
  })
})

describe('a write that changed nothing is refused', () => {
  const cases: [name: string, operation: OperationName][] = [
    ['a create', 'datasets.create'],
    ['an update', 'records.update'],
  ]
  test.each(cases)('%s', (_, operation) => {
    const failure = failureOf(operation, 'json', reply('{"success":true,"total":0,"bad":0}'))
    expect<unknown[]>([failure.code, failure.counts]).toEqual(['CONTACTNOW_REFUSED', { total: 0, bad: 0 }])
  })
})

describe('a token reply cannot be read', () => {
  const cases: [name: string, operation: OperationName, body: string][] = [
    ['without a token', 'token.get', '{"success":true,"expire":1510514548}'],
    ['with an empty token', 'token.get', '{"success":true,"token":"","expire":1510514548}'],
    ['without an expiry', 'token.get', `{"success":true,"token":"${TOKEN}"}`],
    ['without an expiry on validation', 'token.validate', '{"success":true}'],
  ]
  test.each(cases)('%s', (_, operation, body) => {
    const { code, retry } = failureOf(operation, 'json', reply(body))
    expect<string[]>([code, retry]).toEqual(['CONTACTNOW_UNREADABLE_REPLY', 'later'])
  })
})

describe('a token is refused', () => {
  const cases: [name: string, operation: OperationName, body: string, expected: Verdict][] = [
    ['for bad credentials', 'token.get', '{"success":false,"error":"Authentication failure"}', CREDENTIALS],
    ['as invalid', 'token.validate', '{"success":false,"error":"Invalid token"}', INVALID],
    ['as expired', 'token.validate', '{"success":false,"error":"Expired token","expire":-1}', EXPIRED],
    ['for another reason', 'token.get', '{"success":false,"error":"Bad argument: address"}', REFUSED],
  ]
  test.each(cases)('%s', (_, operation, body, expected) => {
    const { code, retry } = failureOf(operation, 'json', reply(body))
    expect<readonly string[]>([code, retry]).toEqual(expected)
  })
})

describe('a list cannot be read', () => {
  const cases: [name: string, body: string][] = [
    ['when its rows are missing', '{"success":true,"total":5}'],
    ['when it is empty although rows match', '{"success":true,"total":5,"list":[]}'],
    ['when a row has no id', '{"success":true,"total":1,"list":[{"FirstName":"Jon"}]}'],
    ['when a row is no object', '{"success":true,"total":1,"list":["Jon"]}'],
    ['when a value is nested', '{"success":true,"total":1,"list":[{"id":"1","x":{"y":"z"}}]}'],
  ]
  test.each(cases)('%s', (_, body) => {
    const { code, retry } = failureOf('records.read', 'json', reply(body))
    expect<string[]>([code, retry]).toEqual(['CONTACTNOW_UNREADABLE_REPLY', 'later'])
  })
})

test('a list with a row beside its filter is not returned', () => {
  const received = reply('{"success":true,"total":2,"list":[{"id":"1"},{"id":"2"}]}')
  const context = contextOf('records.read', 'json')
  expect(() => judgeRead(recordRowSchema, ({ id }) => id === '1', received, context)).toThrow(
    expect.objectContaining({ code: 'CONTACTNOW_FILTER_IGNORED', retry: 'never' }),
  )
})

test('an error carries the words and counts of the vendor, without the token, and a fixed message', () => {
  const body = `{"success":true,"total":1,"bad":2,"error":"row 2 of ${TOKEN} failed"}`
  const { words, counts, message } = failureOf('records.create', 'json', reply(body))
  expect({ words, counts, message }).toEqual({
    words: 'row 2 of {token} failed',
    counts: { total: 1, bad: 2 },
    message: 'contactnow records.create: only a part of what was sent landed',
  })
})
