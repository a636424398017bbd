import type { ContractCase } from '../contract-case.ts'
import { LOAD, OPERATIONS } from './operations.ts'
import { startList, startV2, retrieve, upload, getToken, loadSample } from './printed-calls.ts'
import { type Call, onWire } from './stage.ts'

/** What is sent, as the contract prints it. */
const SENT: readonly (readonly [
  operation: string,
  name: string,
  call: Call,
  sent: Readonly<Record<string, unknown>>,
])[] = [
  [
    'conversations.startData',
    'sends the printed body, every value as text',
    ({ v1 }) =>
      v1.conversations.startData({
        conversationID: 200_897,
        fields: { NAME: 'Dana', EMAIL: 'support@danaconnect.com', DEBT: 12.5 },
      }),
    {
      method: 'POST',
      path: '/danaconnect/api/1.0/rest/conversation/200897/start/data',
      contentType: 'application/json',
      body: '{"NAME":"Dana","EMAIL":"support@danaconnect.com","DEBT":"12.5"}',
    },
  ],
  [
    'conversations.startList',
    'sends no body',
    startList,
    { method: 'POST', path: '/danaconnect/api/1.0/rest/conversation/200897/start/list', body: '' },
  ],
  [
    'conversations.startDataByProject',
    'spells the path as clients do',
    ({ v1 }) => v1.conversations.startDataByProject({ projectID: 'p 1', fields: {} }),
    { path: '/danaconnect/api/1.0/rest/conversation/ProjectID/p%201/start/data' },
  ],
  [
    'v2.conversations.startData',
    'goes to version 2',
    startV2,
    { path: '/danaconnect/api/2.0/rest/conversation/200897/start/data' },
  ],
  [
    'contacts.load',
    'sends the parts of the printed request',
    loadSample,
    {
      method: 'POST',
      path: '/danaconnect/api/contacts/rest/webdb/table/TestTableCode',
      parts: {
        delimiter: '"',
        encodingType: 'UTF-8',
        includeHeaders: 'false',
        operationType: 'INSALL',
        separator: ',',
        strict: 'true',
        fieldsCode: 'TEST_NAME;TEST_LASTNAME;TEST_PHONE;TEST_EMAIL',
        file: 'testFile.csv: a,b,c,d\n',
      },
    },
  ],
  [
    'contacts.load',
    'joins keys with a semicolon, and writes rows as lines',
    ({ v1 }) =>
      v1.contacts.load(
        { tableCode: 'T', ...LOAD, operationType: 'UPDINS', keyField: ['NAME', 'EMAIL'] },
        { correlationId: 'x', callbackUrl: 'https://gateway.example/c' },
      ),
    {
      parts: {
        delimiter: '"',
        encodingType: 'UTF-8',
        includeHeaders: 'false',
        operationType: 'UPDINS',
        separator: ',',
        strict: 'true',
        keyField: 'NAME;EMAIL',
        fieldsCode: 'NAME;EMAIL',
        callbackUrl: 'https://gateway.example/c',
        file: 'x.csv: "Dana","support@danaconnect.com"\n',
      },
    },
  ],
  [
    'records.retrieve',
    'names the fields in the query',
    retrieve,
    { method: 'GET', path: '/danaconnect/api/1.0/rest/conversation/data/code', query: 'fields=NAME,EMAIL' },
  ],
  [
    'triggers.fire',
    'puts everything into the query, and nothing into the body',
    ({ v1 }) => v1.triggers.fire({ dana: 'code', fields: { NAME: 'Ann' } }),
    { method: 'POST', path: '/danaconnect/event/Trigger', query: 'dana=code&NAME=Ann', body: '' },
  ],
  [
    'files.upload',
    'sends one file',
    upload,
    { path: '/danaconnect/dana/conversation/http/rest/file/upload', parts: { file: 'a.pdf: \u0001' } },
  ],
  [
    'v2.token.get',
    'sends the printed form',
    getToken,
    {
      method: 'POST',
      path: '/danaconnect/oauth2/token',
      contentType: 'application/x-www-form-urlencoded',
      body: 'grant_type=client_credentials&scope=conversation%3Aaccess2api',
    },
  ],
]

/** Lists what has to be sent; whatever is called, JSON is asked for. */
export function wireCases(): ContractCase[] {
  return [
    ...SENT.map((row) => onWire(...row)),
    ...OPERATIONS.map(({ operation, call }) =>
      onWire(operation, 'asks for JSON', call, { accept: 'application/json' }),
    ),
  ]
}
