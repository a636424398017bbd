import { describe, expect, test } from 'bun:test'
import { loadCallbacks } from './danaconnect-load.ts'

const { judge } = loadCallbacks('demo', { parameter: 'callbackUrl', baseUrl: 'https://edge.example' })
const BATCH = { id: 'bat_1', size: 2 }
const FINISHED = {
  fileName: 's3://contactsfile/3233/bat_1.csv',
  result: 'FINISHED',
  idCompany: 'demo',
  idWebDb: 987,
  lineCount: 2,
  logID: 7,
}

describe('a callback about a load', () => {
  test.each<[string, object, object | null, object]>([
    ['says that all rows are there', {}, null, { verdict: 'landed', receipt: { logID: 7, confirmed: true } }],
    ['about the list of the one before', {}, { ...FINISHED, logID: 6 }, { verdict: 'landed' }],
    [
      'about another file is not believed',
      { fileName: 's3://contactsfile/3233/bat_2.csv' },
      null,
      { verdict: 'mismatch' },
    ],
    ['about another company is not believed', { idCompany: 'somebody-else' }, null, { verdict: 'mismatch' }],
    [
      'about another list than the one before is for a person',
      { idWebDb: 1000 },
      FINISHED,
      { verdict: 'unclear', code: 'DANACONNECT_OTHER_LIST' },
    ],
    ['about that list again is believed', { idWebDb: 1000 }, { ...FINISHED, idWebDb: 1000 }, { verdict: 'landed' }],
    ['with fewer lines', { lineCount: 1 }, null, { verdict: 'partial', detail: '1 lines were loaded of 2' }],
    ['with no lines named', { lineCount: undefined }, null, { verdict: 'partial', code: 'DANACONNECT_LOAD_UNCOUNTED' }],
    [
      'with another result quotes it',
      { result: 'ABORTED' },
      null,
      { verdict: 'failed', detail: 'The result of the load was "ABORTED".' },
    ],
  ])('%s', (_, fields, before, expected) => {
    const known = before === null ? null : (JSON.parse(JSON.stringify(before)) as { readonly idWebDb: number })
    expect(judge({ ...FINISHED, ...fields }, BATCH, known)).toMatchObject(expected)
  })

  test.each([[null], ['FINISHED'], [{}], [{ result: 'FINISHED' }]])('that is none is refused: %p', (body) => {
    expect(() => judge(body, BATCH, null)).toThrow(expect.objectContaining({ code: 'SCHEMA_MISMATCH' }))
  })
})
