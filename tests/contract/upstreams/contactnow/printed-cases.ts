import { type ContractCase, type Expected, fails, gives } from '../contract-case.ts'
import {
  createJson,
  createRecord,
  createXml,
  readDncXml,
  readJson,
  readRecords,
  readXml,
  TOKEN,
  updateJson,
  updateRecord,
  updateXml,
  validateJson,
  validateXml,
} from './printed-calls.ts'
import { type Call, onReply, onTokenReply } from './stage.ts'

/** DS-R-XML, as it is printed. */
const DS_R_XML = `<?xml version="1.0" encoding="utf-8" ?>
<result><success>1</success><total>1</total><list><ecnow_dataset>
 <dataset>1</dataset><qid>642384</qid><d_status>EXPIRED</d_status><d_priority>80</d_priority><notes>Loaded by Importer 2.1</notes>
 <callbacks>none</callbacks><crm_account>0</crm_account><crm_campaign/><description>ECN_Training_Customer_Data (1) (1)</description>
 <locked>0</locked><loaddate>2016-07-25 17:24:46</loaddate><sourcefile>ECN_Training_Customer_Data (1) (1).csv</sourcefile>
 <import_table>nelsontest</import_table><campaign>527220</campaign>
</ecnow_dataset></list></result>`

const DS_ROW = {
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

/** DS-R-JSON, as it is printed: no parser takes it. */
const DS_R_JSON = `{"success":true,
"total":5,
"list":[
    {dataset: "1",
        qid: "642384",
        d_status: "EXPIRED",
        d_priority: "80",
        notes: "Loaded by Importer 2.1",
        callbacks: "none",
        crm_account: "0",
        crm_campaign: "",
        description: "ECN_Training_Customer_Data (1) (1)",
        locked: "0",
        loaddate: "2016-07-25 17:24:46",
        sourcefile: "ECN_Training_Customer_Data (1) (1).csv",
        import_table: "nelsontest",
        campaign: "527220"
        }
]}`

/** The same with its keys quoted, which is what the vendor's own clients must be getting. */
const DS_R_JSON_CORRECTED = DS_R_JSON.replaceAll(/(?<=[{,]\s*)([a-z_]+)(?=: )/g, '"$1"')

/** A reply in the shape of DS-U-XML: the end tag of qid is wrong. */
const DS_U_XML_SHAPE = `<?xml version='1.0' encoding='utf-8' ?>
<result><success>1</success><total>1</total><bad>0</bad><qid>Blogs<qid/><dataset>104</dataset><d_status>LIVE</d_status></result>`

const RECORD_READ = String.raw`{"success":true,"total":1,"list":[{"AgentRef":"503314","Agent_Specific":"","callback":"0000-00-00 00:00:00","datasetid":"337","FirstName":"Jon",
 "HomePhone":"01234567890","id":"2428765","loaddate":"2017-06-07","notes":"2017-06-07 15:09:48 agent 503314 set outcome 109\r\n","outcomecode":"107",
 "ProcessDate":"2017-07-17 10:09:51","ProcessType":"NEEDSMOREWORK","sourcefile":"Contact Now Test Data.csv","URN":null,"VENDOR_URN":null,"WorkPhone":""}]}`

const RECORD_ROW = {
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

const REFUSED = 'CONTACTNOW_REFUSED never'
const EXPIRED = 'CONTACTNOW_TOKEN_EXPIRED auth'
const READ_UNREADABLE = fails('CONTACTNOW_UNREADABLE_REPLY later')
const WRITE_UNREADABLE = fails('CONTACTNOW_UNREADABLE_REPLY unsure')
type Row = readonly [operation: string, name: string, body: BodyInit, call: Call, expected: Expected]

/** Every reply that the contract prints. */
const SAMPLES: readonly Row[] = [
  [
    'datasets.create',
    'DS-C-JSON',
    '{"success":true,"account_id":"10278","total":1,"bad":0,"key":104}',
    createJson,
    gives({ key: 104 }),
  ],
  [
    'datasets.create',
    'DS-C-XML',
    '<result><success>1</success><account_id>10278</account_id><total>1</total><bad>0</bad><key>104</key></result>',
    createXml,
    gives({ key: 104 }),
  ],
  ['datasets.read', 'DS-R-JSON, with unquoted keys', DS_R_JSON, readJson, READ_UNREADABLE],
  [
    'datasets.read',
    'DS-R-JSON corrected, whose total of 5 disagrees with its one row',
    DS_R_JSON_CORRECTED,
    readJson,
    gives({ total: 5, list: [DS_ROW] }),
  ],
  ['datasets.read', 'DS-R-XML', DS_R_XML, readXml, gives({ total: 1, list: [DS_ROW] })],
  [
    'datasets.update',
    'DS-U-JSON',
    '{"success":true,"account_id":"10278","total":1,"bad":0}',
    updateJson,
    gives({ total: 1 }),
  ],
  [
    'datasets.update',
    'DS-U-XML-R, with its key of 0',
    '<result><success>1</success><account_id>10278</account_id><total>1</total><bad>0</bad><key>0</key></result>',
    updateXml,
    gives({ total: 1 }),
  ],
  ['datasets.update', 'a reply in the shape of DS-U-XML', DS_U_XML_SHAPE, updateXml, WRITE_UNREADABLE],
  [
    'token.validate',
    'a good token',
    '{"success":true,"expire":1510515149}',
    validateJson,
    gives({ expiresAtMs: 1_510_515_149_000 }),
  ],
  [
    'token.validate',
    'an unknown or foreign token',
    '{"success":false,"error":"Invalid token"}',
    validateJson,
    fails('CONTACTNOW_TOKEN_INVALID auth', { words: 'Invalid token' }),
  ],
  [
    'token.validate',
    'an expired token',
    '{"success":false,"error":"Expired token","expire":-1}',
    validateJson,
    fails(EXPIRED, { words: 'Expired token' }),
  ],
  [
    'token.validate',
    'an expired token in XML',
    '<result><success>0</success><error>Expired token</error><expire>-1</expire></result>',
    validateXml,
    fails(EXPIRED, { words: 'Expired token' }),
  ],
  [
    'token.validate',
    'a token that is valid, in XML',
    '<result><success>1</success><token>0000000000000000000000000000000000000000</token><expire>1307975676</expire></result>',
    validateXml,
    gives({ expiresAtMs: 1_307_975_676_000 }),
  ],
  [
    'datasets.create',
    'a generic success without a key',
    '{"success":true,"account_id":"1234","total":1,"bad":0}',
    createJson,
    fails('CONTACTNOW_KEY_MISSING unsure'),
  ],
  [
    'datasets.update',
    'the generic success in XML',
    '<result><success>1</success><account_id>1234</account_id><total>1</total><bad>0</bad></result>',
    updateXml,
    gives({ total: 1 }),
  ],
  [
    'datasets.update',
    'the generic failure',
    '{"success":false,"error":"Bad argument: xyz"}',
    updateJson,
    fails(REFUSED, { words: 'Bad argument: xyz' }),
  ],
  [
    'datasets.update',
    'the generic failure in XML, success 1 beside an error',
    '<result><success>1</success><error>Bad argument: xyz</error></result>',
    updateXml,
    fails(REFUSED, { words: 'Bad argument: xyz' }),
  ],
  [
    'datasets.read',
    'the generic failure in XML, success 1 beside an error',
    '<result><success>1</success><error>Bad argument: xyz</error></result>',
    readXml,
    fails(REFUSED, { words: 'Bad argument: xyz' }),
  ],
  [
    'records.create',
    'the printed reply, whose info ends in a blank',
    '{"success":true,"total":1,"bad":0,"key":2499265,"info":"Record NOT live on the dialer. "}',
    createRecord,
    gives({ key: 2_499_265, info: 'Record NOT live on the dialer. ' }),
  ],
  [
    'records.update',
    'the printed reply',
    '{"success":true,"total":1,"bad":0,"info":"Record is NOT live on the dialer due having a complete outcome."}',
    updateRecord,
    gives({ total: 1, info: 'Record is NOT live on the dialer due having a complete outcome.' }),
  ],
  [
    'records.update',
    'an id that is not in that dataset',
    '{"success":true,"total":0,"bad":1,"error":"Record id [2499265] does not exist."}',
    updateRecord,
    fails(REFUSED, { words: 'Record id [2499265] does not exist.', counts: { total: 0, bad: 1 } }),
  ],
  ['records.read', 'the printed reply', RECORD_READ, readRecords, gives({ total: 1, list: [RECORD_ROW] })],
  [
    'records.read',
    'the printed slip: HomePhone twice, of which the last one counts',
    RECORD_READ.replace('"HomePhone":', '"HomePhone":"00000000000","HomePhone":'),
    readRecords,
    gives({ total: 1, list: [RECORD_ROW] }),
  ],
  [
    'dnc.read',
    'the printed slip: total 2 with one item',
    '<?xml version="1.0" encoding="utf-8" ?>\n<result><success>1</success><total>2</total><list><dnc><ddi>01234567890</ddi><qid>7</qid><urn>12</urn><when>2016-07-25 17:24:46</when></dnc></list></result>',
    readDncXml,
    gives({ total: 2, list: [{ ddi: '01234567890', qid: '7', urn: '12', when: '2016-07-25 17:24:46' }] }),
  ],
]

const getToken =
  (format: 'json' | 'xml'): Call =>
  (client) =>
    client.token.get({}, { format })

/** The replies to the call that gets a token, as they are printed. */
const TOKENS: readonly Parameters<typeof onTokenReply>[] = [
  [
    'the printed reply',
    '{"success":true,"token":"0000000000000000000000000000000000000000","expire":1510514548}',
    getToken('json'),
    gives({ token: TOKEN, expiresAtMs: 1_510_514_548_000 }),
  ],
  [
    'the printed reply in XML',
    '<result><success>1</success><token>0000000000000000000000000000000000000000</token><expire>1307975676</expire></result>',
    getToken('xml'),
    gives({ token: TOKEN, expiresAtMs: 1_307_975_676_000 }),
  ],
  [
    'bad credentials, as they are printed',
    '{"success":false,"error":"Authentication failure"}',
    getToken('json'),
    fails('CONTACTNOW_CREDENTIALS_REFUSED auth', { words: 'Authentication failure' }),
  ],
]

/** Lists what has to come of every printed reply. */
export function printedCases(): ContractCase[] {
  return [...SAMPLES.map((row) => onReply(...row)), ...TOKENS.map((row) => onTokenReply(...row))]
}
