import { describe, expect, test } from 'bun:test'
import { formatBasicAuth } from './format.ts'

const written: [name: string, user: string, password: string, header: string][] = [
  // RFC 7617 section 2, and section 2.1 for UTF-8.
  ['writes the example of the RFC', 'Aladdin', 'open sesame', 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=='],
  ['writes UTF-8', 'test', '123£', 'Basic dGVzdDoxMjPCow=='],
  ['writes characters outside the first plane', 'u', '😀', 'Basic dTrwn5iA'],
  ['writes a user at a company', 'user@company', 'p', 'Basic dXNlckBjb21wYW55OnA='],
  ['keeps colons of the password', 'a', 'b:c:', 'Basic YTpiOmM6'],
  ['writes an empty password', 'a', '', 'Basic YTo='],
  ['writes an empty user', '', 'b', 'Basic OmI='],
]

const refused: [name: string, user: string, password: string][] = [
  ['refuses a colon in the user', 'a:b', 'c'],
  ['refuses a newline', 'a', 'b\n'],
  ['refuses a tab in the user', 'a\t', 'b'],
  ['refuses the null character', 'a', '\u0000'],
  ['refuses DEL', 'a', 'b\u007f'],
  ['refuses a control character above ASCII', 'a', 'b\u0085'],
  ['refuses half a surrogate pair', 'a', 'b\ud83d'],
]

describe('formatBasicAuth', () => {
  test.each(written)('%s', (_name, user, password, header) => {
    expect(formatBasicAuth({ user, password })).toBe(header)
  })

  test.each(refused)('%s', (_name, user, password) => {
    expect(() => formatBasicAuth({ user, password })).toThrow(
      expect.objectContaining({ name: 'EncodeError', code: 'AUTH_CHARACTER', retry: 'never' }),
    )
  })

  test('leaves the login out of the message', () => {
    expect(() => formatBasicAuth({ user: 'canary-user:', password: 'canary-password' })).toThrow(
      expect.objectContaining({ message: 'basic auth: the user has a colon' }),
    )
  })
})
