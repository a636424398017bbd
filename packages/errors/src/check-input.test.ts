import { describe, expect, test } from 'bun:test'

import { type InputSchema, checkInput } from './check-input.ts'
import { type Issue, SchemaError } from './stages.ts'

type Validate = InputSchema<string>['~standard']['validate']

function schema(validate: Validate, vendor = 'zod'): InputSchema<string> {
  return { '~standard': { validate, vendor } }
}

function issuesOf(validate: Validate, vendor?: string): readonly Issue[] {
  try {
    checkInput('demo', schema(validate, vendor), 'canary')
  } catch (error) {
    if (error instanceof SchemaError) return error.issues
    throw error
  }
  throw new Error('the value was accepted')
}

test('returns what the schema makes of a value that fits', () => {
  const trimmed = schema((value) => ({ value: String(value).trim() }))
  expect(checkInput('demo', trimmed, ' a ')).toBe('a')
})

describe('names the place of a fault', () => {
  const cases: [name: string, path: readonly (PropertyKey | { key: PropertyKey })[] | undefined, expected: string][] = [
    ['that is the whole value', undefined, ''],
    ['that is the whole value, with an empty path', [], ''],
    ['in a member', ['email'], 'email'],
    ['in a list inside a member', ['contact', 'tags', 2], 'contact.tags[2]'],
    ['in a list of lists', [0, 1], '[0][1]'],
    ['whose parts are objects', [{ key: 'contact' }, { key: 0 }], 'contact[0]'],
  ]
  test.each(cases)('%s', (_, path, expected) => {
    expect(issuesOf(() => ({ issues: [{ message: 'expected text', path }] }))).toEqual([
      { path: expected, message: 'expected text' },
    ])
  })
})

test('lists at most twenty faults', () => {
  const many = Array.from({ length: 21 }, (_, row) => ({ message: 'expected text', path: [row] }))
  const issues = issuesOf(() => ({ issues: many }))
  expect([issues.length, issues.at(-1)?.path]).toEqual([20, '[19]'])
})

test('throws an error with the given message, and never the value', () => {
  const faulty = schema(() => ({ issues: [{ message: 'expected text' }] }))
  expect(() => checkInput('demo', faulty, 'canary')).toThrow(
    expect.objectContaining({ code: 'SCHEMA_MISMATCH', message: 'demo: the input does not fit' }),
  )
})

test.each([['valibot'], ['arktype'], ['another']])(
  'keeps the place, and drops the message, of a schema of %s: it may quote the value',
  (vendor) => {
    const quoting = (value: unknown) => ({ issues: [{ message: `received "${String(value)}"`, path: ['email'] }] })
    expect(issuesOf(quoting, vendor)).toEqual([{ path: 'email', message: 'is not what its schema expects' }])
  },
)

test('drops the message of a schema that does not say whose it is', () => {
  const unnamed = { '~standard': { validate: () => ({ issues: [{ message: 'received "canary"' }] }) } }
  expect(() => checkInput('demo', unnamed, 'canary')).toThrow(
    expect.objectContaining({ issues: [{ path: '', message: 'is not what its schema expects' }] }),
  )
})

test('refuses a schema that has to be awaited, rather than to take everything', () => {
  expect(issuesOf(async (value) => ({ value: String(value) }))).toEqual([
    { path: '', message: 'its schema has to be awaited' },
  ])
})
