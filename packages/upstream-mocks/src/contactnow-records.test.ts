import { describe, expect, test } from 'bun:test'

import { callData } from './contactnow-caller.ts'
import { createWorkbench, type Seen, type Workbench } from './workbench.ts'

describe('ContactNow records', () => {
  const PERSON = '[{"dataset":"104","firstname":"Jon","HOMEPHONE":"01234567890","Colour":"red"}]'
  const records = (bench: Workbench, action: string, body?: string, more = '&raw=1'): Promise<Seen> =>
    callData(bench, { method: 'ecnow_records', action, more, ...(body === undefined ? {} : { body }) })

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
