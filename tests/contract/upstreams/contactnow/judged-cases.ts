import { type ContractCase, type Expected, fails, gives } from '../contract-case.ts'
import { createJson, createXml, readJson, readRecordsXml, readXml, updateJson, updateXml } from './printed-calls.ts'
import { type Call, onReply } from './stage.ts'

const REFUSED = 'CONTACTNOW_REFUSED never'
const EXPIRED = 'CONTACTNOW_TOKEN_EXPIRED auth'
const READ_UNREADABLE = fails('CONTACTNOW_UNREADABLE_REPLY later')
const WRITE_UNREADABLE = fails('CONTACTNOW_UNREADABLE_REPLY unsure')
type Row = readonly [operation: string, name: string, body: BodyInit, call: Call, expected: Expected]

/** A well-formed document whose root is not `result`: it holds a success all the same. */
const OTHER_ROOT = '<other><success>1</success><total>1</total><bad>0</bad><key>104</key><list/></other>'

/** A page that every validator passes: no document type, and everything in it is closed. */
const WELL_FORMED_PAGE = '<html><head><title>Down</title></head><body><h1>Down</h1><hr/></body></html>'

/** Every error text that was found, with what a call about rows makes of it. */
const ERROR_TEXTS: readonly (readonly [text: string, expected: string])[] = [
  ['Authentication failure', 'CONTACTNOW_CREDENTIALS_REFUSED auth'],
  ['Invalid token', 'CONTACTNOW_TOKEN_INVALID auth'],
  ['Expired token', EXPIRED],
  ['Unknown token', EXPIRED],
  ['Bad argument: xyz', REFUSED],
  ["No file uploaded. Missing 'easycall' section?", REFUSED],
  ['Filename already exists...', REFUSED],
]

/** Section 5, in replies of either format. */
const JUDGED: readonly Row[] = [
  [
    'datasets.read',
    'zero rows with an empty list',
    '{"success":true,"total":0,"list":[]}',
    readJson,
    gives({ total: 0, list: [] }),
  ],
  ['datasets.read', 'zero rows without a list', '{"success":true,"total":0}', readJson, gives({ total: 0, list: [] })],
  [
    'datasets.read',
    'zero rows as <list/>',
    '<result><success>1</success><total>0</total><list/></result>',
    readXml,
    gives({ total: 0, list: [] }),
  ],
  [
    'records.read',
    'one row in XML is a list, and its phone keeps the 0',
    '<result><success>1</success><total>1</total><list><ecnow_record><id>007</id><HomePhone>01234567890</HomePhone><notes>1e5</notes></ecnow_record></list></result>',
    readRecordsXml,
    gives({ total: 1, list: [{ id: '007', HomePhone: '01234567890', notes: '1e5' }] }),
  ],
  [
    'records.read',
    'rows under other names than one would think',
    '<result><success>1</success><total>2</total><list><a><id>1</id></a><b><id>2</id></b></list></result>',
    readRecordsXml,
    gives({ total: 2, list: [{ id: '1' }, { id: '2' }] }),
  ],
  ['datasets.update', 'total 0 without an error', '{"success":true,"total":0,"bad":0}', updateJson, fails(REFUSED)],
  [
    'datasets.create',
    'rows landed beside a bad one',
    '{"success":true,"total":2,"bad":1,"key":7,"error":"Bad argument: row"}',
    createJson,
    fails('CONTACTNOW_PARTIAL unsure', { words: 'Bad argument: row', counts: { total: 2, bad: 1 } }),
  ],
  [
    'datasets.create',
    'rows landed beside a bad one, in XML',
    '<result><success>1</success><total>2</total><bad>1</bad><key>7</key><error>Bad argument: row</error></result>',
    createXml,
    fails('CONTACTNOW_PARTIAL unsure', { words: 'Bad argument: row', counts: { total: 2, bad: 1 } }),
  ],
  [
    'datasets.create',
    'a key of 0',
    '{"success":true,"total":1,"bad":0,"key":0}',
    createJson,
    fails('CONTACTNOW_KEY_MISSING unsure'),
  ],
  [
    'datasets.create',
    'success false with expire -1 and other words',
    '{"success":false,"error":"Gone","expire":-1}',
    createJson,
    fails(EXPIRED),
  ],
  [
    'datasets.read',
    'success as the text "true"',
    '{"success":"true","total":0}',
    readJson,
    gives({ total: 0, list: [] }),
  ],
  ['datasets.read', 'success as 1 in JSON', '{"success":1,"total":0}', readJson, gives({ total: 0, list: [] })],
  ['datasets.update', 'no success at all', '{"total":1,"bad":0}', updateJson, WRITE_UNREADABLE],
  ['datasets.update', 'an array', '[]', updateJson, WRITE_UNREADABLE],
  ['datasets.update', 'null', 'null', updateJson, WRITE_UNREADABLE],
  ['datasets.create', 'a success under another root', OTHER_ROOT, createXml, WRITE_UNREADABLE],
  ['datasets.read', 'a success under another root', OTHER_ROOT, readXml, READ_UNREADABLE],
  ['datasets.create', 'a well-formed page', WELL_FORMED_PAGE, createXml, WRITE_UNREADABLE],
  ['datasets.read', 'a well-formed page', WELL_FORMED_PAGE, readXml, READ_UNREADABLE],
  [
    'datasets.create',
    'a bad row beside a total of 1, and an empty error',
    '{"success":true,"total":1,"bad":1,"key":7,"error":""}',
    createJson,
    fails('CONTACTNOW_PARTIAL unsure', { counts: { total: 1, bad: 1 } }),
  ],
  [
    'datasets.update',
    'a bad row beside a total of 1, and an empty error, in XML',
    '<result><success>1</success><total>1</total><bad>1</bad><error/></result>',
    updateXml,
    fails('CONTACTNOW_PARTIAL unsure', { counts: { total: 1, bad: 1 } }),
  ],
  [
    'datasets.create',
    'a bad row, a total of 0 and an empty error',
    '{"success":true,"total":0,"bad":1,"key":0,"error":""}',
    createJson,
    fails(REFUSED, { counts: { total: 0, bad: 1 } }),
  ],
  [
    'datasets.update',
    'a bad row and no total, with an empty error, in XML',
    '<result><success>1</success><bad>1</bad><error/></result>',
    updateXml,
    fails(REFUSED),
  ],
  [
    'datasets.read',
    'bad above 0 beside rows, and an empty error',
    '{"success":true,"total":1,"bad":1,"error":"","list":[{"dataset":"1"}]}',
    readJson,
    fails(REFUSED),
  ],
  ['datasets.update', 'a wrong root element', '<html><body>Down</body></html>', updateXml, WRITE_UNREADABLE],
  [
    'datasets.update',
    'a cut reply that a lax parser takes for a success',
    '<result><success>1</success>',
    updateXml,
    WRITE_UNREADABLE,
  ],
  ['datasets.update', 'a text of PHP', 'PHP Fatal error', updateXml, WRITE_UNREADABLE],
  ['datasets.read', 'an empty body', '', readXml, READ_UNREADABLE],
  [
    'datasets.read',
    'a document type with an entity',
    '<!DOCTYPE result [<!ENTITY x "1">]><result><success>&x;</success><total>0</total></result>',
    readXml,
    READ_UNREADABLE,
  ],
  [
    'datasets.read',
    'a byte order mark in front',
    '\ufeff{"success":true,"total":0,"list":[]}',
    readJson,
    gives({ total: 0, list: [] }),
  ],
  [
    'records.read',
    'ISO-8859-1 with a letter outside ASCII, decoded as it is declared',
    Uint8Array.from(
      '<?xml version="1.0" encoding="ISO-8859-1" ?><result><success>1</success><total>1</total><list><r><id>1</id><FirstName>José</FirstName></r></list></result>',
      (character) => character.charCodeAt(0),
    ),
    readRecordsXml,
    gives({ total: 1, list: [{ id: '1', FirstName: 'José' }] }),
  ],
  [
    'datasets.read',
    'a list beside the filter',
    '{"success":true,"total":1,"list":[{"dataset":"2"}]}',
    readJson,
    fails('CONTACTNOW_FILTER_IGNORED never'),
  ],
]

/** Lists what has to come of every reply of section 5, and of every error text. */
export function judgedCases(): ContractCase[] {
  const texts = ERROR_TEXTS.flatMap(([words, expected]): Row[] => [
    [
      'datasets.read',
      `"${words}"`,
      JSON.stringify({ success: false, error: words }),
      readJson,
      fails(expected, { words }),
    ],
    [
      'datasets.update',
      `"${words}" in XML, beside success 1`,
      `<result><success>1</success><error>${words}</error></result>`,
      updateXml,
      fails(expected, { words }),
    ],
  ])
  return [...texts, ...JUDGED].map((row) => onReply(...row))
}
