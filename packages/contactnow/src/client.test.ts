import { describe, expect, test } from 'bun:test'
import { EncodeError, SchemaError, TransportError, UpstreamError } from '@sluice/errors'
import type { Exchange } from '@sluice/http-client/observe'
import { type Contactnow, type ContactnowOptions, createContactnow } from './client.ts'
import { CONTACTNOW_BASE_URLS } from './base-urls.ts'
import { operations } from './operations.ts'

const NOON_MS = Date.UTC(2026, 10, 22, 12, 0, 0)
const IN_AN_HOUR_S = NOON_MS / 1000 + 3600
const TOKEN = '00000000000000000000000000000000000000a1'
const NEW_TOKEN = '00000000000000000000000000000000000000b2'

interface Sent {
  readonly method: string
  readonly url: string
  readonly contentType: string | null
  readonly body: string
}

/** Answers token requests with the tokens in turn, and data requests with the answers in turn. */
function clientAnswering(answers: (string | Response)[], options: Partial<ContactnowOptions> = {}) {
  const sent: Sent[] = []
  const tokens = [TOKEN, NEW_TOKEN]
  const client = createContactnow({
    credentials: { username: 'canary-user', password: 'canary&password' },
    nowMs: () => NOON_MS,
    fetch: async (request) => {
      const { method, url, headers } = request
      const body = await request.text()
      sent.push({ method, url, contentType: headers.get('content-type'), body })
      const answer = url.endsWith('token.php') ? tokenReply(body, tokens.shift()) : (answers.shift() ?? '')
      return typeof answer === 'string' ? new Response(answer) : answer
    },
    ...options,
  })
  return { client, sent }
}

function tokenReply(form: string, token = NEW_TOKEN): string {
  return form.includes('format=xml')
    ? `<result><success>1</success><token>${token}</token><expire>${IN_AN_HOUR_S}</expire></result>`
    : `{"success":true,"token":"${token}","expire":${IN_AN_HOUR_S}}`
}

/** A source of one token, so that a test sees the data call alone. */
function oneToken() {
  const refused: string[] = []
  return {
    refused,
    get: async () => TOKEN,
    refuse: (token: string) => {
      refused.push(token)
    },
  }
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('the call succeeded')
    },
    (error: unknown) => error,
  )
}

const WRITTEN_JSON = '{"success":true,"total":1,"bad":0,"key":104,"info":"Record is LIVE on the dialer."}'
const WRITTEN_XML = '<result><success>1</success><total>1</total><bad>0</bad><key>104</key></result>'
const NONE_JSON = '{"success":true,"total":0,"list":[]}'
const NONE_XML = '<result><success>1</success><total>0</total><list/></result>'
const RECORD = { dataset: 337, FirstName: 'Jon & Ann', HomePhone: '01234567890', outcomecode: 109 }

type Wire = [
  name: string,
  answer: string,
  call: (client: Contactnow) => Promise<unknown>,
  result: unknown,
  expected: Sent,
]

describe('the client sends', () => {
  const cases: Wire[] = [
    [
      'DS-C-JSON',
      WRITTEN_JSON,
      (client) => client.datasets.create({ description: 'baba3', import_table: 'nelsontest' }),
      { key: 104 },
      {
        method: 'POST',
        url: `https://api-106.dxi.eu/ecnow.php?token=${TOKEN}&format=json&method=ecnow_datasets&action=create&raw=1`,
        contentType: 'application/json',
        body: '[{"description":"baba3","import_table":"nelsontest"}]',
      },
    ],
    [
      'DS-C-XML',
      WRITTEN_XML,
      (client) => client.datasets.create({ description: 'Baba3', import_table: 'nesontest' }, { format: 'xml' }),
      { key: 104 },
      {
        method: 'POST',
        url: `https://api-106.dxi.eu/ecnow.php?token=${TOKEN}&format=xml&method=ecnow_datasets&action=create&raw=1`,
        contentType: 'application/xml',
        body: '<?xml version="1.0" encoding="UTF-8"?>\n<easycall><ecnow_records><description>Baba3</description><import_table>nesontest</import_table></ecnow_records></easycall>',
      },
    ],
    [
      'a read of datasets without a filter',
      NONE_JSON,
      (client) => client.datasets.read(),
      { total: 0, list: [] },
      {
        method: 'GET',
        url: `https://api-106.dxi.eu/ecnow.php?token=${TOKEN}&format=json&method=ecnow_datasets&action=read&raw=1&limit=500`,
        contentType: null,
        body: '',
      },
    ],
    [
      'a read of datasets with every filter',
      NONE_XML,
      (client) =>
        client.datasets.read(
          { dataset: 104, qid: '1,2', import_table: 'nelson test', d_status: 'LIVE', description: 'May', limit: 5 },
          { format: 'xml' },
        ),
      { total: 0, list: [] },
      {
        method: 'GET',
        url: `https://api-106.dxi.eu/ecnow.php?token=${TOKEN}&format=xml&method=ecnow_datasets&action=read&raw=1&limit=5&dataset=104&qid=1%2C2&import_table=nelson%20test&d_status=LIVE&description=May`,
        contentType: null,
        body: '',
      },
    ],
    [
      'DS-U-JSON',
      WRITTEN_JSON,
      (client) =>
        client.datasets.update({
          description: 'baba3',
          import_table: 'nelsontest',
          qid: 829_603,
          dataset: 104,
          d_status: 'LIVE',
          d_priority: 90,
        }),
      { total: 1 },
      {
        method: 'POST',
        url: `https://api-106.dxi.eu/ecnow.php?token=${TOKEN}&format=json&method=ecnow_datasets&action=update&raw=1`,
        contentType: 'application/json',
        body: '[{"description":"baba3","import_table":"nelsontest","qid":"829603","dataset":"104","d_status":"LIVE","d_priority":"90"}]',
      },
    ],
    [
      'DS-U-XML as it should have been printed',
      WRITTEN_XML,
      (client) =>
        client.datasets.update(
          {
            description: '550447',
            import_table: 'nelsontest',
            qid: '829603',
            dataset: '104',
            d_status: 'LIVE',
            d_priority: '90',
          },
          { format: 'xml' },
        ),
      { total: 1 },
      {
        method: 'POST',
        url: `https://api-106.dxi.eu/ecnow.php?token=${TOKEN}&format=xml&method=ecnow_datasets&action=update&raw=1`,
        contentType: 'application/xml',
        body: '<?xml version="1.0" encoding="UTF-8"?>\n<easycall><ecnow_records><description>550447</description><import_table>nelsontest</import_table><qid>829603</qid><dataset>104</dataset><d_status>LIVE</d_status><d_priority>90</d_priority></ecnow_records></easycall>',
      },
    ],
    [
      'a new record in JSON',
      WRITTEN_JSON,
      (client) => client.records.create(RECORD),
      { key: 104, info: 'Record is LIVE on the dialer.' },
      {
        method: 'POST',
        url: `https://api-106.dxi.eu/ecnow.php?token=${TOKEN}&format=json&method=ecnow_records&action=create&raw=1`,
        contentType: 'application/json',
        body: '[{"dataset":"337","FirstName":"Jon & Ann","HomePhone":"01234567890","outcomecode":"109"}]',
      },
    ],
    [
      'a new record in XML',
      WRITTEN_XML,
      (client) => client.records.create(RECORD, { format: 'xml' }),
      { key: 104, info: null },
      {
        method: 'POST',
        url: `https://api-106.dxi.eu/ecnow.php?token=${TOKEN}&format=xml&method=ecnow_records&action=create&raw=1`,
        contentType: 'application/xml',
        body: '<?xml version="1.0" encoding="UTF-8"?>\n<easycall><ecnow_records><dataset>337</dataset><FirstName>Jon &amp; Ann</FirstName><HomePhone>01234567890</HomePhone><outcomecode>109</outcomecode></ecnow_records></easycall>',
      },
    ],
    [
      'a read of records',
      NONE_JSON,
      (client) => client.records.read({ dataset: '337', ddi: '+44 1234' }),
      { total: 0, list: [] },
      {
        method: 'GET',
        url: `https://api-106.dxi.eu/ecnow.php?token=${TOKEN}&format=json&method=ecnow_records&action=read&raw=1&limit=500&dataset=337&ddi=%2B44%201234`,
        contentType: null,
        body: '',
      },
    ],
    [
      'a changed record',
      WRITTEN_JSON,
      (client) => client.records.update({ id: 2_499_265, dataset: 337, outcomecode: 98 }),
      { total: 1, info: 'Record is LIVE on the dialer.' },
      {
        method: 'POST',
        url: `https://api-106.dxi.eu/ecnow.php?token=${TOKEN}&format=json&method=ecnow_records&action=update&raw=1`,
        contentType: 'application/json',
        body: '[{"id":"2499265","dataset":"337","outcomecode":"98"}]',
      },
    ],
    [
      'a read of records with every filter',
      NONE_JSON,
      (client) =>
        client.records.read({
          table: 'leads',
          dataset: 337,
          id: 7,
          urn: 'U1',
          outcome: '109,98',
          agent: 503_314,
          ddi: '01234567890',
          mode: 'live-callbacks',
          timetype: 'callback',
          tstart: '2026-11-01 00:00:00',
          tstop: '2026-11-30 23:59:59',
          limit: 20,
        }),
      { total: 0, list: [] },
      {
        method: 'GET',
        url: `https://api-106.dxi.eu/ecnow.php?token=${TOKEN}&format=json&method=ecnow_records&action=read&raw=1&limit=20&table=leads&dataset=337&id=7&urn=U1&outcome=109%2C98&agent=503314&ddi=01234567890&mode=live-callbacks&timetype=callback&tstart=2026-11-01%2000%3A00%3A00&tstop=2026-11-30%2023%3A59%3A59`,
        contentType: null,
        body: '',
      },
    ],
    [
      'a new record of a dataset',
      WRITTEN_JSON,
      (client) => client.data.create(RECORD),
      { key: 104, info: 'Record is LIVE on the dialer.' },
      {
        method: 'POST',
        url: `https://api-106.dxi.eu/database.php?token=${TOKEN}&format=json&method=ecnow_data&action=create&raw=1`,
        contentType: 'application/json',
        body: '[{"dataset":"337","FirstName":"Jon & Ann","HomePhone":"01234567890","outcomecode":"109"}]',
      },
    ],
    [
      'a read of records of a dataset',
      NONE_XML,
      (client) => client.data.read({ dataset: 337 }, { format: 'xml' }),
      { total: 0, list: [] },
      {
        method: 'GET',
        url: `https://api-106.dxi.eu/database.php?token=${TOKEN}&format=xml&method=ecnow_data&action=read&raw=1&limit=500&dataset=337`,
        contentType: null,
        body: '',
      },
    ],
    [
      'a changed record of a dataset, in XML',
      WRITTEN_XML,
      (client) => client.data.update({ id: 7, dataset: 337, outcomecode: 98 }, { format: 'xml' }),
      { total: 1, info: null },
      {
        method: 'POST',
        url: `https://api-106.dxi.eu/database.php?token=${TOKEN}&format=xml&method=ecnow_data&action=update&raw=1`,
        contentType: 'application/xml',
        body: '<?xml version="1.0" encoding="UTF-8"?>\n<easycall><ecnow_records><id>7</id><dataset>337</dataset><outcomecode>98</outcomecode></ecnow_records></easycall>',
      },
    ],
    [
      'a read of tables',
      NONE_JSON,
      (client) => client.campaignTables.read(),
      { total: 0, list: [] },
      {
        method: 'GET',
        url: `https://api-106.dxi.eu/ecnow.php?token=${TOKEN}&format=json&method=campaign_tables&action=read&raw=1&limit=500`,
        contentType: null,
        body: '',
      },
    ],
    [
      'a read of columns with every filter',
      NONE_XML,
      (client) => client.campaignFields.read({ table: 'leads', name: 'HomePhone', limit: 3 }, { format: 'xml' }),
      { total: 0, list: [] },
      {
        method: 'GET',
        url: `https://api-106.dxi.eu/ecnow.php?token=${TOKEN}&format=xml&method=campaign_fields&action=read&raw=1&limit=3&table=leads&name=HomePhone`,
        contentType: null,
        body: '',
      },
    ],
    [
      'a read of numbers that may not be called with every filter',
      NONE_JSON,
      (client) => client.dnc.read({ qid: '1,2', tstart: '2016-07-25 17:24:46', tstop: '2016-07-26' }),
      { total: 0, list: [] },
      {
        method: 'GET',
        url: `https://api-106.dxi.eu/database.php?token=${TOKEN}&format=json&method=dnc&action=read&raw=1&limit=500&qid=1%2C2&tstart=2016-07-25%2017%3A24%3A46&tstop=2016-07-26`,
        contentType: null,
        body: '',
      },
    ],
  ]
  test.each(cases)('%s', async (_, answer, call, result, expected) => {
    const { client, sent } = clientAnswering([answer], { tokens: oneToken() })
    expect(await call(client)).toEqual(result)
    expect(sent).toEqual([expected])
  })

  const tokenCases: Wire[] = [
    [
      'a request for a token as a form, so that no log sees it',
      '',
      (client) => client.token.get(),
      { token: TOKEN, expiresAtMs: NOON_MS + 3_600_000 },
      {
        method: 'POST',
        url: 'https://api-106.dxi.eu/token.php',
        contentType: 'application/x-www-form-urlencoded',
        body: 'action=get&username=canary-user&password=canary%26password&format=json',
      },
    ],
    [
      'a request for a token that works from two addresses, in XML',
      '',
      (client) => client.token.get({ addresses: ['192.0.2.1', '192.0.2.2'] }, { format: 'xml' }),
      { token: TOKEN, expiresAtMs: NOON_MS + 3_600_000 },
      {
        method: 'POST',
        url: 'https://api-106.dxi.eu/token.php',
        contentType: 'application/x-www-form-urlencoded',
        body: 'action=get&username=canary-user&password=canary%26password&address=192.0.2.1%2C192.0.2.2&format=xml',
      },
    ],
    [
      'a token to be validated',
      '',
      (client) => client.token.validate({ token: TOKEN }),
      { expiresAtMs: NOON_MS + 3_600_000 },
      {
        method: 'POST',
        url: 'https://api-106.dxi.eu/token.php',
        contentType: 'application/x-www-form-urlencoded',
        body: `action=validate&token=${TOKEN}&format=json`,
      },
    ],
  ]
  test.each(tokenCases)('%s', async (_, __, call, result, expected) => {
    const { client, sent } = clientAnswering([])
    expect(await call(client)).toEqual(result)
    expect(sent).toEqual([expected])
  })

  const baseUrls: [name: string, baseUrl: string, expected: string][] = [
    ['with a path', 'http://127.0.0.1:8788/contactnow/', 'http://127.0.0.1:8788/contactnow/token.php'],
    [
      'with a path and no slash behind it',
      'https://api.contactnow.8x8.com/api',
      'https://api.contactnow.8x8.com/api/token.php',
    ],
    ['without a path', 'https://api.contactnow.8x8.com', 'https://api.contactnow.8x8.com/token.php'],
    ['of Europe', CONTACTNOW_BASE_URLS.europe, 'https://api-106.dxi.eu/token.php'],
    ['of the United States', CONTACTNOW_BASE_URLS.unitedStates, 'https://api.contactnow.8x8.com/token.php'],
    [
      'of the United States, as the repository has it',
      CONTACTNOW_BASE_URLS.unitedStatesApi,
      'https://api.contactnow.8x8.com/api/token.php',
    ],
  ]
  test.each(baseUrls)('to a base URL %s', async (_, baseUrl, expected) => {
    const { client, sent } = clientAnswering([], { baseUrl })
    await client.token.get()
    expect(sent.map(({ url }) => url)).toEqual([expected])
  })

  test('rows under another element name, where one is set', async () => {
    const { client, sent } = clientAnswering([WRITTEN_XML], { tokens: oneToken(), xmlElement: 'row', format: 'xml' })
    await client.records.update({ id: 1, dataset: 2 })
    expect(sent.map(({ body }) => body)).toEqual([
      '<?xml version="1.0" encoding="UTF-8"?>\n<easycall><row><id>1</id><dataset>2</dataset></row></easycall>',
    ])
  })

  test('the filters of datasets as the repository spells them, and the contact centre, where they are set', async () => {
    const options = { tokens: oneToken(), filterNames: 'repository', campaign: '77' } as const
    const { client, sent } = clientAnswering([NONE_JSON], options)
    await client.datasets.read({ dataset: 104, import_table: 'a', d_status: 'HOLD', description: 'May' })
    expect(sent.map(({ url }) => url)).toEqual([
      `https://api-106.dxi.eu/ecnow.php?token=${TOKEN}&format=json&method=ecnow_datasets&action=read&raw=1&campaign=77&limit=500&dataset=104&table=a&state=HOLD&description=May`,
    ])
  })

  test('the addresses of the client, where a call names none', async () => {
    const { client, sent } = clientAnswering([NONE_JSON], { addresses: ['192.0.2.9'] })
    await client.datasets.read()
    expect(sent[0]?.body).toContain('address=192.0.2.9')
  })
})

describe('the token', () => {
  test('is fetched once for several calls', async () => {
    const { client, sent } = clientAnswering([NONE_JSON, NONE_JSON, NONE_JSON])
    await Promise.all([client.datasets.read(), client.datasets.read()])
    await client.datasets.read()
    expect(sent.filter(({ url }) => url.endsWith('token.php'))).toHaveLength(1)
    expect(sent).toHaveLength(4)
  })

  const lives: [name: string, passedMs: number, expected: number][] = [
    ['is kept until a minute before its end', 3_539_999, 1],
    ['is renewed a minute before its end', 3_540_000, 2],
  ]
  test.each(lives)('%s', async (_, passedMs, expected) => {
    let nowMs = NOON_MS
    const { client, sent } = clientAnswering([NONE_JSON, NONE_JSON], { nowMs: () => nowMs })
    await client.datasets.read()
    nowMs += passedMs
    await client.datasets.read()
    expect(sent.filter(({ url }) => url.endsWith('token.php'))).toHaveLength(expected)
  })

  const refusals: [name: string, answer: string, code: string][] = [
    ['that has expired', '{"success":false,"error":"Expired token","expire":-1}', 'CONTACTNOW_TOKEN_EXPIRED'],
    ['that is unknown', '{"success":false,"error":"Unknown token"}', 'CONTACTNOW_TOKEN_EXPIRED'],
    ['that is invalid', '{"success":false,"error":"Invalid token"}', 'CONTACTNOW_TOKEN_INVALID'],
  ]
  test.each(refusals)('%s is given back, and the call is not sent again', async (_, answer, code) => {
    const tokens = oneToken()
    const { client, sent } = clientAnswering([answer], { tokens })
    expect(await rejection(client.records.create(RECORD))).toMatchObject({ code, retry: 'auth' })
    expect(tokens.refused).toEqual([TOKEN])
    expect(sent).toHaveLength(1)
  })

  test('is replaced by a new one for the call after a refusal', async () => {
    const { client, sent } = clientAnswering(['{"success":false,"error":"Expired token","expire":-1}', NONE_JSON])
    await rejection(client.datasets.read())
    await client.datasets.read()
    expect(sent.map(({ url }) => /token=(\w+)/.exec(url)?.[1] ?? 'token.php')).toEqual([
      'token.php',
      TOKEN,
      'token.php',
      NEW_TOKEN,
    ])
  })

  test('is not given back for another refusal', async () => {
    const tokens = oneToken()
    const { client } = clientAnswering(['{"success":false,"error":"Bad argument: xyz"}'], { tokens })
    await rejection(client.records.create(RECORD))
    expect(tokens.refused).toEqual([])
  })

  test('that cannot be had ends the call before its data is sent', async () => {
    const { client, sent } = clientAnswering([], {
      fetch: async (request) => {
        sent.push({ method: request.method, url: request.url, contentType: null, body: '' })
        return new Response('{"success":false,"error":"Authentication failure"}')
      },
    })
    const error = await rejection(client.records.create(RECORD))
    expect(error).toMatchObject({ code: 'CONTACTNOW_CREDENTIALS_REFUSED', retry: 'auth' })
    expect(sent.map(({ url }) => url)).toEqual(['https://api-106.dxi.eu/token.php'])
  })
})

describe('the client refuses before it sends', () => {
  // The point is input that the types forbid.
  const cases: [name: string, call: (client: Contactnow) => Promise<unknown>, paths: string[]][] = [
    ['a dataset without a table', (c) => c.datasets.create({ description: 'a' } as never), ['import_table']],
    [
      'a dataset with an unknown member',
      (c) => c.datasets.create({ description: 'a', import_table: 'b', id: 1 } as never),
      [''],
    ],
    ['a priority above 90', (c) => c.datasets.update({ dataset: 1, d_priority: 91 }), ['d_priority']],
    ['a priority below 0', (c) => c.datasets.update({ dataset: 1, d_priority: -1 }), ['d_priority']],
    ['a name in place of a queue number', (c) => c.datasets.update({ dataset: 1, qid: 'Blogs' }), ['qid']],
    ['an unknown status', (c) => c.datasets.update({ dataset: 1, d_status: 'OPEN' as never }), ['d_status']],
    ['a limit of 0', (c) => c.datasets.read({ limit: 0 }), ['limit']],
    ['a record without a phone', (c) => c.records.create({ dataset: 1, FirstName: 'Jon' }), ['']],
    ['a record with an empty phone', (c) => c.records.create({ dataset: 1, HomePhone: '' }), ['']],
    ['a record without a dataset', (c) => c.records.create({ HomePhone: '01' } as never), ['dataset']],
    ['a nested column', (c) => c.records.create({ dataset: 1, HomePhone: '01', x: { y: 1 } } as never), ['x']],
    ['an update without an id', (c) => c.records.update({ dataset: 1 } as never), ['id']],
    ['a read of records without table or dataset', (c) => c.records.read({ id: 1 }), ['']],
    [
      'more than ten addresses',
      (c) => c.token.get({ addresses: Array.from({ length: 11 }, () => '192.0.2.1') }),
      ['addresses'],
    ],
    ['a time without its form', (c) => c.dnc.read({ tstart: 'yesterday' }), ['tstart']],
    ['a filter that columns do not have', (c) => c.campaignFields.read({ qid: 1 } as never), ['']],
    ['a record of a dataset without a phone', (c) => c.data.create({ dataset: 1, FirstName: 'Jon' }), ['']],
    ['an empty token', (c) => c.token.validate({ token: '' }), ['token']],
  ]
  test.each(cases)('%s', async (_, call, paths) => {
    const { client, sent } = clientAnswering([], { tokens: oneToken() })
    const error = await rejection(call(client))
    expect(error).toBeInstanceOf(SchemaError)
    expect((error as SchemaError).issues.map(({ path }) => path)).toEqual(paths)
    expect(sent).toEqual([])
  })

  test('a column that is no XML name, in XML', async () => {
    const { client, sent } = clientAnswering([], { tokens: oneToken(), format: 'xml' })
    const error = await rejection(client.records.create({ ...RECORD, 'my column': 'x' }))
    expect(error).toBeInstanceOf(EncodeError)
    expect(sent).toEqual([])
  })

  const phones: [name: string][] = [['workphone'], ['MOBILEPHONE'], ['ddi_home']]
  test.each(phones)('but not a record whose phone is spelled %s', async (name) => {
    const { client } = clientAnswering([WRITTEN_JSON], { tokens: oneToken() })
    expect(await client.records.create({ dataset: 1, [name]: '01' })).toMatchObject({ key: 104 })
  })
})

describe('rows beside the filter are not taken for rows that were asked for', () => {
  const cases: [name: string, list: string, call: (client: Contactnow) => Promise<unknown>, fits: boolean][] = [
    ['another dataset', '[{"dataset":"5"}]', (c) => c.datasets.read({ dataset: 104 }), false],
    ['another table', '[{"dataset":"5","import_table":"b"}]', (c) => c.datasets.read({ import_table: 'a' }), false],
    ['one queue of two', '[{"dataset":"5","qid":"2"}]', (c) => c.datasets.read({ qid: '1,2' }), true],
    ['another record', '[{"id":"5","datasetid":"337"}]', (c) => c.records.read({ dataset: 337, id: 6 }), false],
    [
      'a record of another dataset',
      '[{"id":"6","datasetid":"338"}]',
      (c) => c.records.read({ dataset: 337, id: 6 }),
      false,
    ],
    ['the record', '[{"id":"6","datasetid":"337"}]', (c) => c.records.read({ dataset: 337, id: 6 }), true],
    [
      'a record of another outcome',
      '[{"id":"6","outcomecode":"98"}]',
      (c) => c.data.read({ dataset: 1, outcome: '1,2' }),
      false,
    ],
    ['a column of another table', '[{"name":"a","table":"b"}]', (c) => c.campaignFields.read({ table: 'c' }), false],
    ['a number of another queue', '[{"ddi":"01","qid":"3"}]', (c) => c.dnc.read({ qid: '1,2' }), false],
    [
      'another description',
      '[{"dataset":"5","description":"June leads"}]',
      (c) => c.datasets.read({ description: 'May' }),
      false,
    ],
    [
      'a description in another case',
      '[{"dataset":"5","description":"may leads"}]',
      (c) => c.datasets.read({ description: 'May' }),
      true,
    ],
    ['a record that does not say its dataset', '[{"id":"6"}]', (c) => c.records.read({ dataset: 337 }), true],
  ]
  test.each(cases)('%s', async (_, list, call, fits) => {
    const { client } = clientAnswering([`{"success":true,"total":1,"list":${list}}`], { tokens: oneToken() })
    const outcome = await call(client).then(
      () => 'listed',
      (error: unknown) => (error instanceof UpstreamError ? error.code : 'another error'),
    )
    expect(outcome).toBe(fits ? 'listed' : 'CONTACTNOW_FILTER_IGNORED')
  })
})

describe('no secret is seen', () => {
  const cases: [name: string, tokenAnswer: string | null][] = [
    ['in a good exchange', null],
    ['when the token reply is cut off', `{"success":true,"token":"${TOKEN}`],
    ['when the names of the token reply are not quoted', `{success:true,token:"${TOKEN}"}`],
    ['when the token stands where none is expected', `<b>Notice</b>: ${TOKEN} in token.php`],
    ['when the token reply is in the wrong format', `<result><token>${TOKEN}</token></result>`],
    ['when words echo the login', '{"success":false,"error":"no canary-user canary&password"}'],
  ]
  test.each(cases)('%s', async (_, tokenAnswer) => {
    const exchanges: Exchange[] = []
    const observe = (exchange: Exchange) => exchanges.push(exchange)
    const { client } = clientAnswering([], {
      fetch: async (request) => {
        if (!request.url.endsWith('token.php')) return new Response(`{"success":false,"error":"${TOKEN}"}`)
        return new Response(tokenAnswer ?? tokenReply('', TOKEN))
      },
    })
    const error = await rejection(client.records.create(RECORD, { observe, observeToken: observe }))
    const shown = JSON.stringify([exchanges, error, (error as UpstreamError).words])
    expect(exchanges.length).toBe(tokenAnswer === null ? 2 : 1)
    for (const secret of ['canary-user', 'canary&password', 'canary%26password', TOKEN]) {
      expect(shown).not.toContain(secret)
    }
  })

  test('in the address that is shown', async () => {
    const urls: string[] = []
    const { client } = clientAnswering([NONE_JSON])
    await client.datasets.read({}, { observe: ({ request }) => urls.push(request.url) })
    expect(urls).toEqual([
      'https://api-106.dxi.eu/ecnow.php?token={token}&format=json&method=ecnow_datasets&action=read&raw=1&limit=500',
    ])
  })
})

test('a fault of the connection passes through as it is', async () => {
  const { client } = clientAnswering([], {
    tokens: oneToken(),
    fetch: () => Promise.reject(new Error('socket closed')),
  })
  expect(await rejection(client.records.create(RECORD))).toBeInstanceOf(TransportError)
})

test('only creates, and updates that append notes, may not be sent again blindly', () => {
  const facts = Object.entries(operations).map(([name, { idempotent, unlessFields }]) => [
    name,
    idempotent,
    ...unlessFields,
  ])
  expect(facts).toEqual([
    ['token.get', true],
    ['token.validate', true],
    ['datasets.create', false],
    ['datasets.read', true],
    ['datasets.update', true],
    ['records.create', false],
    ['records.read', true],
    ['records.update', true, 'notes_append'],
    ['data.create', false],
    ['data.read', true],
    ['data.update', true, 'notes_append'],
    ['campaignTables.read', true],
    ['campaignFields.read', true],
    ['dnc.read', true],
  ])
})

test('every write says how to find out whether it landed, and what its receipt is', () => {
  const facts = Object.entries(operations)
    .filter(([, { effect }]) => effect === 'write')
    .map(([name, { reconcile, readBack, find, receipt }]) => [name, reconcile, readBack, find, receipt])
  expect(facts).toEqual([
    ['datasets.create', 'read-back', 'datasets.read', 'findDataset', ['key']],
    ['datasets.update', 'send-again', null, null, ['total']],
    ['records.create', 'read-back', 'records.read', 'findRecord', ['key', 'info']],
    ['records.update', 'read-back', 'records.read', 'confirmUpdate', ['total', 'info']],
    ['data.create', 'read-back', 'data.read', 'findRecord', ['key', 'info']],
    ['data.update', 'read-back', 'data.read', 'confirmUpdate', ['total', 'info']],
  ])
})

describe('a connection that was lost leaves', () => {
  const cases: [name: string, call: (client: Contactnow) => Promise<unknown>, retry: string][] = [
    ['a read to be done later', (client) => client.records.read({ dataset: 337 }), 'later'],
    ['a token to be fetched later', (client) => client.token.get(), 'later'],
    ['a token to be checked later', (client) => client.token.validate({ token: TOKEN }), 'later'],
    ['a create unsure', (client) => client.records.create(RECORD), 'unsure'],
    ['an update unsure', (client) => client.datasets.update({ dataset: 337, d_status: 'HOLD' }), 'unsure'],
  ]
  test.each(cases)('%s', async (_, call, retry) => {
    const fetch = async (): Promise<Response> => {
      throw new TypeError('terminated')
    }
    const error = await rejection(call(clientAnswering([], { fetch, tokens: oneToken() }).client))
    if (!(error instanceof TransportError)) throw error
    expect<unknown>([error.code, error.sent, error.retry]).toEqual(['CONNECTION_LOST', 'maybe-sent', retry])
  })
})
