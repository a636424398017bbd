import { multipartBody, type RawRequest, sendRaw, type WrongRequest } from '../wrong-request.ts'

const TOKEN = '/contactnow/token.php'
const GET_TOKEN = `${TOKEN}?action=get&username=sandbox&password=sandbox-password`
const ROW = '[{"description":"spring","import_table":"sandbox"}]'

interface Data {
  readonly script?: string
  readonly query: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A call about rows with a good token. */
function data({ script = 'ecnow', query, body, headers = {} }: Data): (url: string) => Promise<RawRequest> {
  return async (url) => {
    const { text } = await sendRaw(url, { method: 'GET', path: GET_TOKEN })
    const { token } = JSON.parse(text) as { token: string }
    const path = `/contactnow/${script}.php?token=${token}&${query}`
    return body === undefined ? { method: 'GET', path, headers } : { method: 'POST', path, headers, body }
  }
}

const write = (query: string, body: string): ((url: string) => Promise<RawRequest>) =>
  data({ query: `method=ecnow_datasets&action=create&raw=1&${query}`, body })
const get =
  (path: string): (() => RawRequest) =>
  () => ({ method: 'GET', path })

/** DS-U-XML, as it is printed: the end tag of qid is wrong. */
const DS_U_XML = `<?xml version='1.0' encoding='utf-8' ?>
<easycall>
    <ecnow_records>
        <description>550447</description>
        <import_table>nelsontest</import_table>
        <qid>Blogs<qid/>
        <dataset>104</dataset>
        <d_status>LIVE</d_status>
        <d_priority>90</d_priority>
    </ecnow_records>
</easycall>`

/** Requests that ContactNow refuses: always with HTTP 200. */
export const wrongRequests: readonly WrongRequest[] = [
  [
    'a wrong password',
    get(`${TOKEN}?action=get&username=sandbox&password=wrong`),
    /^\{"success":false,"error":"Authentication failure"\}$/,
  ],
  ['no password', get(`${TOKEN}?action=get&username=sandbox`), /Authentication failure/],
  ['an action of token.php that does not exist', get(`${TOKEN}?action=revoke&token=x`), /Bad argument: action/],
  [
    'eleven addresses',
    get(`${GET_TOKEN}&address=${Array.from({ length: 11 }, (_, i) => `10.0.0.${i}`).join(',')}`),
    /Bad argument: address/,
  ],
  [
    'the validation of an unknown token',
    get(`${TOKEN}?action=validate&token=abc`),
    /^\{"success":false,"error":"Invalid token"\}$/,
  ],
  [
    'a call without a token',
    get('/contactnow/ecnow.php?method=ecnow_datasets&action=read&format=json'),
    /Invalid token/,
  ],
  [
    'a call with a token cut short',
    get('/contactnow/ecnow.php?token=0123&method=ecnow_datasets&action=read&format=json'),
    /Invalid token/,
  ],
  [
    'a call from another address than the token was given to',
    data({ query: 'method=ecnow_datasets&action=read&format=json', headers: { 'x-sandbox-address': '10.9.9.9' } }),
    /^\{"success":false,"error":"Invalid token"\}$/,
  ],
  ['an unknown method', data({ query: 'method=ecnow_everything&action=read&format=json' }), /Bad argument: method/],
  ['a method of the other script', data({ query: 'method=dnc&action=read&format=json' }), /Bad argument: method/],
  ['an unknown action', data({ query: 'method=ecnow_datasets&action=delete&format=json' }), /Bad argument: action/],
  [
    'a write to the do-not-call list',
    data({ script: 'database', query: 'method=dnc&action=create&format=json&raw=1', body: ROW }),
    /Bad argument: action/,
  ],
  ['an unknown format', data({ query: 'method=ecnow_datasets&action=read&format=yaml' }), /Bad argument: format/],
  [
    'a write without raw and without a file',
    data({ query: 'method=ecnow_datasets&action=create&format=json', body: ROW }),
    /^\{"success":false,"error":"No file uploaded\. Missing 'easycall' section\?"\}$/,
  ],
  [
    'a form whose file has another name than easycall',
    data({
      query: 'method=ecnow_datasets&action=create&format=json',
      ...multipartBody({ payload: { filename: 'import-1.json', content: ROW } }),
    }),
    /Missing 'easycall' section/,
  ],
  ['JSON that is cut off', write('format=json', '[{"description":'), /Bad argument: payload/],
  ['one object where a list is due', write('format=json', '{"import_table":"sandbox"}'), /Bad argument: payload/],
  ['XML where JSON is due', write('format=json', '<easycall/>'), /Bad argument: payload/],
  ['a nested value', write('format=json', '[{"import_table":{"name":"sandbox"}}]'), /"total":0,"bad":1/],
  [
    'DS-U-XML, as it is printed',
    data({ query: 'method=ecnow_datasets&action=update&raw=1&format=xml', body: DS_U_XML }),
    /^<result><success>1<\/success><error>Bad argument: payload<\/error><\/result>$/,
  ],
  [
    'XML with a wrong root',
    write('format=xml', '<records><ecnow_records/></records>'),
    /<error>Bad argument: easycall<\/error>/,
  ],
  [
    'XML with an unknown row element',
    write('format=xml', '<easycall><row/></easycall>'),
    /<error>Bad argument: easycall<\/error>/,
  ],
  [
    'XML with a document type',
    write('format=xml', '<!DOCTYPE easycall [<!ENTITY a "b">]><easycall/>'),
    /<error>Bad argument: payload<\/error>/,
  ],
  [
    'an unknown table',
    write('format=json', '[{"import_table":"nowhere"}]'),
    /"total":0,"bad":1,"key":0,"error":"Bad argument: import_table"/,
  ],
  [
    'a name where the queue number belongs',
    write('format=json', '[{"import_table":"sandbox","qid":"Blogs"}]'),
    /Bad argument: qid/,
  ],
  [
    'a priority above 90',
    write('format=json', '[{"import_table":"sandbox","d_priority":"91"}]'),
    /Bad argument: d_priority/,
  ],
  [
    'an unknown status',
    write('format=json', '[{"import_table":"sandbox","d_status":"OPEN"}]'),
    /Bad argument: d_status/,
  ],
  [
    'an update of an unknown dataset',
    data({ query: 'method=ecnow_datasets&action=update&raw=1&format=json', body: '[{"dataset":"9"}]' }),
    /Bad argument: dataset/,
  ],
  [
    'a record without a phone',
    data({
      query: 'method=ecnow_records&action=create&raw=1&format=json',
      body: '[{"dataset":"104","firstname":"Jon"}]',
    }),
    /"total":0,"bad":1/,
  ],
  [
    'a record of an unknown id',
    data({ query: 'method=ecnow_records&action=update&raw=1&format=json', body: '[{"id":"7","dataset":"104"}]' }),
    /^\{"success":true,"total":0,"bad":1,"error":"Record id \[7\] does not exist\."\}$/,
  ],
  [
    'records of neither table nor dataset',
    data({ query: 'method=ecnow_records&action=read&format=json' }),
    /Bad argument: dataset/,
  ],
  [
    'records of an unknown mode',
    data({ query: 'method=ecnow_records&action=read&format=json&dataset=104&mode=sleeping' }),
    /Bad argument: mode/,
  ],
].map(([name, request, says]) => ({ name, request, status: 200, says }) as WrongRequest)
