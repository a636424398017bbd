import { formatBasicAuth, parseBasicAuth, verifyBasicAuth } from '@sluice/basic-auth'
import { codeOf, equal } from '../check.ts'
import { cases, type Suite, vectors } from '../suite.ts'

const ALADDIN = { user: 'Aladdin', password: 'open sesame' }
const HEADER = 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=='

type Login = readonly [name: string, user: string, password: string, header: string]

/** Logins beside what they are on the wire. */
const EXAMPLES: readonly Login[] = [
  ['the example of section 2', 'Aladdin', 'open sesame', HEADER],
  ['the example of section 2.1', 'test', '123£', 'Basic dGVzdDoxMjPCow=='],
]

const LOGINS: readonly Login[] = [
  ['a user at a company', 'user@company', 'p', 'Basic dXNlckBjb21wYW55OnA='],
  ['colons of the password', 'a', 'b:c:', 'Basic YTpiOmM6'],
  ['an empty user and password', '', '', 'Basic Og=='],
  ['characters outside the first plane', 'u', '😀', 'Basic dTrwn5iA'],
  ['+ and / of the alphabet', '\u20be', 'ÿ', 'Basic 4oK+OsO/'],
  ['a byte order mark', '\ufeff', 'b', 'Basic 77u/OmI='],
  ['a thousand characters', 'a', 'x'.repeat(998), `Basic YTp4${'eHh4'.repeat(332)}eA==`],
]

const UNREADABLE: readonly [name: string, header: string][] = [
  ['another scheme', 'Bearer YTpi'],
  ['the scheme alone', 'Basic'],
  ['a tab for the blank', 'Basic\tYTpi'],
  ['a blank at the end', 'Basic YTpi '],
  ['a blank inside', 'Basic YT pi'],
  ['a newline inside', 'Basic YT\npi'],
  ['absent padding', 'Basic YTo'],
  ['too much padding', 'Basic YTpi=='],
  ['padding inside', 'Basic Og==YTpi'],
  ['stray last bits', 'Basic Oh=='],
  ['the URL alphabet', 'Basic 4oK-OsO_'],
  ['a length that no base64 has', 'Basic YTpiY'],
  ['a login without a colon', 'Basic YWI='],
  ['Latin-1', 'Basic YTrj'],
  ['an overlong form', 'Basic YTrAgA=='],
  ['half a surrogate pair, as bytes', 'Basic YTrtoL0='],
  ['a character cut off', 'Basic YTrDqcM='],
  ['a newline in the login', 'Basic YTpiCg=='],
  ['NUL in the login', 'Basic YQA6Yg=='],
]

/** What the package promises on every runtime: above all base64 and UTF-8, where runtimes are lenient in several ways. */
export const suite: Suite = () => [
  ...vectors('RFC 7617 is written', EXAMPLES, (_, user, password, header) =>
    equal(formatBasicAuth({ user, password }), header),
  ),
  ...vectors('RFC 7617 is read', EXAMPLES, (_, user, password, header) =>
    equal(parseBasicAuth(header), { user, password }),
  ),
  ...cases('writes', LOGINS, (_, user, password, header) => equal(formatBasicAuth({ user, password }), header)),
  ...cases('reads', LOGINS, (_, user, password, header) => equal(parseBasicAuth(header), { user, password })),
  ...cases('refuses to read', UNREADABLE, async (_, header) =>
    equal(await codeOf(() => parseBasicAuth(header)), 'AUTH_MALFORMED'),
  ),
  ...cases(
    'refuses to write',
    [
      ['a colon in the user', 'a:b', 'c'],
      ['a newline', 'a', 'b\n'],
      ['NUL', 'a', '\u0000'],
      ['a control character above ASCII', 'a', 'b\u0085'],
      ['half a surrogate pair', 'a', 'b\ud83d'],
      ['the other half', 'a\ude00', 'b'],
    ],
    async (_, user, password) => equal(await codeOf(() => formatBasicAuth({ user, password })), 'AUTH_CHARACTER'),
  ),
  ...cases<[header: string | null, expected: { user: string; password: string }[], code: string]>(
    'verifies',
    [
      ['the expected login', HEADER, [ALADDIN], 'accepted'],
      ['the scheme in any case', 'bASIC  QWxhZGRpbjpvcGVuIHNlc2FtZQ==', [ALADDIN], 'accepted'],
      ['one of several', HEADER, [{ user: 'Ali', password: 'Baba' }, ALADDIN], 'accepted'],
      ['another password', HEADER, [{ ...ALADDIN, password: 'open sesamf' }], 'AUTH_REJECTED'],
      ['a password that the given one begins with', HEADER, [{ ...ALADDIN, password: 'open' }], 'AUTH_REJECTED'],
      ['nobody', HEADER, [], 'AUTH_REJECTED'],
      ['an empty password', 'Basic YTo=', [{ user: 'a', password: '' }], 'AUTH_REJECTED'],
      ['no header', null, [ALADDIN], 'AUTH_MISSING'],
      ['an unreadable header', 'Basic ?', [ALADDIN], 'AUTH_MALFORMED'],
    ],
    async (_, header, expected, code) => equal(await codeOf(() => verifyBasicAuth(header, expected)), code),
  ),
  ...cases('a header of a Request', [['is read', HEADER]], (_, header) => {
    const request = new Request('https://a.example/', { headers: { Authorization: header } })
    equal(parseBasicAuth(request.headers.get('authorization')), ALADDIN)
  }),
]
