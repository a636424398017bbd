import { judgeCallback } from '@sluice/danaconnect'
import { type ContractCase, type Expected, fails, gives } from '../contract-case.ts'
import {
  startData,
  startList,
  startV2,
  retrieve,
  retrieveAll,
  retrieveV2,
  fire,
  upload,
  getToken,
  loadSample,
} from './printed-calls.ts'
import { type Call, onReply, type PrintedReply } from './stage.ts'

const LOAD_REPLY =
  '{"fields": ["TEST_NAME", "TEST_LASTNAME", "TEST_PHONE", "TEST_EMAIL"], "fileName": "testFile.csv",\n "idCompany": "YourCompanyCode", "includeHeaders": false, "separator": ",", "status": true, "tableCode": "TestTableCode"}'
const LOADED = { fileName: 'testFile.csv', callbackRequested: false, warnings: [] }

const forToken = (body: string, status = 200): PrintedReply => ({ status, body, headers: { 'x-for': 'token' } })
const RESULT = 'DANACONNECT_RESULT_REFUSED never'
const ODD_W = 'DANACONNECT_UNREADABLE_REPLY unsure'
const ODD_R = 'DANACONNECT_UNREADABLE_REPLY later'
const REQUEST_ID = '5b0f8e0a-0000-4000-8000-000000000000'

type Row = readonly [operation: string, name: string, reply: PrintedReply | string, call: Call, expected: Expected]

/** Every reply that the contract prints, and section 5 in replies. */
const REPLIES: readonly Row[] = [
  [
    'conversations.startList',
    'the printed success',
    '{"wsResult": {"idResult": 0, "resultDescription": "OK"}}',
    startList,
    gives({}),
  ],
  [
    'conversations.startData',
    'the printed success',
    '{"wsResult": {"idResult": 0, "resultDescription": "OK"}}',
    startData,
    gives({}),
  ],
  [
    'conversations.startData',
    'with a requestID at the top, where X-DEBUG puts it',
    `{"wsResult":{"idResult":0,"resultDescription":"OK"},"requestID":"${REQUEST_ID}"}`,
    startData,
    gives({ requestId: REQUEST_ID }),
  ],
  [
    'conversations.startData',
    'with a record id somewhere, as one client looks for it',
    '{"wsResult":{"idResult":0,"resultDescription":"OK","idRow":"77"}}',
    startData,
    gives({ recordUid: '77' }),
  ],
  [
    'conversations.startData',
    'an idResult other than 0',
    '{"wsResult":{"idResult":5,"resultDescription":"No such list"}}',
    startData,
    fails(RESULT, { words: 'No such list' }),
  ],
  [
    'conversations.startData',
    'a wsError in a 200',
    '{"wsError":{"errorDescription":"Bad"}}',
    startData,
    fails(RESULT, { words: 'Bad' }),
  ],
  ['conversations.startData', 'an error in a 200', '{"error":"Bad"}', startData, fails(RESULT, { words: 'Bad' })],
  [
    'conversations.startData',
    'a wsError beside a result',
    '{"wsResult":{"idResult":0,"resultDescription":"OK"},"wsError":{"message":"Bad"}}',
    startData,
    fails(RESULT),
  ],
  ['conversations.startData', 'no wsResult', '{}', startData, fails(ODD_W)],
  [
    'conversations.startData',
    'an idResult that is no number',
    '{"wsResult":{"idResult":"zero"}}',
    startData,
    fails(ODD_W),
  ],
  [
    'v2.conversations.startData',
    'the printed success',
    '{"wsResult": {"idResult": 0, "resultDescription": "OK"}}',
    startV2,
    gives({}),
  ],
  [
    'conversations.startData',
    'Illegal Argument with a body of HTML',
    { status: 400, body: '<html><body>Illegal Argument</body></html>' },
    startData,
    fails('DANACONNECT_REQUEST_REFUSED never'),
  ],
  [
    'conversations.startData',
    'Unauthorized user',
    { status: 401, body: '' },
    startData,
    fails('DANACONNECT_UNAUTHORIZED auth'),
  ],
  [
    'conversations.startData',
    'Request Internal Error',
    { status: 500, body: 'Request Internal Error' },
    startData,
    fails('DANACONNECT_SERVER_FAULT unsure'),
  ],
  ['contacts.load', 'the printed success, "without any warnings"', LOAD_REPLY, loadSample, gives(LOADED)],
  [
    'contacts.load',
    'with further members, which are warnings',
    LOAD_REPLY.replace('}', ', "skipped": 3}'),
    loadSample,
    gives({ ...LOADED, warnings: ['skipped is not known'] }),
  ],
  ['contacts.load', 'status false', LOAD_REPLY.replace('true', 'false'), loadSample, fails(RESULT)],
  ['contacts.load', 'status absent', '{"fields":[]}', loadSample, fails(ODD_W)],
  ['contacts.load', 'status as text', LOAD_REPLY.replace('true', '"yes"'), loadSample, fails(ODD_W)],
  [
    'records.retrieve',
    'the printed record',
    `{"record": {"NAME": "Dana", "EMAIL": "support@danaconnect.com"}, "requestID": "${REQUEST_ID}"}`,
    retrieve,
    gives({ fields: { NAME: 'Dana', EMAIL: 'support@danaconnect.com' }, missing: [], requestId: REQUEST_ID }),
  ],
  [
    'records.retrieve',
    'with its names in another case',
    '{"record":{"Name":"Dana","email":"support@danaconnect.com"}}',
    retrieve,
    gives({ fields: { NAME: 'Dana', EMAIL: 'support@danaconnect.com' }, missing: [] }),
  ],
  [
    'records.retrieve',
    'of all fields, by the names of the vendor',
    '{"record":{"Name":"Dana"}}',
    retrieveAll,
    gives({ fields: { Name: 'Dana' }, missing: [] }),
  ],
  [
    'records.retrieve',
    'with its fields under contact',
    '{"contact":{"NAME":"Dana"}}',
    retrieve,
    gives({ fields: { NAME: 'Dana' }, missing: ['EMAIL'] }),
  ],
  [
    'records.retrieve',
    'a wsError with "token" and "expired": the link is too old',
    '{"wsError":{"errorDescription":"Token has expired"}}',
    retrieve,
    fails('DANACONNECT_LINK_EXPIRED never'),
  ],
  [
    'records.retrieve',
    'a wsError with other words: not found',
    '{"wsError":{"errorCode":"404"}}',
    retrieve,
    fails(RESULT, { words: '404' }),
  ],
  ['records.retrieve', 'no record', '{"requestID":"x"}', retrieve, fails(ODD_R)],
  [
    'v2.records.retrieve',
    'the printed record',
    '{"record":{"NAME":"Dana"}}',
    retrieveV2,
    gives({ fields: { NAME: 'Dana' }, missing: ['EMAIL'] }),
  ],
  ['triggers.fire', 'the printed success', '{"result": true}', fire, gives(undefined)],
  ['triggers.fire', 'result false', '{"result": false}', fire, fails(RESULT)],
  ['triggers.fire', 'result as text', '{"result": "true"}', fire, fails(ODD_W)],
  [
    'files.upload',
    'the printed success',
    '{"fileID": "s3://WS/2021/6/0f3a"}',
    upload,
    gives({ fileId: 's3://WS/2021/6/0f3a' }),
  ],
  [
    'files.upload',
    'in XML, as one client reads it',
    '<response><fileID>s3://WS/2021/6/0f3a</fileID></response>',
    upload,
    gives({ fileId: 's3://WS/2021/6/0f3a' }),
  ],
  [
    'files.upload',
    'with the members that clients read besides',
    `{"fileID":"s3://WS/2021/6/0f3a","fileName":"a.pdf","requestID":"${REQUEST_ID}"}`,
    upload,
    gives({ fileId: 's3://WS/2021/6/0f3a', fileName: 'a.pdf', requestId: REQUEST_ID }),
  ],
  [
    'v2.token.get',
    'the printed token',
    forToken('{"access_token": "e30.e30.c2ln", "token_type": "Bearer", "expires_in": 3600}'),
    getToken,
    gives({ token: 'e30.e30.c2ln', expiresAtMs: 1_767_326_645_000 }),
  ],
  [
    'v2.token.get',
    'an error of RFC 6749 with 400',
    forToken('{"error":"invalid_client"}', 400),
    getToken,
    fails('DANACONNECT_CLIENT_REFUSED auth'),
  ],
  ['v2.token.get', 'no token', forToken('{"token_type":"Bearer"}'), getToken, fails(ODD_R)],
]

const PRINTED_CALLBACK = {
  fileName: 's3://contactsfile/3233/Contacts.csv',
  fileSize: 2_910_575,
  logID: 9876,
  result: 'FINISHED',
  idCompany: 'CompanyCode',
  idWebDb: 987,
  lineCount: 7832,
  movedFile: 'processed/Log9876-webdb987',
}
const { movedFile: _, ...WITHOUT_MOVED_FILE } = PRINTED_CALLBACK

/** The callback as it is printed, and the odd ones of the fault table. */
const CALLBACKS: readonly (readonly [name: string, body: unknown, sent: number | undefined, expected: Expected])[] = [
  [
    'the printed callback',
    PRINTED_CALLBACK,
    7832,
    gives({ correlationId: 'Contacts', callback: PRINTED_CALLBACK, verdict: 'finished' }),
  ],
  [
    'fewer lines than were sent',
    PRINTED_CALLBACK,
    7840,
    gives({
      correlationId: 'Contacts',
      callback: PRINTED_CALLBACK,
      verdict: 'partial',
      code: 'DANACONNECT_LOAD_PARTIAL',
      counts: { total: 7840, bad: 8 },
    }),
  ],
  [
    'another result than FINISHED',
    { ...PRINTED_CALLBACK, result: 'ABORTED' },
    7832,
    gives({
      correlationId: 'Contacts',
      callback: { ...PRINTED_CALLBACK, result: 'ABORTED' },
      verdict: 'failed',
      code: 'DANACONNECT_LOAD_FAILED',
    }),
  ],
  [
    'no movedFile',
    WITHOUT_MOVED_FILE,
    7832,
    gives({ correlationId: 'Contacts', callback: WITHOUT_MOVED_FILE, verdict: 'finished' }),
  ],
  [
    'its numbers as text',
    { ...PRINTED_CALLBACK, fileSize: '2910575', logID: '9876', idWebDb: '987', lineCount: '7832' },
    7832,
    gives({ correlationId: 'Contacts', callback: PRINTED_CALLBACK, verdict: 'finished' }),
  ],
  [
    'further members',
    { ...PRINTED_CALLBACK, elapsed: 12 },
    7832,
    gives({ correlationId: 'Contacts', callback: { ...PRINTED_CALLBACK, elapsed: 12 }, verdict: 'finished' }),
  ],
  ['no file name', { ...PRINTED_CALLBACK, fileName: undefined }, 7832, fails('SCHEMA_MISMATCH never')],
  ['a lineCount that is no number', { ...PRINTED_CALLBACK, lineCount: 'many' }, 7832, fails('SCHEMA_MISMATCH never')],
  ['text', 'FINISHED', 7832, fails('SCHEMA_MISMATCH never')],
]

/** Lists what has to come of every printed reply and callback. */
export function printedCases(): ContractCase[] {
  return [
    ...REPLIES.map((row) => onReply(...row)),
    ...CALLBACKS.map(([name, body, sent, expected]): ContractCase => {
      const run = async () => judgeCallback(body, sent)
      return { upstream: 'danaconnect', operation: 'callback', name, expected, run }
    }),
  ]
}
