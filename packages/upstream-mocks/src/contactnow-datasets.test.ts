import { describe, expect, test } from 'bun:test'

import { callData, multipart, SAMPLES, tokenOf } from './contactnow-caller.ts'
import { createWorkbench, type Workbench } from './workbench.ts'

const ROW = '[{"description":"baba3","import_table":"nelsontest"}]'

const effects = (bench: Workbench): number => bench.mocks.tallies().contactnow.effects

describe('ContactNow keeps state', () => {
  test('a create that is sent twice makes two datasets with keys of their own', async () => {
    const bench = createWorkbench(SAMPLES)
    const replies = [
      await callData(bench, { action: 'create', body: ROW }),
      await callData(bench, { action: 'create', body: ROW }),
    ]
    expect(replies.map(({ text }) => (JSON.parse(text) as { key: number }).key)).toEqual([104, 105])
    const { text } = await callData(bench, { action: 'read', more: '&description=baba3&limit=1' })
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
    await callData(bench, { action: 'create', body: '[{"import_table":"nesontest","qid":7}]' })
    const { list } = JSON.parse((await callData(bench, { action: 'read', more })).text) as {
      list: { dataset: string }[]
    }
    expect(list.map(({ dataset }) => dataset)).toEqual(datasets)
  })

  test('an update changes only what it names, and EXPIRED is for ever', async () => {
    const bench = createWorkbench()
    await callData(bench, { action: 'update', body: '[{"dataset":"104","qid":"5","d_status":"EXPIRED"}]' })
    await callData(bench, { action: 'update', body: '[{"dataset":"104","qid":"6"}]' })
    expect(bench.mocks.state().contactnow).toMatchObject({
      datasets: [{ dataset: '104', qid: '5', d_status: 'EXPIRED', import_table: 'sandbox' }],
    })
    expect(effects(bench)).toBe(1)
  })

  test('a batch gives split counts, one key and one error', async () => {
    const bench = createWorkbench(SAMPLES)
    const body = '[{"import_table":"nelsontest"},{"import_table":"other"},{"import_table":"nelsontest"}]'
    expect((await callData(bench, { action: 'create', body })).text).toBe(
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
    await callData(bench, { action: 'create', format: 'xml', body })
    expect(bench.mocks.state().contactnow).toMatchObject({ payloadElements: ['ecnow_dataset'] })
  })

  test('the default format is a setting', async () => {
    const bench = createWorkbench({ contactnow: { defaultFormat: 'xml' } })
    const { text } = await bench.send('GET', '/contactnow/ecnow.php?method=ecnow_datasets&action=read')
    expect(text).toBe('<result><success>1</success><error>Invalid token</error></result>')
  })

  test('a read without rows may leave the list out', async () => {
    const bench = createWorkbench({ contactnow: { emptyList: 'absent' } })
    expect((await callData(bench, { action: 'read', more: '&dataset=9' })).text).toBe('{"success":true,"total":0}')
  })

  test('the do-not-call list is read from the settings', async () => {
    const doNotCall = [{ ddi: '01234567890', qid: '1', urn: '2', when: '2026-01-01 00:00:00' }]
    const bench = createWorkbench({ contactnow: { doNotCall } })
    const { text } = await callData(bench, {
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
