import { describe, expect, test } from 'bun:test'
import { formatBearer, parseBearer, verifyBearer } from './bearer.ts'

const tokens: [name: string, token: string][] = [
  ['the example of the RFC', 'mF_9.B5f-4.1JqM'],
  ['every kind of character', 'aZ09-._~+/=='],
  ['a single character', '0'],
]

const notTokens: [name: string, token: string][] = [
  ['the empty token', ''],
  ['a blank inside', 'a b'],
  ['a newline at the end', 'a\n'],
  ['padding alone', '='],
  ['padding inside', 'a=b'],
  ['a comma', 'a,b'],
  ['a quote', '"a"'],
  ['a letter above ASCII', 'å'],
]

describe('formatBearer', () => {
  test.each(tokens)('writes %s', (_name, token) => {
    expect(formatBearer(token)).toBe(`Bearer ${token}`)
  })

  test.each(notTokens)('refuses %s', (_name, token) => {
    expect(() => formatBearer(token)).toThrow(expect.objectContaining({ name: 'EncodeError', code: 'AUTH_CHARACTER' }))
  })
})

describe('parseBearer', () => {
  test.each(tokens)('reads %s', (_name, token) => {
    expect(parseBearer(`Bearer ${token}`)).toBe(token)
  })

  test.each(notTokens)('refuses %s', (_name, token) => {
    expect(() => parseBearer(`Bearer ${token}`)).toThrow(expect.objectContaining({ code: 'AUTH_MALFORMED' }))
  })

  test.each([
    ['takes the scheme in any case', 'BEARER abc', 'abc'],
    ['takes several spaces after the scheme', 'Bearer   abc', 'abc'],
  ])('%s', (_name, header, token) => {
    expect(parseBearer(header)).toBe(token)
  })

  test.each([
    ['another scheme', 'Basic YTpi', 'AUTH_MALFORMED'],
    ['the scheme alone', 'Bearer', 'AUTH_MALFORMED'],
    ['a token without scheme', 'abc', 'AUTH_MALFORMED'],
    ['parameters after the token', 'Bearer abc, realm="x"', 'AUTH_MALFORMED'],
    ['an absent header', null, 'AUTH_MISSING'],
    ['a header that is undefined', undefined, 'AUTH_MISSING'],
    ['an empty header', '', 'AUTH_MISSING'],
  ])('refuses %s', (_name, header, code) => {
    expect(() => parseBearer(header)).toThrow(expect.objectContaining({ name: 'VerifyError', code }))
  })
})

describe('verifyBearer', () => {
  test.each<[string, string | string[]]>([
    ['accepts the expected token', 'abc'],
    ['accepts one of several', ['abd', 'abc', 'xyz']],
  ])('%s', (_name, expected) => {
    expect(verifyBearer('Bearer abc', expected)).toBeUndefined()
  })

  test.each<[string, string | null, string | string[], string]>([
    ['rejects another token', 'Bearer abc', 'abd', 'AUTH_REJECTED'],
    ['rejects everybody when nobody is expected', 'Bearer abc', [], 'AUTH_REJECTED'],
    ['tells an unreadable header apart', 'abc', 'abc', 'AUTH_MALFORMED'],
    ['tells an absent header apart', null, 'abc', 'AUTH_MISSING'],
  ])('%s', (_name, header, expected, code) => {
    expect(() => verifyBearer(header, expected)).toThrow(expect.objectContaining({ code }))
  })
})
