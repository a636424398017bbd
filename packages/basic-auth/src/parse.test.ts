import { describe, expect, test } from 'bun:test'
import { parseBasicAuth } from './parse.ts'

const read: [name: string, header: string, user: string, password: string][] = [
  ['reads the example of the RFC', 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==', 'Aladdin', 'open sesame'],
  ['reads UTF-8', 'Basic dGVzdDoxMjPCow==', 'test', '123£'],
  ['takes the scheme in any case', 'bAsIc YTpi', 'a', 'b'],
  ['takes several spaces after the scheme', 'Basic    YTpi', 'a', 'b'],
  ['ends the user at the first colon', 'Basic YTpiOmM6', 'a', 'b:c:'],
  ['reads an empty user and password', 'Basic Og==', '', ''],
  ['keeps a byte order mark', 'Basic 77u/OmI=', '\ufeff', 'b'],
  ['keeps + and / of the alphabet', 'Basic 4oK+OsO/', '\u20be', 'ÿ'],
]

const malformed: [name: string, header: string][] = [
  ['refuses another scheme', 'Bearer YTpi'],
  ['refuses a scheme that only begins alike', 'Basics YTpi'],
  ['refuses the scheme alone', 'Basic'],
  ['refuses the scheme and a blank', 'Basic '],
  ['refuses a missing blank', 'BasicYTpi'],
  ['refuses a tab for the blank', 'Basic\tYTpi'],
  ['refuses a blank before the scheme', ' Basic YTpi'],
  ['refuses a blank at the end', 'Basic YTpi '],
  ['refuses a newline at the end', 'Basic YTpi\n'],
  ['refuses a blank inside', 'Basic YT pi'],
  ['refuses absent padding', 'Basic YTo'],
  ['refuses half the padding', 'Basic Og='],
  ['refuses too much padding', 'Basic YTpi=='],
  ['refuses padding inside', 'Basic Og==YTpi'],
  ['refuses stray last bits', 'Basic Oh=='],
  ['refuses the URL alphabet', 'Basic 4oK-OsO_'],
  ['refuses a length that no base64 has', 'Basic YTpiY'],
  ['refuses two credentials', 'Basic YTpi, Basic YTpi'],
  ['refuses a login without a colon', 'Basic YWI='],
  ['refuses Latin-1', 'Basic YTrj'],
  ['refuses an overlong form', 'Basic YTrAgA=='],
  ['refuses a newline in the login', 'Basic YTpiCg=='],
  ['refuses the null character in the login', 'Basic YQA6Yg=='],
]

describe('parseBasicAuth', () => {
  test.each(read)('%s', (_name, header, user, password) => {
    expect(parseBasicAuth(header)).toEqual({ user, password })
  })

  test.each(malformed)('%s', (_name, header) => {
    expect(() => parseBasicAuth(header)).toThrow(
      expect.objectContaining({ name: 'VerifyError', code: 'AUTH_MALFORMED', retry: 'never' }),
    )
  })

  test.each([
    ['tells an absent header apart', null],
    ['takes undefined for absent, as Node has it', undefined],
    ['takes an empty header for absent', ''],
  ])('%s', (_name, header) => {
    expect(() => parseBasicAuth(header)).toThrow(expect.objectContaining({ code: 'AUTH_MISSING' }))
  })

  test('leaves what it read out of the message', () => {
    expect(() => parseBasicAuth('Basic Y2FuYXJ5')).toThrow(
      expect.objectContaining({ message: 'basic auth: the login has no colon' }),
    )
  })
})
