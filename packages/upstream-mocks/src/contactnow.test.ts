import { describe, expect, test } from 'bun:test'

import type { MockSettingsInput } from './settings.ts'
import { createWorkbench, START_MS, type Seen, type Workbench } from './workbench.ts'

const TOKEN = '/contactnow/token.php'
const GET = `${TOKEN}?action=get&username=sandbox&password=sandbox-password`
const ROW = '[{"description":"baba3","import_table":"nelsontest"}]'
/** The account of the vendor's samples: its next dataset is 104. */
const SAMPLES: MockSettingsInput = {
  contactnow: {
    tables: ['nelsontest', 'nesontest'],
    datasets: [{ dataset: 103, status: 'LIVE', table: 'nelsontest' }],
  },
}

async function tokenOf(bench: Workbench, address?: string): Promise<string> {
  const { text } = await bench.send('GET', GET, address === undefined ? {} : { address })
  return (JSON.parse(text) as { token: string }).token
}

interface Data {
  readonly method?: string
  readonly action: string
  readonly format?: string
  readonly more?: string
  readonly body?: string
  readonly script?: string
}

async function data(
  bench: Workbench,
  { method = 'ecnow_datasets', action, format = 'json', more = '&raw=1', body, script = 'ecnow' }: Data,
): Promise<Seen> {
  const query = `token=${await tokenOf(bench)}&method=${method}&action=${action}&format=${format}${more}`
  return bench.send(
    body === undefined ? 'GET' : 'POST',
    `/contactnow/${script}.php?${query}`,
    body === undefined ? {} : { body },
  )
}

const effects = (bench: Workbench): number => bench.mocks.tallies().contactnow.effects

describe('ContactNow answers the samples of the vendor', () => {
  const samples: [name: string, call: Data, reply: string][] = [
    ['DS-C-JSON', { action: 'create', body: ROW }, '{"success":true,"account_id":"10278","total":1,"bad":0,"key":104}'],
    [
      'DS-C-XML',
      {
        action: 'create',
        format: 'xml',
        body: '<easycall><ecnow_records><description>Baba3</description><import_table>nesontest</import_table></ecnow_records></easycall>',
      },
      '<result><success>1</success><account_id>10278</account_id><total>1</total><bad>0</bad><key>104</key></result>',
    ],
    [
      'DS-U-JSON',
      {
        action: 'update',
        body: '[{"description":"baba3","import_table":"nelsontest","qid":"829603","dataset":"103","d_status":"LIVE","d_priority":"90"}]',
      },
      '{"success":true,"account_id":"10278","total":1,"bad":0}',
    ],
    [
      'DS-U-XML as it should have been',
      {
        action: 'update',
        format: 'xml',
        body: "<?xml version='1.0' encoding='utf-8' ?><easycall><ecnow_records><description>550447</description><import_table>nelsontest</import_table><qid>829603</qid><dataset>103</dataset><d_status>LIVE</d_status><d_priority>90</d_priority></ecnow_records></easycall>",
      },
      '<result><success>1</success><account_id>10278</account_id><total>1</total><bad>0</bad><key>0</key></result>',
    ],
    [
      'DS-U-XML, malformed as it was printed',
      {
        action: 'update',
        format: 'xml',
        body: "<?xml version='1.0' encoding='utf-8' ?>\n<easycall>\n<ecnow_records>\n<description>550447</description>\n<import_table>nelsontest</import_table>\n<qid>Blogs<qid/>\n<dataset>103</dataset>\n<d_status>LIVE</d_status>\n<d_priority>90</d_priority>\n</ecnow_records>\n</easycall>",
      },
      '<result><success>1</success><error>Bad argument: payload</error></result>',
    ],
    [
      'a read in JSON, every value text',
      { action: 'read' },
      '{"success":true,"total":1,"list":[{"dataset":"103","qid":"0","d_status":"LIVE","d_priority":"0","notes":"","callbacks":"none","crm_account":"0","crm_campaign":"","description":"","locked":"0","loaddate":"0000-00-00 00:00:00","sourcefile":"","import_table":"nelsontest","campaign":"527220"}]}',
    ],
    ['a read of nothing in JSON', { action: 'read', more: '&dataset=9' }, '{"success":true,"total":0,"list":[]}'],
    [
      'a read of nothing in XML',
      { action: 'read', format: 'xml', more: '&dataset=9' },
      '<?xml version="1.0" encoding="utf-8" ?>\n<result><success>1</success><total>0</total><list></list></result>',
    ],
  ]
  test.each(samples)('%s', async (_name, call, reply) => {
    const seen = await data(createWorkbench(SAMPLES), call)
    expect([seen.status, seen.text.replaceAll('<list/>', '<list></list>')]).toEqual([200, reply])
    expect(seen.headers.get('content-type')).toBe('text/html; charset=UTF-8')
  })

  test('a read in XML names its items ecnow_dataset and escapes what a row holds', async () => {
    const bench = createWorkbench(SAMPLES)
    await data(bench, { action: 'create', body: '[{"description":"a<b & c","import_table":"nelsontest"}]' })
    const { text } = await data(bench, { action: 'read', format: 'xml', more: '&dataset=104' })
    expect(text).toContain('<list><ecnow_dataset><dataset>104</dataset>')
    expect(text).toContain('<description>a&lt;b &amp; c</description>')
  })
})

describe('ContactNow refuses', () => {
  const call = (
    query: string,
    body?: string | FormData,
    headers: Record<string, string> = {},
  ): [string, string | FormData | undefined, Record<string, string>] => [query, body, headers]
  const create = 'method=ecnow_datasets&action=create&format=json'
  const form = new FormData()
  form.append('easycall', '[{"import_table":"sandbox"}]')
  const refused: [
    name: string,
    query: string,
    body: string | FormData | undefined,
    headers: Record<string, string>,
    error: string,
  ][] = [
    ['an unknown method', ...call('method=ecnow_data&action=read&format=json'), 'Bad argument: method'],
    ['no method', ...call('action=read'), 'Bad argument: method'],
    ['an unknown action', ...call('method=ecnow_datasets&action=delete'), 'Bad argument: action'],
    [
      'an action that the method lacks',
      ...call('method=campaign_tables&action=create&raw=1', '[]'),
      'Bad argument: action',
    ],
    ['an unknown format', ...call('method=ecnow_datasets&action=read&format=csv'), 'Bad argument: format'],
    [
      'a write without raw',
      ...call(create, '[{"import_table":"sandbox"}]'),
      "No file uploaded. Missing 'easycall' section?",
    ],
    ['a write by GET, which has no payload', ...call(create), "No file uploaded. Missing 'easycall' section?"],
    ['easycall as a text part', ...call(create, form), "No file uploaded. Missing 'easycall' section?"],
    ['a payload that is not JSON', ...call(`${create}&raw=1`, '{x'), 'Bad argument: payload'],
    ['a bare object', ...call(`${create}&raw=1`, '{"import_table":"sandbox"}'), 'Bad argument: payload'],
    ['an empty payload', ...call(`${create}&raw=1`, ''), 'Bad argument: payload'],
    ['XML where JSON was announced', ...call(`${create}&raw=1`, '<easycall/>'), 'Bad argument: payload'],
    ['records read without table or dataset', ...call('method=ecnow_records&action=read'), 'Bad argument: dataset'],
    [
      'records read with an unknown mode',
      ...call('method=ecnow_records&action=read&dataset=104&mode=dead'),
      'Bad argument: mode',
    ],
  ]
  test.each(refused)('%s', async (_name, query, body, headers, error) => {
    const bench = createWorkbench()
    const token = await tokenOf(bench)
    const seen = await bench.send(
      body === undefined ? 'GET' : 'POST',
      `/contactnow/ecnow.php?token=${token}&${query}`,
      {
        headers,
        ...(body === undefined ? {} : { body }),
      },
    )
    expect([seen.status, seen.text, effects(bench)]).toEqual([200, JSON.stringify({ success: false, error }), 0])
  })

  const xml = { action: 'create', format: 'xml' }
  const row = '<import_table>sandbox</import_table>'
  const refusedXml: [name: string, body: string, error: string][] = [
    ['a wrong root element', `<easycalls><ecnow_records>${row}</ecnow_records></easycalls>`, 'Bad argument: easycall'],
    ['an unknown row element', `<easycall><row>${row}</row></easycall>`, 'Bad argument: easycall'],
    [
      'a DOCTYPE',
      `<!DOCTYPE easycall [<!ENTITY a "b">]><easycall><ecnow_records>${row}</ecnow_records></easycall>`,
      'Bad argument: payload',
    ],
    ['XML that is cut off', `<easycall><ecnow_records>${row}`, 'Bad argument: payload'],
    ['JSON where XML was announced', '[{"import_table":"sandbox"}]', 'Bad argument: payload'],
  ]
  test.each(refusedXml)('%s, with success 1 beside the error', async (_name, body, error) => {
    const bench = createWorkbench()
    const seen = await data(bench, { ...xml, body })
    expect([seen.text, effects(bench)]).toEqual([`<result><success>1</success><error>${error}</error></result>`, 0])
  })

  const badRows: [name: string, action: string, row: Record<string, unknown>, error: string][] = [
    ['a dataset in an unknown table', 'create', { import_table: 'other' }, 'Bad argument: import_table'],
    ['a dataset without a table', 'create', { description: 'a' }, 'Bad argument: import_table'],
    ['a status in lower case', 'create', { import_table: 'sandbox', d_status: 'live' }, 'Bad argument: d_status'],
    ['a priority above 90', 'create', { import_table: 'sandbox', d_priority: 91 }, 'Bad argument: d_priority'],
    ['a queue that is a name', 'update', { dataset: 104, qid: 'Blogs' }, 'Bad argument: qid'],
    ['an update of an unknown dataset', 'update', { dataset: 9 }, 'Bad argument: dataset'],
    ['an update without dataset', 'update', { description: 'a' }, 'Bad argument: dataset'],
    [
      'an update of an expired dataset',
      'update',
      { dataset: 105, d_status: 'LIVE' },
      'Bad argument: dataset is EXPIRED',
    ],
    ['a nested value', 'create', { import_table: ['sandbox'] }, 'Bad argument: payload'],
  ]
  test.each(badRows)('%s, as a bad row of a success', async (_name, action, values, error) => {
    const datasets = [
      { dataset: 104, status: 'LIVE' as const, table: 'sandbox' },
      { dataset: 105, status: 'EXPIRED' as const, table: 'sandbox' },
    ]
    const bench = createWorkbench({ contactnow: { datasets } })
    const reply = JSON.parse((await data(bench, { action, body: JSON.stringify([values]) })).text) as object
    expect(reply).toMatchObject({ success: true, total: 0, bad: 1, error })
    expect(effects(bench)).toBe(0)
  })

  test('a script that does not exist, and a method other than GET and POST, with a page', async () => {
    const bench = createWorkbench()
    expect((await bench.send('GET', '/contactnow/ajax.php')).status).toBe(404)
    expect((await bench.send('PUT', TOKEN)).status).toBe(405)
  })
})

describe('ContactNow tokens', () => {
  const EXPIRE = START_MS / 1000 + 43_200
  test('are 40 hex characters that live for 12 hours', async () => {
    const reply = JSON.parse((await createWorkbench().send('GET', GET)).text) as { token: string; expire: number }
    expect([Object.keys(reply), reply.expire]).toEqual([['success', 'token', 'expire'], 1_767_366_245])
    expect(reply.token).toMatch(/^[0-9a-f]{40}$/)
  })

  test('come in XML when asked for', async () => {
    const { text } = await createWorkbench().send('GET', `${GET}&format=xml`)
    expect(text).toMatch(
      /^<result><success>1<\/success><token>[0-9a-f]{40}<\/token><expire>1767366245<\/expire><\/result>$/,
    )
  })

  const posted: [name: string, sending: { headers?: Record<string, string>; body: string | FormData }][] = [
    [
      'a urlencoded form',
      {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'action=get&username=sandbox&password=sandbox-password',
      },
    ],
    ['a multipart form', { body: multipart({ action: 'get', username: 'sandbox', password: 'sandbox-password' }) }],
  ]
  test.each(posted)('are given for variables in %s', async (_name, sending) => {
    expect((await createWorkbench().send('POST', TOKEN, sending)).text).toStartWith('{"success":true,"token":"')
  })

  const refused: [name: string, query: string, reply: string][] = [
    [
      'a wrong password',
      'action=get&username=sandbox&password=sandbox',
      '{"success":false,"error":"Authentication failure"}',
    ],
    [
      'a wrong user name',
      'action=get&username=other&password=sandbox-password',
      '{"success":false,"error":"Authentication failure"}',
    ],
    ['no credentials', 'action=get', '{"success":false,"error":"Authentication failure"}'],
    ['an unknown action', 'action=revoke', '{"success":false,"error":"Bad argument: action"}'],
    [
      'more than 10 addresses',
      'action=get&username=sandbox&password=sandbox-password&address=1,2,3,4,5,6,7,8,9,10,11',
      '{"success":false,"error":"Bad argument: address"}',
    ],
    ['the validation of an unknown token', 'action=validate&token=x', '{"success":false,"error":"Invalid token"}'],
    ['the validation of no token', 'action=validate', '{"success":false,"error":"Invalid token"}'],
  ]
  test.each(refused)('are refused for %s', async (_name, query, reply) => {
    const seen = await createWorkbench().send('GET', `${TOKEN}?${query}`)
    expect([seen.status, seen.text]).toEqual([200, reply])
  })

  test('stay the same, with the same end, as long as one lives', async () => {
    const bench = createWorkbench()
    const first = (await bench.send('GET', GET)).text
    bench.clock.nowMs += 43_199_000
    expect((await bench.send('GET', GET)).text).toBe(first)
  })

  test('are new after the old one expired, which is then called expired', async () => {
    const bench = createWorkbench()
    const old = await tokenOf(bench)
    bench.clock.nowMs += 43_200_000
    const call = `/contactnow/ecnow.php?token=${old}&method=ecnow_datasets&action=read`
    expect((await bench.send('GET', call)).text).toBe('{"success":false,"error":"Expired token","expire":-1}')
    expect((await bench.send('GET', `${TOKEN}?action=validate&token=${old}`)).text).toBe(
      '{"success":false,"error":"Expired token","expire":-1}',
    )
    expect(await tokenOf(bench)).not.toBe(old)
  })

  test('expire all at once by the control', async () => {
    const bench = createWorkbench()
    const old = await tokenOf(bench)
    await bench.send('POST', '/_sandbox/tokens/expire')
    expect((await bench.send('GET', `${TOKEN}?action=validate&token=${old}`)).text).toContain('Expired token')
    expect(await tokenOf(bench)).not.toBe(old)
  })

  const bindings: [
    name: string,
    mintedWith: string,
    usedFrom: string,
    header: Record<string, string>,
    isGood: boolean,
  ][] = [
    ['the address that asked may use it', '', '10.0.0.1', {}, true],
    ['another address may not', '', '10.0.0.2', {}, false],
    ['a listed address may', '&address=10.0.0.2, 10.0.0.3', '10.0.0.3', {}, true],
    ['with a list, the address that asked may not', '&address=10.0.0.2', '10.0.0.1', {}, false],
    [
      'the test header overrides the address of the connection',
      '',
      '10.0.0.1',
      { 'x-sandbox-address': '10.9.9.9' },
      false,
    ],
  ]
  test.each(bindings)('are bound to an address: %s', async (_name, more, address, headers, isGood) => {
    const bench = createWorkbench()
    const { token } = JSON.parse((await bench.send('GET', GET + more, { address: '10.0.0.1' })).text) as {
      token: string
    }
    const validated = await bench.send('GET', `${TOKEN}?action=validate&token=${token}`, { address, headers })
    expect(validated.text).toBe(
      isGood ? `{"success":true,"expire":${EXPIRE}}` : '{"success":false,"error":"Invalid token"}',
    )
    const used = await bench.send('GET', `/contactnow/ecnow.php?token=${token}&method=campaign_tables&action=read`, {
      address,
      headers,
    })
    expect(used.text).toBe(
      isGood ? '{"success":true,"total":1,"list":[{"name":"sandbox"}]}' : '{"success":false,"error":"Invalid token"}',
    )
  })

  const elsewhere: ['same' | 'authorise', string][] = [
    ['same', 'Invalid token'],
    ['authorise', '"success":true'],
  ]
  test.each(elsewhere)(
    'that are asked for from a second address follow the setting %s',
    async (getFromElsewhere, part) => {
      const bench = createWorkbench({ contactnow: { getFromElsewhere } })
      const token = await tokenOf(bench, '10.0.0.1')
      expect(await tokenOf(bench, '10.0.0.2')).toBe(token)
      expect(
        (await bench.send('GET', `${TOKEN}?action=validate&token=${token}`, { address: '10.0.0.2' })).text,
      ).toContain(part)
    },
  )

  test('are revoked by foreign use when the settings say so', async () => {
    const bench = createWorkbench({ contactnow: { foreignUse: 'revoke' } })
    const token = await tokenOf(bench, '10.0.0.1')
    await bench.send('GET', `/contactnow/ecnow.php?token=${token}&method=dnc`, { address: '10.0.0.2' })
    expect(
      (await bench.send('GET', `${TOKEN}?action=validate&token=${token}`, { address: '10.0.0.1' })).text,
    ).toContain('Invalid token')
  })
})

function multipart(parts: Record<string, string | File>): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(parts)) form.append(name, value)
  return form
}

describe('ContactNow keeps state', () => {
  test('a create that is sent twice makes two datasets with keys of their own', async () => {
    const bench = createWorkbench(SAMPLES)
    const replies = [
      await data(bench, { action: 'create', body: ROW }),
      await data(bench, { action: 'create', body: ROW }),
    ]
    expect(replies.map(({ text }) => (JSON.parse(text) as { key: number }).key)).toEqual([104, 105])
    const { text } = await data(bench, { action: 'read', more: '&description=baba3&limit=1' })
    const read = JSON.parse(text) as { total: number; list: { dataset: string; d_status: string; loaddate: string }[] }
    expect([
      read.total,
      read.list.length,
      read.list[0]?.dataset,
      read.list[0]?.d_status,
      read.list[0]?.loaddate,
    ]).toEqual([2, 1, '104', 'HOLD', '2026-01-02 03:04:05'])
  })

  const filters: [name: string, more: string, datasets: string[]][] = [
    ['import_table', '&import_table=nesontest', ['104']],
    ['table', '&table=nelsontest', ['103']],
    ['d_status', '&d_status=HOLD', ['104']],
    ['state', '&state=LIVE', ['103']],
    ['a list of queues', '&qid=5,7', ['104']],
    ['dataset', '&dataset=103', ['103']],
    ['two at once', '&dataset=103&state=HOLD', []],
  ]
  test.each(filters)('reads filter by %s', async (_name, more, datasets) => {
    const bench = createWorkbench(SAMPLES)
    await data(bench, { action: 'create', body: '[{"import_table":"nesontest","qid":7}]' })
    const { list } = JSON.parse((await data(bench, { action: 'read', more })).text) as { list: { dataset: string }[] }
    expect(list.map(({ dataset }) => dataset)).toEqual(datasets)
  })

  test('an update changes only what it names, and EXPIRED is for ever', async () => {
    const bench = createWorkbench()
    await data(bench, { action: 'update', body: '[{"dataset":"104","qid":"5","d_status":"EXPIRED"}]' })
    await data(bench, { action: 'update', body: '[{"dataset":"104","qid":"6"}]' })
    expect(bench.mocks.state().contactnow).toMatchObject({
      datasets: [{ dataset: '104', qid: '5', d_status: 'EXPIRED', import_table: 'sandbox' }],
    })
    expect(effects(bench)).toBe(1)
  })

  test('a batch gives split counts, one key and one error', async () => {
    const bench = createWorkbench(SAMPLES)
    const body = '[{"import_table":"nelsontest"},{"import_table":"other"},{"import_table":"nelsontest"}]'
    expect((await data(bench, { action: 'create', body })).text).toBe(
      '{"success":true,"account_id":"10278","total":2,"bad":1,"key":105,"error":"Bad argument: import_table"}',
    )
    expect(effects(bench)).toBe(2)
  })

  test('a payload may come as a file easycall, its variables in the form', async () => {
    const bench = createWorkbench()
    const token = await tokenOf(bench)
    const file = new File(['[{"import_table":"sandbox"}]'], 'import-1.json')
    const form = multipart({ token, method: 'ecnow_datasets', action: 'create', format: 'json', easycall: file })
    const { text } = await bench.send('POST', '/contactnow/api/ecnow.php', { body: form })
    expect(text).toBe('{"success":true,"account_id":"10278","total":1,"bad":0,"key":105}')
  })

  test('the names of the row elements that came are shown', async () => {
    const bench = createWorkbench()
    const body = '<easycall><ecnow_dataset><import_table>sandbox</import_table></ecnow_dataset></easycall>'
    await data(bench, { action: 'create', format: 'xml', body })
    expect(bench.mocks.state().contactnow).toMatchObject({ payloadElements: ['ecnow_dataset'] })
  })

  test('the default format is a setting', async () => {
    const bench = createWorkbench({ contactnow: { defaultFormat: 'xml' } })
    const { text } = await bench.send('GET', '/contactnow/ecnow.php?method=ecnow_datasets&action=read')
    expect(text).toBe('<result><success>1</success><error>Invalid token</error></result>')
  })

  test('a read without rows may leave the list out', async () => {
    const bench = createWorkbench({ contactnow: { emptyList: 'absent' } })
    expect((await data(bench, { action: 'read', more: '&dataset=9' })).text).toBe('{"success":true,"total":0}')
  })

  test('the do-not-call list is read from the settings', async () => {
    const doNotCall = [{ ddi: '01234567890', qid: '1', urn: '2', when: '2026-01-01 00:00:00' }]
    const bench = createWorkbench({ contactnow: { doNotCall } })
    const { text } = await data(bench, {
      script: 'database',
      method: 'dnc',
      action: 'read',
      more: '&qid=1,2&tstart=2026-01-01',
    })
    expect(text).toBe(
      '{"success":true,"total":1,"list":[{"ddi":"01234567890","qid":"1","urn":"2","when":"2026-01-01 00:00:00"}]}',
    )
  })
})

describe('ContactNow records', () => {
  const PERSON = '[{"dataset":"104","firstname":"Jon","HOMEPHONE":"01234567890","Colour":"red"}]'
  const records = (bench: Workbench, action: string, body?: string, more = '&raw=1'): Promise<Seen> =>
    data(bench, { method: 'ecnow_records', action, more, ...(body === undefined ? {} : { body }) })

  test('are created in a live dataset, and read back with the leading zero and the columns of the vendor', async () => {
    const bench = createWorkbench()
    expect((await records(bench, 'create', PERSON)).text).toBe(
      '{"success":true,"total":1,"bad":0,"key":1,"info":"Record is LIVE on the dialer."}',
    )
    const { list } = JSON.parse((await records(bench, 'read', undefined, '&dataset=104&ddi=01234567890')).text) as {
      list: object[]
    }
    expect(list).toMatchObject([
      {
        id: '1',
        datasetid: '104',
        FirstName: 'Jon',
        HomePhone: '01234567890',
        Colour: 'red',
        URN: null,
        ProcessType: 'New Prospect',
        loaddate: '2026-01-02',
      },
    ])
  })

  test('in a dataset on hold are not live, in words with a trailing blank', async () => {
    const bench = createWorkbench({ contactnow: { datasets: [{ dataset: 104, status: 'HOLD', table: 'sandbox' }] } })
    expect((await records(bench, 'create', PERSON)).text).toBe(
      '{"success":true,"total":1,"bad":0,"key":1,"info":"Record NOT live on the dialer. "}',
    )
  })

  const bad: [name: string, action: string, body: string, reply: string][] = [
    [
      'without a phone',
      'create',
      '[{"dataset":"104","firstname":"Jon"}]',
      '{"success":true,"total":0,"bad":1,"key":0,"error":"Bad argument: HomePhone"}',
    ],
    [
      'in an unknown dataset',
      'create',
      '[{"dataset":"9","homephone":"1"}]',
      '{"success":true,"total":0,"bad":1,"key":0,"error":"Bad argument: dataset"}',
    ],
    [
      'changed in a dataset that is not theirs',
      'update',
      '[{"id":"1","dataset":"9"}]',
      '{"success":true,"total":0,"bad":1,"error":"Record id [1] does not exist."}',
    ],
    [
      'changed by an unknown id',
      'update',
      '[{"id":"7","dataset":"104"}]',
      '{"success":true,"total":0,"bad":1,"error":"Record id [7] does not exist."}',
    ],
  ]
  test.each(bad)('are refused %s', async (_name, action, body, reply) => {
    const bench = createWorkbench()
    await records(bench, 'create', PERSON)
    expect((await records(bench, action, body)).text).toBe(reply)
  })

  test('keep every note that is appended, and leave the dialler with a complete outcome', async () => {
    const bench = createWorkbench()
    await records(bench, 'create', PERSON)
    await records(bench, 'update', '[{"id":"1","dataset":"104","notes_append":"first"}]')
    const done = await records(bench, 'update', '[{"id":"1","dataset":"104","notes_append":"second","outcomecode":98}]')
    expect(done.text).toBe(
      '{"success":true,"total":1,"bad":0,"info":"Record is NOT live on the dialer due having a complete outcome."}',
    )
    expect(bench.mocks.state().contactnow).toMatchObject({
      records: [{ notes: '2026-01-02 03:04:05 first\r\n2026-01-02 03:04:05 second\r\n', ProcessType: 'COMPLETE' }],
    })
  })

  const reads: [name: string, more: string, total: number][] = [
    ['table', '&table=sandbox', 2],
    ['another table', '&table=other', 0],
    ['mode live', '&dataset=104&mode=live', 1],
    ['mode unexpired', '&dataset=104&mode=unexpired', 2],
    ['a list of outcomes', '&dataset=104&outcome=98,99', 1],
    ['id', '&dataset=104&id=2', 1],
    ['agent', '&dataset=104&agent=5', 0],
    ['urn', '&dataset=104&urn=u1', 1],
  ]
  test.each(reads)('are read by %s', async (_name, more, total) => {
    const bench = createWorkbench()
    await records(bench, 'create', PERSON)
    await records(bench, 'create', '[{"dataset":"104","mobilephone":"07","outcomecode":"98","urn":"u1"}]')
    expect(JSON.parse((await records(bench, 'read', undefined, more)).text)).toMatchObject({ success: true, total })
  })
})
