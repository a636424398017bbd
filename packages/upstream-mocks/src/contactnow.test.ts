import { describe, expect, test } from 'bun:test'

import { callData, type DataCall, SAMPLES, TOKEN, tokenOf } from './contactnow-caller.ts'
import { createWorkbench, type Workbench } from './workbench.ts'

const ROW = '[{"description":"baba3","import_table":"nelsontest"}]'

const effects = (bench: Workbench): number => bench.mocks.tallies().contactnow.effects

describe('ContactNow answers the samples of the vendor', () => {
  const samples: [name: string, call: DataCall, reply: string][] = [
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
    const seen = await callData(createWorkbench(SAMPLES), call)
    expect([seen.status, seen.text.replaceAll('<list/>', '<list></list>')]).toEqual([200, reply])
    expect(seen.headers.get('content-type')).toBe('text/html; charset=UTF-8')
  })

  test('a read in XML names its items ecnow_dataset and escapes what a row holds', async () => {
    const bench = createWorkbench(SAMPLES)
    await callData(bench, { action: 'create', body: '[{"description":"a<b & c","import_table":"nelsontest"}]' })
    const { text } = await callData(bench, { action: 'read', format: 'xml', more: '&dataset=104' })
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
    const seen = await callData(bench, { ...xml, body })
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
    const reply = JSON.parse((await callData(bench, { action, body: JSON.stringify([values]) })).text) as object
    expect(reply).toMatchObject({ success: true, total: 0, bad: 1, error })
    expect(effects(bench)).toBe(0)
  })

  test('a script that does not exist, and a method other than GET and POST, with a page', async () => {
    const bench = createWorkbench()
    expect((await bench.send('GET', '/contactnow/ajax.php')).status).toBe(404)
    expect((await bench.send('PUT', TOKEN)).status).toBe(405)
  })
})
