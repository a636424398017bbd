import { describe, expect, test } from 'bun:test'
import { formatHeaderToken, verifyHeaderToken } from './header-token.ts'

const accepted: [name: string, value: string, expected: string | string[]][] = [
  ['accepts the expected token', 'k-1', 'k-1'],
  ['accepts characters that no bearer token has', 'a b:"å"', 'a b:"å"'],
  ['accepts the first of several', 'k-1', ['k-1', 'k-2']],
  ['accepts the last of several', 'k-2', ['k-1', 'k-2']],
]

const refused: [name: string, value: string | null | undefined, expected: string | string[], code: string][] = [
  ['rejects when the last character differs', 'k-1', 'k-2', 'AUTH_REJECTED'],
  ['rejects when the first character differs', 'j-1', 'k-1', 'AUTH_REJECTED'],
  ['rejects the beginning of the token', 'k-', 'k-1', 'AUTH_REJECTED'],
  ['rejects the token and more', 'k-1k', 'k-1', 'AUTH_REJECTED'],
  ['rejects the token twice', 'k-1k-1', 'k-1', 'AUTH_REJECTED'],
  ['rejects everybody when nobody is expected', 'k-1', [], 'AUTH_REJECTED'],
  ['rejects when the expected token is empty', 'k-1', '', 'AUTH_REJECTED'],
  ['takes an empty value for absent, even when empty is expected', '', '', 'AUTH_MISSING'],
  ['tells an absent value apart', null, 'k-1', 'AUTH_MISSING'],
  ['takes undefined for absent, as Node has it', undefined, 'k-1', 'AUTH_MISSING'],
]

describe('formatHeaderToken', () => {
  test.each([['k'], ['k-1'], ['a b:"~!']])('writes %s as it is', (token) => {
    expect(formatHeaderToken(token)).toBe(token)
  })

  test.each([
    ['nothing', ''],
    ['a blank alone', ' '],
    ['a blank at the beginning', ' canary'],
    ['a blank at the end', 'canary '],
    ['a line end', 'canary\r\nx-admin: 1'],
    ['a line end at the end', 'canary\n'],
    ['a tab', 'can\tary'],
    ['DEL', 'canary\u007f'],
    ['a letter above ASCII', 'canaryå'],
  ])('refuses %s, and does not quote it', (_name, token) => {
    expect(() => formatHeaderToken(token)).toThrow(
      expect.objectContaining({
        name: 'EncodeError',
        code: 'AUTH_CHARACTER',
        message: 'token auth: the token is empty or has a character that a header may lose',
      }),
    )
  })
})

describe('verifyHeaderToken', () => {
  test.each(accepted)('%s', (_name, value, expected) => {
    expect(verifyHeaderToken(value, expected)).toBeUndefined()
  })

  test.each(refused)('%s', (_name, value, expected, code) => {
    expect(() => verifyHeaderToken(value, expected)).toThrow(
      expect.objectContaining({ name: 'VerifyError', code, retry: 'never' }),
    )
  })

  test('leaves the tokens out of the message', () => {
    expect(() => verifyHeaderToken('canary-given', 'canary-expected')).toThrow(
      expect.objectContaining({ message: 'token auth: the token is not one that is accepted' }),
    )
  })
})
