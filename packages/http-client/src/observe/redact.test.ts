import { describe, expect, test } from 'bun:test'

import { createRedact } from './redact.ts'

const shown = (text: string, value: string, maxLength = 1000) => createRedact([{ slot: 's', value }])(text, maxLength)

describe('a secret is replaced', () => {
  test.each([
    ['plain', 'a/b c+d', 'say a/b c+d twice a/b c+d', 'say {s} twice {s}'],
    ['percent-encoded', 'a/b c+é', '?t=a%2Fb%20c%2B%C3%A9&x', '?t={s}&x'],
    ['percent-encoded in lower case', 'a/b', '?t=a%2fb&x', '?t={s}&x'],
    ['percent-encoded as a form', 'a/b c', 't=a%2Fb+c', 't={s}'],
    ['percent-encoded to the last mark', "it's(1)", 't=it%27s%281%29', 't={s}'],
    ['percent-encoded by the rule of RFC 3986', "it's~1", 't=it%27s~1', 't={s}'],
    ['with what means something in a pattern', 'a.*(b|c)[d]$', 'say a.*(b|c)[d]$ or axx', 'say {s} or axx'],
    ['escaped for JSON', 'a"b\\c', '{"t":"a\\"b\\\\c"}', '{"t":"{s}"}'],
    ['escaped for JSON by PHP', 'a/b', '{"t":"a\\/b"}', '{"t":"{s}"}'],
    ['escaped for JSON in ASCII', 'pé', '{"t":"p\\u00e9"}', '{"t":"{s}"}'],
    ['escaped for XML', `a<b>&"'c`, '<t>a&lt;b&gt;&amp;&quot;&apos;c</t>', '<t>{s}</t>'],
    ['escaped for XML, as text', `a"b&c`, '<t>a"b&amp;c</t>', '<t>{s}</t>'],
    ['escaped for XML by number', `it's`, '<t>it&#039;s it&#39;s it&#x27;s</t>', '<t>{s} {s} {s}</t>'],
    ['encoded by URLSearchParams', 'Pa!ss*1~', 't=Pa%21ss*1%7E', 't={s}'],
    ['escaped for JSON in capitals', 'pä', '{"t":"p\\u00E4"}', '{"t":"{s}"}'],
    ['escaped for JSON within HTML', 'a<b>&', '{"t":"a\\u003cb\\u003e\\u0026"}', '{"t":"{s}"}'],
    ['as a whole header', 'Basic dXNlcjpodXNoIQ==', 'got "Basic dXNlcjpodXNoIQ=="', 'got "{s}"'],
    ['as the base64 of a header', 'Basic dXNlcjpodXNoIQ==', 'got dXNlcjpodXNoIQ==.', 'got {s}.'],
    ['as user and password of a header', 'Basic dXNlcjpodXNoIQ==', 'got user:hush!.', 'got {s}.'],
    ['as the password of a header', 'Basic dXNlcjpodXNoIQ==', 'bad password hush!', 'bad password {s}'],
    ['as the token of a header', 'Bearer abcdef', 'token abcdef expired', 'token {s} expired'],
  ])('%s', (_, value, text, expected) => {
    expect(shown(text, value)).toBe(expected)
  })

  test.each([
    ['u', 'dTpsb25nLXBhc3N3b3JkLTE='],
    ['us', 'dXM6bG9uZy1wYXNzd29yZC0x'],
    ['use', 'dXNlOmxvbmctcGFzc3dvcmQtMQ=='],
  ])('inside the base64 of a header for user %s', (_, header) => {
    const text = shown(`echo: Basic ${header}`, 'long-password-1')
    expect(text).toContain('{s}')
    expect(text).not.toContain(header)
  })
})

test('a secret inside base64 for addresses is replaced', () => {
  expect(shown('cursor eyJ0IjoiPz8-Pz8_In0 end', '{"t":"??>???"}')).not.toContain('eyJ0')
})

test('a text with a secret too long for a pattern is not shown', () => {
  const long = 'x'.repeat(300_000)
  expect(shown(`before ${long} after`, long, 1_000_000)).toBe('(not shown: it holds a very long secret)')
})

describe('of several secrets', () => {
  test('the longer one is replaced first', () => {
    const redact = createRedact([
      { slot: 'short', value: 'abc' },
      { slot: 'long', value: 'abcdef' },
    ])
    expect(redact('abcdef abc', 100)).toBe('{long} {short}')
  })

  test('one whose value is another’s slot does not disturb it', () => {
    const redact = createRedact([
      { slot: 'password', value: 'secret-1' },
      { slot: 'x', value: 'password' },
    ])
    expect(redact('secret-1 password', 100)).toBe('{password} {x}')
  })

  test('two of the same value go by the name of the first', () => {
    const redact = createRedact([
      { slot: 'first', value: 'hush' },
      { slot: 'second', value: 'hush' },
    ])
    expect(redact('hush', 100)).toBe('{first}')
  })

  test('an empty one hides nothing', () => {
    expect(shown('text', '')).toBe('text')
  })
})

describe('a long text', () => {
  test('is cut', () => {
    expect(shown('x'.repeat(50), 'hush', 10)).toBe('xxxxxxxxxx')
  })

  test('is cut without leaving half a secret', () => {
    expect(shown('123456hush90', 'hush', 8)).toBe('123456{s')
  })

  test('is not continued where a replaced secret made it shorter', () => {
    expect(shown('hush-hush-hush|half-hus', 'hush-hush-hush', 16)).toBe('{s}|h')
  })
})
