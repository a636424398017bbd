import { describe, expect, test } from 'bun:test'
import type { BasicCredentials } from './format.ts'
import { verifyBasicAuth } from './verify.ts'

const header = 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=='
const aladdin = { user: 'Aladdin', password: 'open sesame' }
const other = { user: 'Ali', password: 'Baba' }

const accepted: [name: string, header: string, expected: BasicCredentials | BasicCredentials[]][] = [
  ['accepts the expected login', header, aladdin],
  ['accepts the first of several', header, [aladdin, other]],
  ['accepts the last of several', header, [other, aladdin]],
]

const rejected: [name: string, expected: BasicCredentials | BasicCredentials[]][] = [
  ['rejects another user', { user: 'Aladdim', password: 'open sesame' }],
  ['rejects another password', { user: 'Aladdin', password: 'open sesamf' }],
  ['rejects when the first character differs', { user: 'aladdin', password: 'open sesame' }],
  ['rejects a password that the given one begins with', { user: 'Aladdin', password: 'open' }],
  ['rejects a password that begins with the given one', { user: 'Aladdin', password: 'open sesame!' }],
  ['rejects a password whose repetition is the given one', { user: 'Aladdin', password: 'open sesameopen sesame' }],
  ['rejects when an empty password is expected', { user: 'Aladdin', password: '' }],
  ['rejects user and password that swap places', { user: 'open sesame', password: 'Aladdin' }],
  [
    'rejects the user of one with the password of the other',
    [
      { user: 'Aladdin', password: 'Baba' },
      { user: 'Ali', password: 'open sesame' },
    ],
  ],
  ['rejects everybody when nobody is expected', []],
]

describe('verifyBasicAuth', () => {
  test.each(accepted)('%s', (_name, given, expected) => {
    expect(verifyBasicAuth(given, expected)).toBeUndefined()
  })

  test.each(rejected)('%s', (_name, expected) => {
    expect(() => verifyBasicAuth(header, expected)).toThrow(
      expect.objectContaining({ name: 'VerifyError', code: 'AUTH_REJECTED', retry: 'never' }),
    )
  })

  test.each<[string, BasicCredentials | BasicCredentials[]]>([
    ['alone', { user: 'a', password: '' }],
    ['in a list', [{ user: 'a', password: '' }, aladdin]],
  ])('rejects an empty password even where it is expected, %s', (_name, expected) => {
    expect(() => verifyBasicAuth('Basic YTo=', expected)).toThrow(expect.objectContaining({ code: 'AUTH_REJECTED' }))
  })

  test('rejects a short password whose repetition is expected', () => {
    expect(() => verifyBasicAuth('Basic YTpi', { user: 'a', password: 'bb' })).toThrow(
      expect.objectContaining({ code: 'AUTH_REJECTED' }),
    )
  })

  test.each([
    ['tells an absent header apart', null, 'AUTH_MISSING'],
    ['takes undefined for absent, as Node has it', undefined, 'AUTH_MISSING'],
    ['tells an unreadable header apart', 'Basic ?', 'AUTH_MALFORMED'],
  ])('%s', (_name, given, code) => {
    expect(() => verifyBasicAuth(given, aladdin)).toThrow(expect.objectContaining({ code }))
  })

  test('compares both parts of every login, whichever matches', () => {
    const read: string[] = []
    const watched = (name: string, login: BasicCredentials): BasicCredentials => ({
      get user() {
        read.push(`${name} user`)
        return login.user
      },
      get password() {
        read.push(`${name} password`)
        return login.password
      },
    })
    verifyBasicAuth(header, [watched('first', aladdin), watched('second', other)])
    expect(read).toEqual(['first user', 'first password', 'second user', 'second password'])
  })
})
