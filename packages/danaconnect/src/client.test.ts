import { describe, expect, test } from 'bun:test'
import { EncodeError, SchemaError, TransportError, UpstreamError } from '@sluice/errors'
import type { Exchange } from '@sluice/http-client/observe'
import { createDanaconnect, type Danaconnect, type DanaconnectOptions } from './client.ts'
import type { ContactFileLoadInput, ContactLoadInput } from './load-wire.ts'

const ACCEPTED = '{"wsResult": {"idResult": 0, "resultDescription": "OK"}}'

/** `myuser@mycompanycode:canary-password` in base64. */
const BASIC = 'Basic bXl1c2VyQG15Y29tcGFueWNvZGU6Y2FuYXJ5LXBhc3N3b3Jk'

interface Sent {
  readonly method: string
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: string
}

function clientAnswering(answer: () => Response, options: Partial<DanaconnectOptions> = {}) {
  const sent: Sent[] = []
  const client = createDanaconnect({
    credentials: { user: 'myuser', company: 'mycompanycode', password: 'canary-password' },
    nowMs: () => 1_795_348_800_000,
    fetch: async (request) => {
      const headers = Object.fromEntries(request.headers.entries())
      sent.push({ method: request.method, url: request.url, headers, body: await request.text() })
      return answer()
    },
    ...options,
  })
  return { client, sent }
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('the call succeeded')
    },
    (error: unknown) => error,
  )
}

describe('the client sends', () => {
  const cases: [name: string, call: (client: Danaconnect) => Promise<unknown>, expected: Sent][] = [
    [
      'the record of startData as flat JSON, with every value as text',
      (client) =>
        client.conversations.startData({
          conversationID: 200_897,
          fields: { NAME: 'Dana', EMAIL: 'support@danaconnect.com', DEBT: 12.5, PHONE: '0123' },
        }),
      {
        method: 'POST',
        url: 'https://appserv.danaconnect.com/api/1.0/rest/conversation/200897/start/data',
        headers: {
          accept: 'application/json',
          authorization: BASIC,
          'content-type': 'application/json',
          'x-debug': '0',
        },
        body: '{"NAME":"Dana","EMAIL":"support@danaconnect.com","DEBT":"12.5","PHONE":"0123"}',
      },
    ],
    [
      'nothing but the id for startList',
      (client) => client.conversations.startList({ conversationID: 200_897 }),
      {
        method: 'POST',
        url: 'https://appserv.danaconnect.com/api/1.0/rest/conversation/200897/start/list',
        headers: { accept: 'application/json', authorization: BASIC, 'x-debug': '0' },
        body: '',
      },
    ],
    [
      'X-DEBUG 1 for a debug call',
      (client) => client.conversations.startList({ conversationID: 1 }, { debug: true }),
      {
        method: 'POST',
        url: 'https://appserv.danaconnect.com/api/1.0/rest/conversation/1/start/list',
        headers: { accept: 'application/json', authorization: BASIC, 'x-debug': '1' },
        body: '',
      },
    ],
    [
      'the record of startDataByProject under the handle of the flow',
      (client) => client.conversations.startDataByProject({ projectID: 'flow 7/a', fields: { NAME: 'Dana' } }),
      {
        method: 'POST',
        url: 'https://appserv.danaconnect.com/api/1.0/rest/conversation/ProjectID/flow%207%2Fa/start/data',
        headers: {
          accept: 'application/json',
          authorization: BASIC,
          'content-type': 'application/json',
          'x-debug': '0',
        },
        body: '{"NAME":"Dana"}',
      },
    ],
    [
      'a project that is a number',
      (client) => client.conversations.startDataByProject({ projectID: 42, fields: {} }),
      {
        method: 'POST',
        url: 'https://appserv.danaconnect.com/api/1.0/rest/conversation/ProjectID/42/start/data',
        headers: {
          accept: 'application/json',
          authorization: BASIC,
          'content-type': 'application/json',
          'x-debug': '0',
        },
        body: '{}',
      },
    ],
  ]
  test.each(cases)('%s', async (_, call, expected) => {
    const { client, sent } = clientAnswering(() => new Response(ACCEPTED))
    expect(await call(client)).toEqual({})
    expect(sent).toEqual([expected])
  })

  test('to another base URL, whose path is kept', async () => {
    const { client, sent } = clientAnswering(() => new Response(ACCEPTED), {
      baseUrls: { appserv: 'http://127.0.0.1:8788/danaconnect/appserv/', ws: 'http://127.0.0.1:8788/danaconnect/ws' },
    })
    await client.conversations.startList({ conversationID: 5 })
    expect(sent.map(({ url }) => url)).toEqual([
      'http://127.0.0.1:8788/danaconnect/appserv/api/1.0/rest/conversation/5/start/list',
    ])
  })
})

describe('the client refuses before it sends', () => {
  const cases: [name: string, input: unknown, paths: string[]][] = [
    ['an id below 1', { conversationID: 0, fields: {} }, ['conversationID']],
    ['an id that is no int32', { conversationID: 2_147_483_648, fields: {} }, ['conversationID']],
    ['an id that is no integer', { conversationID: 1.5, fields: {} }, ['conversationID']],
    ['an id that is text', { conversationID: '200897', fields: {} }, ['conversationID']],
    ['a nested field', { conversationID: 1, fields: { NAME: { FIRST: 'Dana' } } }, ['fields.NAME']],
    [
      'a list, null and a boolean',
      { conversationID: 1, fields: { A: [], B: null, C: true } },
      ['fields.A', 'fields.B', 'fields.C'],
    ],
    ['a number that is none', { conversationID: 1, fields: { DEBT: Number.NaN } }, ['fields.DEBT']],
    ['an unknown member', { conversationID: 1, fields: {}, projectID: 3 }, ['']],
  ]
  test.each(cases)('%s', async (_, input, paths) => {
    const { client, sent } = clientAnswering(() => new Response(ACCEPTED))
    // The point is input that the types forbid.
    const error = await rejection(client.conversations.startData(input as { conversationID: number; fields: {} }))
    expect(error).toBeInstanceOf(SchemaError)
    expect((error as SchemaError).issues.map(({ path }) => path)).toEqual(paths)
    expect(sent).toEqual([])
  })

  test('a user with a colon, when it is created', () => {
    const credentials = { user: 'my:user', company: 'c', password: 'p' }
    expect(() => clientAnswering(() => new Response(), { credentials })).toThrow(EncodeError)
  })
})

test('the observed exchange holds no secret, even where the reply echoes them', async () => {
  const exchanges: Exchange[] = []
  const { client } = clientAnswering(() => new Response(`{"error":"${BASIC} canary-password"}`, { status: 400 }))
  const observe = (exchange: Exchange) => exchanges.push(exchange)
  const error = await rejection(client.conversations.startData({ conversationID: 1, fields: { A: 'b' } }, { observe }))
  expect(exchanges.map(({ request, reply }) => [request.headers['authorization'], reply?.status])).toEqual([
    ['{basic}', 400],
  ])
  const shown = JSON.stringify([exchanges, error, (error as UpstreamError).words])
  expect(shown).not.toContain('canary-password')
  expect(shown).not.toContain(BASIC.slice('Basic '.length))
})

test('a fault of the connection passes through as it is', async () => {
  const { client } = clientAnswering(() => {
    throw new Error('socket closed')
  })
  const error = await rejection(client.conversations.startList({ conversationID: 1 }))
  expect(error).toBeInstanceOf(TransportError)
  expect((error as TransportError).sent).toBe('maybe-sent')
})

test('one call is one request, also when it fails', async () => {
  const { client, sent } = clientAnswering(() => new Response('', { status: 503 }))
  await rejection(client.conversations.startList({ conversationID: 1 }))
  expect(sent).toHaveLength(1)
})

const LOADED = JSON.stringify({
  fields: ['NAME', 'PHONE'],
  fileName: 'd-1.csv',
  idCompany: 'mycompanycode',
  includeHeaders: false,
  separator: ',',
  status: true,
  tableCode: 'LEADS',
})

const LOAD = {
  tableCode: 'LEADS',
  fieldsCode: ['NAME', 'PHONE'],
  rows: [
    { NAME: 'Dana "D", Díaz', PHONE: '+46 70 000' },
    { PHONE: '0123', NAME: null },
  ],
} satisfies ContactLoadInput

const bytes = (text: string) => new TextEncoder().encode(text)

/** The parts of a form as it is sent: fields by name, the file with its name, type and text. */
async function partsOf(sent: Sent | undefined): Promise<unknown> {
  if (sent === undefined) throw new Error('nothing was sent')
  const form = await new Response(sent.body, { headers: sent.headers }).formData()
  const parts = [...form.entries()].map(async ([name, part]: [string, unknown]) => [
    name,
    part instanceof File ? [part.name, part.type, await part.text()] : part,
  ])
  return Promise.all(parts)
}

describe('a load sends', () => {
  const correlationId = 'd-1'
  const settings = (changed: Record<string, string> = {}) =>
    Object.entries({
      delimiter: '"',
      encodingType: 'UTF-8',
      includeHeaders: 'false',
      operationType: 'INSALL',
      separator: ',',
      strict: 'true',
      fieldsCode: 'NAME;PHONE',
      ...changed,
    })
  const csv = '"Dana ""D"", Díaz","+46 70 000"\n"","0123"\n'
  const cases: [name: string, input: ContactLoadInput | ContactFileLoadInput, expected: unknown[]][] = [
    ['rows as a CSV', LOAD, [...settings(), ['file', ['d-1.csv', 'text/csv', csv]]]],
    [
      'rows with another dialect, a header and a key',
      {
        ...LOAD,
        separator: ';',
        delimiter: "'",
        includeHeaders: true,
        operationType: 'UPDINS',
        keyField: ['PHONE', 'NAME'],
        strict: false,
      },
      [
        ...settings({
          delimiter: "'",
          includeHeaders: 'true',
          operationType: 'UPDINS',
          separator: ';',
          strict: 'false',
          keyField: 'PHONE;NAME',
        }),
        ['file', ['d-1.csv', 'text/csv', "'NAME';'PHONE'\n'Dana \"D\", Díaz';'+46 70 000'\n'';'0123'\n"]],
      ],
    ],
    [
      'a file as it is',
      { tableCode: 'LEADS', fieldsCode: ['NAME', 'PHONE'], file: bytes('Ada,01\r\n') },
      [...settings(), ['file', ['d-1.csv', 'text/csv', 'Ada,01\r\n']]],
    ],
  ]
  test.each(cases)('%s', async (_, input, expected) => {
    const { client, sent } = clientAnswering(() => new Response(LOADED))
    await client.contacts.load(input, { correlationId })
    expect(sent.map(({ method, url, headers }) => [method, url, headers['authorization'], headers['accept']])).toEqual([
      ['POST', 'https://ws.danaconnect.com/api/contacts/rest/webdb/table/LEADS', BASIC, 'application/json'],
    ])
    expect(await partsOf(sent[0])).toEqual(expected)
  })

  test('rows in the encoding that it names', async () => {
    const files: number[][] = []
    const { client } = clientAnswering(() => new Response(LOADED), {
      fetch: async (request) => {
        const file = (await request.formData()).get('file')
        if (file instanceof Blob) files.push([...new Uint8Array(await file.arrayBuffer())])
        return new Response(LOADED)
      },
    })
    const rows = [{ NAME: 'í' }]
    await client.contacts.load(
      { tableCode: 'LEADS', fieldsCode: ['NAME'], rows, encodingType: 'ISO-8859-1' },
      { correlationId },
    )
    expect(files).toEqual([[0x22, 0xed, 0x22, 0x0a]])
  })

  const callbackUrl = 'https://gateway.example/callbacks/danaconnect/canary-path'
  const callbacks: [name: string, options: Partial<DanaconnectOptions>, url: string | undefined, expected: unknown][] =
    [
      [
        'the address of the callback under the name that is set',
        { callbackParameter: 'callbackUrl' },
        callbackUrl,
        callbackUrl,
      ],
      ['no address where no name is set', {}, callbackUrl, undefined],
      ['no address where the call has none', { callbackParameter: 'callbackUrl' }, undefined, undefined],
    ]
  test.each(callbacks)('%s', async (_, options, url, expected) => {
    const { client, sent } = clientAnswering(() => new Response(LOADED), options)
    const receipt = await client.contacts.load(LOAD, {
      correlationId,
      ...(url === undefined ? {} : { callbackUrl: url }),
    })
    const form = new Map((await partsOf(sent[0])) as [string, unknown][])
    expect([form.get('callbackUrl'), receipt.callbackRequested]).toEqual([expected, expected !== undefined])
  })

  test('nothing that shows the address of the callback, even where the reply echoes it', async () => {
    const exchanges: Exchange[] = []
    const { client } = clientAnswering(() => new Response(`{"status":false,"error":"no ${callbackUrl}"}`), {
      callbackParameter: 'notify',
    })
    const observe = (exchange: Exchange) => exchanges.push(exchange)
    const error = await rejection(client.contacts.load(LOAD, { correlationId, callbackUrl, observe }))
    expect((error as UpstreamError).words).toBe('no {callbackUrl}')
    expect(JSON.stringify([exchanges, error])).not.toContain('canary-path')
  })
})

describe('a load returns', () => {
  const cases: [name: string, input: ContactLoadInput | ContactFileLoadInput, reply: string, expected: object][] = [
    [
      'the name of its file and the number of its rows',
      LOAD,
      LOADED,
      { fileName: 'd-1.csv', sentLineCount: 2, callbackRequested: false, warnings: [] },
    ],
    [
      'no number for a file',
      { tableCode: 'LEADS', fieldsCode: ['NAME', 'PHONE'], file: bytes('a') },
      LOADED,
      { fileName: 'd-1.csv', callbackRequested: false, warnings: [] },
    ],
    [
      'members that are not known, as warnings',
      LOAD,
      LOADED.replace('{', '{"rejected":["line 3"],"note":"x",'),
      {
        fileName: 'd-1.csv',
        sentLineCount: 2,
        callbackRequested: false,
        warnings: ['rejected is not known', 'note is not known'],
      },
    ],
    [
      'settings that came back otherwise, as warnings',
      LOAD,
      LOADED.replace('"PHONE"', '"MOBILE"').replace('LEADS', 'OTHER'),
      {
        fileName: 'd-1.csv',
        sentLineCount: 2,
        callbackRequested: false,
        warnings: ['fields is not as it was sent', 'tableCode is not as it was sent'],
      },
    ],
  ]
  test.each(cases)('%s', async (_, input, reply, expected) => {
    const { client } = clientAnswering(() => new Response(reply))
    expect<object>(await client.contacts.load(input, { correlationId: 'd-1' })).toEqual(expected)
  })
})

describe('a load is refused before it is sent for', () => {
  const cases: [name: string, input: object, call: object, paths: string[]][] = [
    ['no rows', { ...LOAD, rows: [] }, {}, ['rows']],
    ['a row without a field', { ...LOAD, rows: [{ NAME: 'a' }] }, {}, ['rows[0].PHONE']],
    ['a row with another field', { ...LOAD, rows: [{ NAME: 'a', PHONE: '1', AGE: 3 }] }, {}, ['rows[0].AGE']],
    ['a nested value', { ...LOAD, rows: [{ NAME: {}, PHONE: '1' }] }, {}, ['rows[0].NAME']],
    ['an update without a key', { ...LOAD, operationType: 'UPDALL' }, {}, ['keyField']],
    ['an insert of new rows without a key', { ...LOAD, operationType: 'INSNEW' }, {}, ['keyField']],
    ['a key that is no field', { ...LOAD, operationType: 'UPDINS', keyField: ['EMAIL'] }, {}, ['keyField[0]']],
    ['an unknown operation type', { ...LOAD, operationType: 'insall' }, {}, ['operationType']],
    ['an unknown encoding', { ...LOAD, encodingType: 'UTF-16' }, {}, ['encodingType']],
    ['a field twice', { ...LOAD, fieldsCode: ['NAME', 'PHONE', 'NAME'] }, {}, ['fieldsCode']],
    ['a field with a semicolon', { tableCode: 'A', fieldsCode: ['B;C'], file: bytes('x') }, {}, ['fieldsCode[0]']],
    ['one character for two purposes', { ...LOAD, separator: ';', delimiter: ';' }, {}, ['delimiter']],
    ['a separator of two characters', { ...LOAD, separator: '||' }, {}, ['separator']],
    ['a separator that is a quote', { ...LOAD, separator: '"', delimiter: "'" }, {}, ['separator']],
    ['a delimiter that is a blank', { ...LOAD, delimiter: ' ' }, {}, ['delimiter']],
    ['a list that is a way up', { ...LOAD, tableCode: '..' }, {}, ['tableCode']],
    ['an empty file', { tableCode: 'A', fieldsCode: ['B'], file: bytes('') }, {}, ['file']],
    ['a file over the limit', { tableCode: 'A', fieldsCode: ['B'], file: bytes('x'.repeat(65)) }, {}, ['file']],
    [
      'rows that become a file over the limit',
      { tableCode: 'A', fieldsCode: ['B'], rows: [{ B: 'x'.repeat(65) }] },
      {},
      ['rows'],
    ],
    ['a name that is no file name', LOAD, { correlationId: 'a/b' }, ['correlationId']],
    ['a callback to no address', LOAD, { callbackUrl: 'nowhere' }, ['callbackUrl']],
  ]
  test.each(cases)('%s', async (_, input, call, paths) => {
    const { client, sent } = clientAnswering(() => new Response(LOADED), { maxRequestBytes: 64 })
    // The point is input that the types forbid.
    const error = await rejection(client.contacts.load(input as ContactLoadInput, { correlationId: 'd-1', ...call }))
    expect(error).toBeInstanceOf(SchemaError)
    expect((error as SchemaError).issues.map(({ path }) => path)).toEqual(paths)
    expect(sent).toEqual([])
  })

  const values: [
    name: string,
    options: Partial<DanaconnectOptions>,
    value: string,
    encodingType: 'UTF-8' | 'ISO-8859-1',
    code: string,
  ][] = [
    ['a formula, where that is the policy', { formulas: 'refuse' }, '=1+1', 'UTF-8', 'CSV_FORMULA'],
    ['a character that its encoding lacks', {}, '€', 'ISO-8859-1', 'CSV_CHARACTER'],
  ]
  test.each(values)('%s', async (_, options, value, encodingType, code) => {
    const { client, sent } = clientAnswering(() => new Response(LOADED), options)
    const input = { tableCode: 'A', fieldsCode: ['B'], rows: [{ B: value }], encodingType }
    expect(await rejection(client.contacts.load(input, { correlationId: 'd-1' }))).toMatchObject({ code })
    expect(sent).toEqual([])
  })

  test('but not a phone number with a plus, whatever the policy', async () => {
    const { client } = clientAnswering(() => new Response(LOADED), { formulas: 'refuse' })
    const receipt = await client.contacts.load(LOAD, { correlationId: 'd-1' })
    expect(receipt.fileName).toBe('d-1.csv')
  })
})

describe('the client sends what has no body', () => {
  const headers = { accept: 'application/json', authorization: BASIC }
  const cases: [
    name: string,
    answer: string,
    call: (client: Danaconnect) => Promise<unknown>,
    result: unknown,
    Sent,
  ][] = [
    [
      'a retrieval of two fields',
      '{"record":{"name":"Dana","EMAIL":"support@danaconnect.com"}}',
      (client) => client.records.retrieve({ dana: 'a1/b', fields: ['NAME', 'EMAIL'] }),
      { fields: { NAME: 'Dana', EMAIL: 'support@danaconnect.com' }, missing: [] },
      {
        method: 'GET',
        url: 'https://appserv.danaconnect.com/api/1.0/rest/conversation/data/a1%2Fb?fields=NAME%2CEMAIL',
        headers: { ...headers, 'x-debug': '0' },
        body: '',
      },
    ],
    [
      'a retrieval of all fields',
      '{"record":{"NAME":"Dana"},"requestID":"5b0f8e0a-0000-4000-8000-000000000000"}',
      (client) => client.records.retrieve({ dana: 'a1' }, { debug: true }),
      { fields: { NAME: 'Dana' }, missing: [], requestId: '5b0f8e0a-0000-4000-8000-000000000000' },
      {
        method: 'GET',
        url: 'https://appserv.danaconnect.com/api/1.0/rest/conversation/data/a1',
        headers: { ...headers, 'x-debug': '1' },
        body: '',
      },
    ],
    [
      'a trigger',
      '{"result": true}',
      (client) => client.triggers.fire({ dana: 'a1', fields: { STATUS: 'paid & closed', DEBT: 0 } }),
      undefined,
      {
        method: 'POST',
        url: 'https://appserv.danaconnect.com/event/Trigger?dana=a1&STATUS=paid%20%26%20closed&DEBT=0',
        headers,
        body: '',
      },
    ],
    [
      'a trigger without fields',
      '{"result": true}',
      (client) => client.triggers.fire({ dana: 'a1' }),
      undefined,
      { method: 'POST', url: 'https://appserv.danaconnect.com/event/Trigger?dana=a1', headers, body: '' },
    ],
  ]
  test.each(cases)('%s', async (_, answer, call, result, expected) => {
    const { client, sent } = clientAnswering(() => new Response(answer))
    expect(await call(client)).toEqual(result)
    expect(sent).toEqual([expected])
  })

  test('a retrieval with the other name of its variable, where that is set', async () => {
    const { client, sent } = clientAnswering(() => new Response('{"record":{}}'), { fieldsParameter: 'fieldList' })
    expect(await client.records.retrieve({ dana: 'a1', fields: ['NAME'] })).toEqual({ fields: {}, missing: ['NAME'] })
    expect(sent.map(({ url }) => url)).toEqual([
      'https://appserv.danaconnect.com/api/1.0/rest/conversation/data/a1?fieldList=NAME',
    ])
  })
})

test('an upload sends one part', async () => {
  const { client, sent } = clientAnswering(() => new Response('{"fileID":"s3://WS/2021/6/00ff","fileName":"a b.pdf"}'))
  const receipt = await client.files.upload({
    fileName: 'a b.pdf',
    contentType: 'application/pdf',
    bytes: bytes('%PDF'),
  })
  expect(receipt).toEqual({ fileId: 's3://WS/2021/6/00ff', fileName: 'a b.pdf' })
  expect(sent.map(({ method, url, headers }) => [method, url, headers['x-debug'], headers['accept']])).toEqual([
    ['POST', 'https://appserv.danaconnect.com/dana/conversation/http/rest/file/upload', '0', 'application/json'],
  ])
  expect(await partsOf(sent[0])).toEqual([['file', ['a b.pdf', 'application/pdf', '%PDF']]])
})

describe('the client refuses before it sends, of the other operations,', () => {
  // The point is input that the types forbid.
  const cases: [name: string, call: (client: Danaconnect) => Promise<unknown>, paths: string[]][] = [
    ['a placeholder in place of a code', (c) => c.records.retrieve({ dana: '$f{dana}' }), ['dana']],
    ['a placeholder that was percent-encoded', (c) => c.triggers.fire({ dana: '%24f%7Bdana%7D' }), ['dana']],
    ['an empty code', (c) => c.triggers.fire({ dana: '' }), ['dana', 'dana']],
    ['a code that is a way up', (c) => c.records.retrieve({ dana: '..' }), ['dana']],
    ['a list of no fields', (c) => c.records.retrieve({ dana: 'a', fields: [] }), ['fields']],
    ['a field with a comma', (c) => c.records.retrieve({ dana: 'a', fields: ['A,B'] }), ['fields[0]']],
    [
      'a field that takes the place of the code',
      (c) => c.triggers.fire({ dana: 'a', fields: { Dana: 'b' } }),
      ['fields'],
    ],
    [
      'a project that is a way up',
      (c) => c.conversations.startDataByProject({ projectID: '..', fields: {} }),
      ['projectID'],
    ],
    ['a file name with a folder', (c) => c.files.upload({ fileName: 'a/b', bytes: bytes('x') }), ['fileName']],
    ['an empty file', (c) => c.files.upload({ fileName: 'a', bytes: bytes('') }), ['bytes']],
    [
      'a media type that would end its line',
      (c) => c.files.upload({ fileName: 'a', contentType: 'a/b\r\nX: y', bytes: bytes('x') }),
      ['contentType'],
    ],
  ]
  test.each(cases)('%s', async (_, call, paths) => {
    const { client, sent } = clientAnswering(() => new Response(ACCEPTED))
    const error = await rejection(call(client))
    expect(error).toBeInstanceOf(SchemaError)
    expect((error as SchemaError).issues.map(({ path }) => path)).toEqual(paths)
    expect(sent).toEqual([])
  })
})
