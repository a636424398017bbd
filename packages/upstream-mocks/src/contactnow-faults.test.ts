import { describe, expect, test } from 'bun:test'

import { callData, SAMPLES, tokenOf } from './contactnow-caller.ts'
import type { FaultName } from './fault-table.ts'
import { BASE, createWorkbench, type Workbench } from './workbench.ts'

const PERSON = '[{"dataset":"104","firstname":"Jon","homephone":"01234567890"}]'

async function withRecord(fault: FaultName): Promise<Workbench> {
  const bench = createWorkbench()
  await callData(bench, { method: 'ecnow_records', action: 'create', body: PERSON })
  bench.mocks.setFault({ upstream: 'contactnow', fault, times: 1, operation: 'ecnow_records.read' })
  return bench
}

const readRecords = (bench: Workbench, format = 'json') =>
  callData(bench, { method: 'ecnow_records', action: 'read', format, more: '&dataset=104&limit=500' })

describe('a list under a fault', () => {
  const spoiled: [fault: FaultName, format: string, text: RegExp][] = [
    ['total-disagrees-200', 'json', /^\{"success":true,"total":5,"list":\[\{[^{]*\}\]\}$/],
    ['total-disagrees-200', 'xml', /<total>5<\/total>/],
    ['empty-list-200', 'json', /^\{"success":true,"total":0,"list":\[\]\}$/],
    ['empty-list-200', 'xml', /<total>0<\/total><list\/><\/result>$/],
    ['absent-list-200', 'json', /^\{"success":true,"total":0\}$/],
    ['absent-list-200', 'xml', /^<result><success>1<\/success><total>0<\/total><\/result>$/],
    ['duplicate-member-200', 'json', /"HomePhone":"00000000000","HomePhone":"01234567890"/],
    ['duplicate-member-200', 'xml', /<HomePhone>00000000000<\/HomePhone><HomePhone>01234567890<\/HomePhone>/],
  ]
  test.each(spoiled)('%s in %s', async (fault, format, text) => {
    expect((await readRecords(await withRecord(fault), format)).text).toMatch(text)
  })

  test.each(['json', 'xml'])('huge-list-200 in %s is above 2 MiB, and can still be read', async (format) => {
    const { text } = await readRecords(await withRecord('huge-list-200'), format)
    expect(text.length).toBeGreaterThan(2_097_152)
    expect(text.split('01234567890').length - 1).toBeGreaterThan(1000)
    if (format === 'json') expect((JSON.parse(text) as { list: unknown[] }).list.length).toBeGreaterThan(1000)
  })
})

test('short-lived-token gives out a token that is refused at once, and then another', async () => {
  const bench = createWorkbench()
  bench.mocks.setFault({ upstream: 'contactnow', fault: 'short-lived-token', times: 1 })
  const first = await tokenOf(bench)
  const seen = await bench.send('GET', `/contactnow/token.php?action=validate&token=${first}`)
  expect(seen.text).toBe('{"success":false,"error":"Expired token","expire":-1}')
  expect((await tokenOf(bench)) === first).toBe(false)
})

test('what is read in XML comes in ISO-8859-1 when the settings say so', async () => {
  const bench = createWorkbench({ contactnow: { ...SAMPLES.contactnow, xmlEncoding: 'iso-8859-1' } })
  await callData(bench, { action: 'create', body: '[{"description":"é","import_table":"nelsontest"}]' })
  const path = `/contactnow/ecnow.php?token=${await tokenOf(bench)}&format=xml&method=ecnow_datasets&action=read`
  const reply = await bench.mocks.handle(new Request(BASE + path))
  const bytes = 'response' in reply ? new Uint8Array(await reply.response.arrayBuffer()) : new Uint8Array()
  expect(new TextDecoder().decode(bytes.slice(0, 44))).toBe('<?xml version="1.0" encoding="ISO-8859-1" ?>')
  expect([...bytes].filter((byte) => byte > 0x7f)).toEqual([0xe9])
})

describe('records are read by time', () => {
  const reads: [name: string, more: string, total: number][] = [
    ['of a callback within the span', '&timetype=callback&tstart=2026-02-01 00:00:00&tstop=2026-02-01 23:59:59', 1],
    ['of a callback after the start', '&timetype=callback&tstart=2026-02-01 10:00:00', 1],
    ['of a callback before the start', '&timetype=callback&tstart=2026-02-01 10:00:01', 0],
    ['of a callback after the end', '&timetype=callback&tstop=2026-02-01 09:59:59', 0],
    ['of processing, where nobody has processed', '&timetype=processdate&tstart=2020-01-01 00:00:00', 0],
    ['and by mode', '&timetype=callback&mode=callbacks', 0],
  ]
  test.each(reads)('%s', async (_name, more, total) => {
    const bench = createWorkbench()
    const body =
      '[{"dataset":"104","homephone":"1","callback":"2026-02-01 10:00:00"},{"dataset":"104","homephone":"2"}]'
    await callData(bench, { method: 'ecnow_records', action: 'create', body })
    const { text } = await callData(bench, { method: 'ecnow_records', action: 'read', more: `&dataset=104${more}` })
    expect((JSON.parse(text) as { total: number }).total).toBe(total)
  })

  test('of no kind that exists are refused', async () => {
    const more = '&dataset=104&timetype=birthday'
    const { text } = await callData(createWorkbench(), { method: 'ecnow_records', action: 'read', more })
    expect(text).toBe('{"success":false,"error":"Bad argument: timetype"}')
  })
})
