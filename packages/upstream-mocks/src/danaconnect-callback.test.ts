import { describe, expect, test } from 'bun:test'

import { CALLBACK_URL, load, rowsOf } from './danaconnect-caller.ts'
import type { FaultName } from './fault-table.ts'
import { createWorkbench, type Workbench } from './workbench.ts'

const NOTICE = {
  fileName: 's3://contactsfile/3233/contacts.csv',
  fileSize: 7,
  logID: 1,
  result: 'FINISHED',
  idCompany: 'demo',
  idWebDb: 987,
  lineCount: 2,
  movedFile: 'processed/Log1-webdb987',
}

function armed(fault: FaultName, more: { delayMs?: number } = {}): Workbench {
  const bench = createWorkbench()
  bench.mocks.setFault({ upstream: 'danaconnect', fault, times: 1, ...more })
  return bench
}

const bodies = (bench: Workbench): unknown[] => bench.posted.map(({ body }) => body)

describe('a callback under a fault', () => {
  const odd: [fault: FaultName, bodies: object[]][] = [
    ['callback-never', []],
    ['callback-twice', [NOTICE, NOTICE]],
    ['callback-unknown-result', [{ ...NOTICE, result: 'ABORTED' }]],
    ['callback-low-count', [{ ...NOTICE, lineCount: 1 }]],
    ['callback-extra-keys', [{ ...NOTICE, rejectedFile: 'rejected/none', elapsed: 12 }]],
    ['callback-numbers-as-text', [{ ...NOTICE, fileSize: '7', logID: '1', idWebDb: '987', lineCount: '2' }]],
    [
      'callback-forged-ids',
      [{ ...NOTICE, idCompany: 'somebody-else', idWebDb: 1, lineCount: 0, result: 'ABORTED' }, NOTICE],
    ],
    ['rows-rejected', [{ ...NOTICE, lineCount: 1 }]],
  ]
  test.each(odd)('%s', async (fault, expected) => {
    const bench = armed(fault)
    await load(bench, 'A,x\nB,y')
    await bench.mocks.runAll()
    expect(bodies(bench)).toEqual(expected)
    expect(rowsOf(bench)).toHaveLength(fault === 'rows-rejected' ? 1 : 2)
  })

  test('callback-no-moved-file leaves one member out', async () => {
    const bench = armed('callback-no-moved-file')
    await load(bench, 'A,x\nB,y')
    await bench.mocks.runAll()
    const { movedFile: _, ...rest } = NOTICE
    expect(bodies(bench)).toEqual([rest])
  })

  test('callback-forged-path goes to a wrong path first', async () => {
    const bench = armed('callback-forged-path')
    await load(bench, 'A,x\nB,y')
    await bench.mocks.runAll()
    expect(bench.posted).toEqual([
      { url: 'http://receiver.test/callbacks/guessed', body: NOTICE },
      { url: CALLBACK_URL, body: NOTICE },
    ])
  })

  test('callback-late comes after two hours, or after what the order says', async () => {
    for (const [bench, waitMs] of [
      [armed('callback-late'), 7_200_000],
      [armed('callback-late', { delayMs: 5000 }), 5000],
    ] as const) {
      await load(bench, 'A,x\nB,y')
      await bench.pass(1000)
      await bench.pass(waitMs - 1)
      expect([bench.posted.length, rowsOf(bench).length]).toEqual([0, 2])
      await bench.pass(1)
      expect(bodies(bench)).toEqual([NOTICE])
    }
  })

  test('callback-out-of-order comes after that of the next load', async () => {
    const bench = armed('callback-out-of-order')
    await load(bench, 'A,x\nB,y')
    await bench.mocks.runAll()
    expect(bench.posted).toEqual([])
    await load(bench, 'C,z')
    await bench.mocks.runAll()
    expect(bench.posted).toMatchObject([{ body: { logID: 2 } }, { body: { logID: 1 } }])
  })

  test('callback-before-reply has been sent when the load is answered', async () => {
    const bench = armed('callback-before-reply')
    expect((await load(bench, 'A,x\nB,y')).status).toBe(200)
    expect(bodies(bench)).toEqual([NOTICE])
  })

  const retried: [name: string, fault: FaultName | null, answers: (number | null)[], sent: number][] = [
    ['is given up where the receiver answers 500', null, [500], 1],
    ['is sent three times under callback-retried', 'callback-retried', [500, null, 500], 3],
    ['is sent until it is taken', 'callback-retried', [500, 204], 2],
  ]
  test.each(retried)('a callback %s', async (_name, fault, answers, sent) => {
    const bench = fault === null ? createWorkbench() : armed(fault)
    bench.answers.splice(0, 1, ...answers)
    await load(bench, 'A,x\nB,y')
    await bench.mocks.runAll()
    expect(bench.posted).toHaveLength(sent)
    expect(bench.mocks.state().danaconnect['callbackCount']).toBe(sent)
  })

  test('a callback is sent as often as the settings say, a minute apart', async () => {
    const bench = createWorkbench({ danaconnect: { callbackTries: 2 } })
    bench.answers.splice(0, 1, 503)
    await load(bench, 'A,x')
    await bench.pass(1000)
    await bench.pass(59_999)
    expect(bench.posted).toHaveLength(1)
    await bench.pass(1)
    await bench.pass(600_000)
    expect(bench.posted).toHaveLength(2)
  })

  test('a fault of the callback leaves the reply of the load alone, and a fault of replies leaves the callback alone', async () => {
    const bench = armed('callback-never')
    expect((await load(bench, 'A,x')).status).toBe(200)
    expect(bench.mocks.activeFaults()).toEqual([])
    bench.mocks.setFault({ upstream: 'danaconnect', fault: 'status-503', times: 2 })
    expect((await load(bench, 'A,x')).status).toBe(503)
    expect(bench.mocks.activeFaults()).toMatchObject([{ remaining: 1 }])
  })

  test('an address that is none is noted as not answered', async () => {
    const bench = createWorkbench()
    await load(bench, 'A,x', { callbackUrl: 'not an address' })
    await bench.mocks.runAll()
    expect(bench.mocks.state().danaconnect['callbacks']).toMatchObject([{ status: null }])
  })
})
