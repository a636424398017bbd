import { describe, expect, test } from 'bun:test'

import { mayRepeat, type OperationName, operations } from './operations.ts'

test('every operation says whether it may be repeated, and what settles whether it took effect', () => {
  const facts = Object.entries(operations).map(([name, { idempotent, reconcile, readBack, receipt }]) => [
    name,
    idempotent,
    reconcile,
    readBack,
    receipt,
  ])
  expect(facts).toEqual([
    ['conversations.startData', false, 'person', null, ['requestId', 'recordUid']],
    ['conversations.startDataByProject', false, 'person', null, ['requestId', 'recordUid']],
    ['conversations.startList', false, 'person', null, ['requestId', 'recordUid']],
    ['contacts.load', false, 'callback', null, ['fileName']],
    ['records.retrieve', true, 'send-again', null, ['requestId']],
    ['triggers.fire', false, 'read-back', 'records.retrieve', []],
    ['files.upload', true, 'send-again', null, ['fileId']],
    ['v2.token.get', true, 'send-again', null, ['token']],
    ['v2.conversations.startData', false, 'person', null, ['requestId', 'recordUid']],
    ['v2.conversations.startDataByProject', false, 'person', null, ['requestId', 'recordUid']],
    ['v2.conversations.startList', false, 'person', null, ['requestId', 'recordUid']],
    ['v2.records.retrieve', true, 'send-again', null, ['requestId']],
  ])
})

describe('mayRepeat', () => {
  const cases: [name: string, operation: OperationName, input: unknown, expected: boolean][] = [
    ['refuses a load that says nothing, which is INSALL', 'contacts.load', {}, false],
    ['refuses INSALL', 'contacts.load', { operationType: 'INSALL' }, false],
    ['allows INSNEW', 'contacts.load', { operationType: 'INSNEW' }, true],
    ['allows UPDALL', 'contacts.load', { operationType: 'UPDALL' }, true],
    ['allows UPDINS', 'contacts.load', { operationType: 'UPDINS' }, true],
    ['refuses what it does not know', 'contacts.load', { operationType: 'updins' }, false],
    ['refuses an input that is none', 'contacts.load', null, false],
    ['refuses a start', 'conversations.startData', { operationType: 'UPDINS' }, false],
    ['allows a retrieval', 'records.retrieve', { dana: 'a' }, true],
  ]
  test.each(cases)('%s', (_, operation, input, expected) => {
    expect(mayRepeat(operation, input)).toBe(expected)
  })
})
