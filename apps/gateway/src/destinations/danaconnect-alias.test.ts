import { describe, expect, test } from 'bun:test'
import { issuesOf } from '../flow/validate.ts'
import { AliasError, aliasFaults, conversationsBy, startDataPayload, startListPayload } from './danaconnect-alias.ts'

const fields = { EMAIL: 'ada@example.com' }

describe('a payload names one conversation', () => {
  test.each([
    ['by its number', { conversationID: 1001, fields }],
    ['by an alias', { conversation: 'welcome', fields }],
  ])('%s', (_, payload) => {
    expect(startDataPayload.parse(payload)).toEqual(payload)
    const { fields: __, ...named } = payload
    expect(startListPayload.parse(named)).toEqual(named)
  })

  const NEITHER = 'expected conversationID, or the alias of one as conversation'
  test.each([
    ['neither', { fields }, '', NEITHER],
    ['both', { conversationID: 1, conversation: 'welcome', fields }, '', NEITHER],
    [
      'an alias that is none',
      { conversation: 'Welcome!', fields },
      'conversation',
      'expected 1 to 63 of a-z, 0-9 and -',
    ],
    [
      'text for a number',
      { conversationID: '1', fields },
      'conversationID',
      'Invalid input: expected number, received string',
    ],
    [
      'a field of the wrong kind',
      { conversation: 'welcome', fields: { A: true } },
      'fields.A',
      'expected a string or a number',
    ],
    [
      'a name that is not known',
      { conversation: 'welcome', fields, x: 1 },
      '',
      'Unrecognized keys: expected none but conversationID, conversation, fields',
    ],
    ['null', null, '', 'Invalid input: expected object, received null'],
  ])('%s is refused where it is wrong', (_, payload, path, message) => {
    const { error } = startDataPayload.safeParse(payload)
    expect(error === undefined ? [] : issuesOf(error)).toEqual([{ path, message }])
  })
})

describe('an alias stands for', () => {
  const configured = { welcome: 1, toString: 2 }
  test.each([
    ['what was set, before what is configured', 'welcome', 7, 7],
    ['what is configured, where nothing was set', 'welcome', null, 1],
    ['what was set, where nothing is configured', 'other', 7, 7],
  ])('%s', async (_, alias, stored, expected) => {
    expect(await conversationsBy(configured, () => Promise.resolve(stored))(alias)).toBe(expected)
  })

  test('what is configured, where nobody can set anything', async () => {
    expect(await conversationsBy(configured, undefined)('welcome')).toBe(1)
  })

  test.each(['other', 'constructor', '__proto__'])('nothing: %s', async (alias) => {
    const failure: unknown = await conversationsBy({}, () => Promise.resolve(null))(alias).catch(
      (error: unknown) => error,
    )
    expect(failure).toBeInstanceOf(AliasError)
    expect(failure).toMatchObject({ code: 'CONVERSATION_ALIAS_UNKNOWN', retry: 'never' })
  })
})

test.each([
  ['nothing wrong', { welcome: 1001 }, 0],
  ['a name that is none', { 'We lcome': 1001 }, 1],
  ['a number that is none', { welcome: 0, bye: 1.5 }, 2],
])('aliases of a configuration: %s', (_, aliases, count) => {
  expect(aliasFaults(aliases)).toHaveLength(count)
})
