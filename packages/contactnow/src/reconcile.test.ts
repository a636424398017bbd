import { describe, expect, test } from 'bun:test'

import { confirmUpdate, findDataset, findRecord } from './reconcile.ts'
import type { DatasetRow, RecordRow } from './rows.ts'

const OTHER: DatasetRow = { dataset: '1', description: 'May leads d-2' }
const MARKED: DatasetRow = { dataset: '9', description: 'May leads d-1' }

describe('a dataset that may have been created', () => {
  const cases: [name: string, total: number, list: DatasetRow[], expected: object][] = [
    ['landed when one has the marker', 2, [OTHER, MARKED], { verdict: 'landed', row: MARKED }],
    ['landed also when not all were listed', 800, [MARKED], { verdict: 'landed', row: MARKED }],
    [
      'is absent when all were listed and none has it',
      1,
      [{ dataset: '1', description: 'd-2' }],
      { verdict: 'absent' },
    ],
    ['is absent when there are none', 0, [], { verdict: 'absent' }],
    ['is unclear when not all were listed', 2, [OTHER], { verdict: 'unclear', rows: [] }],
    [
      'is unclear when one has no description',
      2,
      [OTHER, { dataset: '3' }],
      { verdict: 'unclear', rows: [{ dataset: '3' }] },
    ],
    [
      'is unclear when two have the marker',
      2,
      [MARKED, { ...MARKED, dataset: '10' }],
      { verdict: 'unclear', rows: [MARKED, { ...MARKED, dataset: '10' }] },
    ],
  ]
  test.each(cases)('%s', async (_, total, list, expected) => {
    const asked: unknown[] = []
    const read = async (filter: unknown) => {
      asked.push(filter)
      return { total, list }
    }
    const finding = await findDataset({ datasets: { read } }, { import_table: 'leads', marker: 'd-1' })
    expect<object>(finding).toEqual(expected)
    expect(asked).toEqual([{ import_table: 'leads' }])
  })
})

describe('a record that may have been created', () => {
  const older: RecordRow = { id: '1', HomePhone: '01', Ref: '' }
  const marked: RecordRow = { id: '2', HomePhone: '01', Ref: 'd-1' }
  const cases: [name: string, list: RecordRow[], expected: object][] = [
    ['landed when one has the marker', [older, marked], { verdict: 'landed', row: marked }],
    ['is absent when none has the number', [], { verdict: 'absent' }],
    ['is absent when only one with another marker has the number', [{ id: '3', Ref: 'd-2' }], { verdict: 'absent' }],
    ['is unclear when one without a marker has the number', [older], { verdict: 'unclear', rows: [older] }],
    ['is absent when the marker is only a part of the value', [{ id: '3', Ref: 'd-11' }], { verdict: 'absent' }],
    ['is unclear when a row does not have the column', [{ id: '4' }], { verdict: 'unclear', rows: [{ id: '4' }] }],
    ['is unclear when two have the marker', [marked, marked], { verdict: 'unclear', rows: [marked, marked] }],
  ]
  test.each(cases)('%s', async (_, list, expected) => {
    const asked: unknown[] = []
    const read = async (filter: unknown) => {
      asked.push(filter)
      return { total: list.length, list }
    }
    const marker = { dataset: 337, ddi: '01', limit: 50, column: 'ref', marker: 'd-1' }
    expect<object>(await findRecord({ read }, marker)).toEqual(expected)
    expect(asked).toEqual([{ dataset: 337, ddi: '01', limit: 50 }])
  })
})

describe('an update of a record that may have been done', () => {
  const row: RecordRow = { id: '7', datasetid: '337', OutcomeCode: '98', callback: null, notes: 'a\r\n09:00 paid\r\n' }
  const cases: [name: string, changes: Record<string, string | number>, list: RecordRow[], expected: object][] = [
    ['landed when its columns hold what was sent', { outcomecode: 98 }, [row], { verdict: 'landed', row }],
    [
      'landed when its columns hold what was sent, and the notes end with what was appended',
      { outcomecode: 98, notes_append: 'paid' },
      [row],
      { verdict: 'landed', row },
    ],
    [
      'is unclear when nothing but the end of the notes speaks for it',
      { notes_append: 'paid' },
      [row],
      { verdict: 'unclear', rows: [row] },
    ],
    [
      'is unclear when one column holds what was sent and another does not',
      { outcomecode: 98, callback: '2026-11-22 12:00:00' },
      [row],
      { verdict: 'unclear', rows: [row] },
    ],
    [
      'is unclear when the columns hold what was sent, and the notes do not have the line',
      { outcomecode: 98, notes_append: 'called' },
      [row],
      { verdict: 'unclear', rows: [row] },
    ],
    [
      'is absent when neither column holds what was sent',
      { outcomecode: 109, callback: '2026-11-22 12:00:00' },
      [row],
      { verdict: 'absent' },
    ],
    ['is unclear when nothing was changed', {}, [row], { verdict: 'unclear', rows: [row] }],
    ['landed when a zero time is none', { callback: '0000-00-00 00:00:00' }, [row], { verdict: 'landed', row }],
    ['landed when a time that was taken away is none', { callback: '' }, [row], { verdict: 'landed', row }],
    ['is absent when a column holds something else', { outcomecode: 109 }, [row], { verdict: 'absent' }],
    ['is absent when the notes do not have the line', { Notes_Append: 'called' }, [row], { verdict: 'absent' }],
    [
      'is unclear when the line stands further up',
      { notes_append: 'a' },
      [{ ...row, notes: 'called\na\npaid' }],
      { verdict: 'unclear', rows: [{ ...row, notes: 'called\na\npaid' }] },
    ],
    ['is unclear when a column does not come', { Title: 'Dr' }, [row], { verdict: 'unclear', rows: [row] }],
    ['is unclear when there is no such record', { outcomecode: 98 }, [], { verdict: 'unclear', rows: [] }],
  ]
  test.each(cases)('%s', async (_, changes, list, expected) => {
    const asked: unknown[] = []
    const read = async (filter: unknown) => {
      asked.push(filter)
      return { total: list.length, list }
    }
    expect<object>(await confirmUpdate({ read }, { id: 7, dataset: 337, ...changes })).toEqual(expected)
    expect(asked).toEqual([{ id: 7, dataset: 337 }])
  })
})
