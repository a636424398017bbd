import { describe, expect, test } from 'bun:test'
import { SchemaError } from '@sluice/errors'

import { judgeCallback } from './callback.ts'

/** The vendor's sample. */
const SAMPLE = {
  fileName: 's3://contactsfile/3233/Contacts.csv',
  fileSize: 2_910_575,
  logID: 9876,
  result: 'FINISHED',
  idCompany: 'CompanyCode',
  idWebDb: 987,
  lineCount: 7832,
  movedFile: 'processed/Log9876-webdb987',
}

describe('a callback says that a load', () => {
  const cases: [name: string, changed: object, sent: number | undefined, expected: object][] = [
    ['finished, when all lines were counted', {}, 7832, { verdict: 'finished' }],
    ['finished, when nobody knows how many were sent', {}, undefined, { verdict: 'finished' }],
    [
      'finished in part, when lines are missing',
      { lineCount: 7830 },
      7832,
      { verdict: 'partial', code: 'DANACONNECT_LOAD_PARTIAL', counts: { total: 7832, bad: 2 } },
    ],
    [
      'finished in part, when more lines were counted than sent',
      { lineCount: 7833 },
      7832,
      { verdict: 'partial', code: 'DANACONNECT_LOAD_UNCOUNTED' },
    ],
    [
      'finished in part, when no lines were counted',
      { lineCount: undefined },
      7832,
      { verdict: 'partial', code: 'DANACONNECT_LOAD_UNCOUNTED' },
    ],
    ['failed, for another result', { result: 'ERROR' }, 7832, { verdict: 'failed', code: 'DANACONNECT_LOAD_FAILED' }],
    [
      'failed, for a result in another case',
      { result: 'Finished' },
      7832,
      { verdict: 'failed', code: 'DANACONNECT_LOAD_FAILED' },
    ],
    ['failed, for an empty result', { result: '' }, undefined, { verdict: 'failed', code: 'DANACONNECT_LOAD_FAILED' }],
  ]
  test.each(cases)('%s', (_, changed, sent, expected) => {
    const { callback: __, correlationId, ...verdict } = judgeCallback({ ...SAMPLE, ...changed }, sent)
    expect<object>(verdict).toEqual(expected)
    expect(correlationId).toBe('Contacts')
  })
})

describe('a callback is read', () => {
  test('with numbers as text, without movedFile, and with further members', () => {
    const { movedFile: _, ...sample } = SAMPLE
    const odd = { ...sample, fileSize: '2910575', logID: '9876', idWebDb: '987', lineCount: '7832', extra: { a: 1 } }
    expect(judgeCallback(odd, 7832)).toEqual({
      verdict: 'finished',
      correlationId: 'Contacts',
      callback: { ...sample, extra: { a: 1 } },
    })
  })

  const names: [name: string, fileName: string, expected: string][] = [
    ['behind the path of the vendor', 's3://contactsfile/3233/d-1.csv', 'd-1'],
    ['with its bare name', 'd-1.csv', 'd-1'],
    ['with dots in it', 's3://contactsfile/3233/01J.v2.csv', '01J.v2'],
    ['without its extension', 's3://contactsfile/3233/d-1', 'd-1'],
  ]
  test.each(names)('with its file %s', (_, fileName, expected) => {
    expect(judgeCallback({ ...SAMPLE, fileName }).correlationId).toBe(expected)
  })
})

describe('a callback is no callback', () => {
  const cases: [name: string, body: unknown, paths: string[]][] = [
    ['when it is not an object', 'FINISHED', ['']],
    ['when it is null', null, ['']],
    ['without its file', { result: 'FINISHED' }, ['fileName']],
    ['without its result', { fileName: 'a.csv' }, ['result']],
    ['when its lines are no number', { ...SAMPLE, lineCount: 'many' }, ['lineCount']],
    ['when its lines are no whole number', { ...SAMPLE, lineCount: 1.5 }, ['lineCount']],
  ]
  test.each(cases)('%s', (_, body, paths) => {
    const attempt = () => judgeCallback(body, 1)
    expect(attempt).toThrow(SchemaError)
    expect(attempt).toThrow(expect.objectContaining({ issues: paths.map((path) => expect.objectContaining({ path })) }))
  })
})
