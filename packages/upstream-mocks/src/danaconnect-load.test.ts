import { describe, expect, test } from 'bun:test'

import { CALLBACK_URL, load, rowsOf } from './danaconnect-caller.ts'
import type { DanaconnectSettings } from './danaconnect-settings.ts'
import { createWorkbench } from './workbench.ts'

const ANN = { NAME: 'Ann', EMAIL: 'ann@example.com' }
const BOB = { NAME: 'Bob', EMAIL: 'bob@example.com' }

const withList = (more: object = {}): { danaconnect: Partial<DanaconnectSettings> } => ({
  danaconnect: { tables: [{ company: 'demo', tableCode: 'CONTACTS', rows: [ANN], ...more }] },
})

describe('a bulk load', () => {
  test('is processed after its reply, and then the caller is told with eight members', async () => {
    const bench = createWorkbench()
    expect((await load(bench, 'Ann,ann@example.com\nBob,bob@example.com\n')).status).toBe(200)
    expect([rowsOf(bench), bench.posted]).toEqual([[], []])
    await bench.pass(999)
    expect(rowsOf(bench)).toEqual([])
    await bench.pass(1)
    expect(rowsOf(bench)).toEqual([ANN, BOB])
    expect(bench.posted).toEqual([
      {
        url: CALLBACK_URL,
        body: {
          fileName: 's3://contactsfile/3233/contacts.csv',
          fileSize: 40,
          logID: 1,
          result: 'FINISHED',
          idCompany: 'demo',
          idWebDb: 987,
          lineCount: 2,
          movedFile: 'processed/Log1-webdb987',
        },
      },
    ])
  })

  const operations: [operation: string, keyField: string | null, csv: string, rows: object[], lineCount: number][] = [
    ['INSALL', null, 'Ann,new@example.com', [ANN, { NAME: 'Ann', EMAIL: 'new@example.com' }], 1],
    ['INSALL', 'NAME', 'Ann,new@example.com', [ANN, { NAME: 'Ann', EMAIL: 'new@example.com' }], 1],
    ['INSNEW', 'NAME', 'Ann,new@example.com\nBob,bob@example.com', [ANN, BOB], 2],
    ['INSNEW', 'NAME', 'Bob,bob@example.com\nBob,other@example.com', [ANN, BOB], 2],
    ['UPDALL', 'NAME', 'Ann,new@example.com\nBob,bob@example.com', [{ NAME: 'Ann', EMAIL: 'new@example.com' }], 2],
    ['UPDINS', 'NAME', 'Ann,new@example.com\nBob,bob@example.com', [{ NAME: 'Ann', EMAIL: 'new@example.com' }, BOB], 2],
    ['UPDINS', 'NAME;EMAIL', 'Ann,new@example.com', [ANN, { NAME: 'Ann', EMAIL: 'new@example.com' }], 1],
    ['UPDINS', 'NAME;EMAIL', 'Ann,ann@example.com', [ANN], 1],
  ]
  test.each(operations)('%s by %p of %p', async (operationType, keyField, csv, rows, lineCount) => {
    const bench = createWorkbench(withList())
    await load(bench, csv, { operationType, keyField })
    await bench.mocks.runAll()
    expect(rowsOf(bench)).toEqual(rows)
    expect(bench.posted).toMatchObject([{ body: { lineCount } }])
  })

  const latin1 = new Uint8Array([0x4a, 0x6f, 0x73, 0xe9, 0x2c, 0x78])
  const traps: [
    name: string,
    csv: string | Uint8Array<ArrayBuffer>,
    parts: Record<string, string>,
    rows: object[],
    lineCount: number,
  ][] = [
    ['a byte order mark is part of the first value', '\ufeffAnn,x', {}, [{ NAME: '\ufeffAnn', EMAIL: 'x' }], 1],
    ['Latin-1 declared as UTF-8', latin1, {}, [{ NAME: 'Jos\ufffd', EMAIL: 'x' }], 1],
    ['Latin-1 declared as such', latin1, { encodingType: 'ISO-8859-1' }, [{ NAME: 'José', EMAIL: 'x' }], 1],
    ['a separator within a value', '"A,B","x"', {}, [{ NAME: 'A,B', EMAIL: 'x' }], 1],
    ['a line end within a value', '"A\nB","x"', {}, [{ NAME: 'A\nB', EMAIL: 'x' }], 1],
    ['a doubled delimiter', '"A ""B""","x"', {}, [{ NAME: 'A "B"', EMAIL: 'x' }], 1],
    [
      'CRLF',
      'A,x\r\nB,y\r\n',
      {},
      [
        { NAME: 'A', EMAIL: 'x' },
        { NAME: 'B', EMAIL: 'y' },
      ],
      2,
    ],
    ['another separator', 'A;x', { separator: ';' }, [{ NAME: 'A', EMAIL: 'x' }], 1],
    ['another delimiter', "'A,B',x", { delimiter: "'" }, [{ NAME: 'A,B', EMAIL: 'x' }], 1],
    ['a header, told of', 'NAME,EMAIL\nA,x', { includeHeaders: 'true' }, [{ NAME: 'A', EMAIL: 'x' }], 1],
    [
      'a header that is taken for data',
      'NAME,EMAIL\nA,x',
      {},
      [
        { NAME: 'NAME', EMAIL: 'EMAIL' },
        { NAME: 'A', EMAIL: 'x' },
      ],
      2,
    ],
    ['a line with too few values, strict', 'A\nB,y', {}, [{ NAME: 'B', EMAIL: 'y' }], 1],
    ['a line with too few values, not strict', 'A', { strict: 'false' }, [{ NAME: 'A', EMAIL: '' }], 1],
    ['a line with too many values, strict', 'A,x,z', {}, [], 0],
    ['an empty file', '', {}, [], 0],
  ]
  test.each(traps)('%s', async (_name, csv, parts, rows, lineCount) => {
    const bench = createWorkbench()
    await load(bench, csv, parts)
    await bench.mocks.runAll()
    expect(rowsOf(bench)).toEqual(rows)
    expect(bench.posted).toMatchObject([{ body: { lineCount, result: 'FINISHED' } }])
  })

  const unreadable: [name: string, csv: string, parts: Record<string, string>][] = [
    ['a quote that is not closed', '"Ann,x', {}],
    ['an encoding that nobody knows', 'Ann,x', { encodingType: 'EBCDIC' }],
    ['a separator of two characters', 'Ann,x', { separator: ',,' }],
  ]
  test.each(unreadable)('of %s has failed', async (_name, csv, parts) => {
    const bench = createWorkbench()
    await load(bench, csv, parts)
    await bench.mocks.runAll()
    expect(bench.posted).toMatchObject([{ body: { lineCount: 0, result: 'FAILED' } }])
  })

  const lengths: [strict: string, rows: object[]][] = [
    ['true', [{ NAME: 'Ann', EMAIL: 'y' }]],
    [
      'false',
      [
        { NAME: 'Anna', EMAIL: 'x' },
        { NAME: 'Ann', EMAIL: 'y' },
      ],
    ],
  ]
  test.each(lengths)('of a value that is too long, with strict %s', async (strict, rows) => {
    const bench = createWorkbench(withList({ fields: { NAME: 4, EMAIL: 20 }, rows: [] }))
    await load(bench, 'Annabelle,x\nAnn,y', { strict })
    await bench.mocks.runAll()
    expect(rowsOf(bench)).toEqual(rows)
  })

  const refused: [name: string, parts: Record<string, string | null>][] = [
    ['a keyField that is not among the fields', { operationType: 'UPDINS', keyField: 'PHONE' }],
    ['a field that the list does not have', { fieldsCode: 'NAME;PHONE' }],
    ['strict that is not a boolean', { strict: 'yes' }],
  ]
  test.each(refused)('with %s is refused with 400', async (_name, parts) => {
    const bench = createWorkbench(withList({ fields: { NAME: 4, EMAIL: 20 } }))
    expect((await load(bench, 'A,x', parts)).status).toBe(400)
    expect(await bench.mocks.runAll()).toBe(0)
  })

  test('counts up logID from load to load, and counts the header where the settings say so', async () => {
    const bench = createWorkbench({ danaconnect: { countHeader: true } })
    await load(bench, 'NAME,EMAIL\nA,x', { includeHeaders: 'true' })
    await load(bench, 'A,x')
    await bench.mocks.runAll()
    expect(bench.posted).toMatchObject([{ body: { logID: 1, lineCount: 2 } }, { body: { logID: 2, lineCount: 1 } }])
  })

  test('without an address calls nobody, and takes the address from the part that the settings name', async () => {
    const bench = createWorkbench({ danaconnect: { callbackPart: 'notifyUrl' } })
    await load(bench, 'A,x')
    await load(bench, 'A,x', { notifyUrl: 'http://receiver.test/other' })
    await bench.mocks.runAll()
    expect(bench.posted.map(({ url }) => url)).toEqual(['http://receiver.test/other'])
  })

  test('that waits when the sandbox is reset is forgotten', async () => {
    const bench = createWorkbench()
    await load(bench, 'A,x')
    bench.mocks.reset()
    await bench.mocks.runAll()
    expect([rowsOf(bench), bench.posted]).toEqual([[], []])
  })

  test('is done at once by the control call step', async () => {
    const bench = createWorkbench()
    await load(bench, 'A,x')
    expect((await bench.send('POST', '/_sandbox/step')).text).toBe('{"ran":1}')
    expect(bench.posted).toHaveLength(1)
  })

  test('never shows the end of the callback address', async () => {
    const bench = createWorkbench()
    await load(bench, 'A,x')
    await bench.mocks.runAll()
    const shown = JSON.stringify([bench.mocks.state(), bench.mocks.requests()])
    expect([shown.includes('callbacks/secret'), shown.includes('http://receiver.test/callbacks/{redacted}')]).toEqual([
      false,
      true,
    ])
  })
})
