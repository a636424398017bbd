import { describe, expect, test } from 'bun:test'
import { canonicalRequest } from './canonical-request.ts'

const bare = { method: 'GET', path: '/', query: '', headers: [], signedHeaders: [], bodyHash: 'HASH' }

describe('canonicalRequest', () => {
  test('writes the example of AWS', () => {
    const canonical = canonicalRequest({
      method: 'GET',
      path: '/',
      query: 'Action=ListUsers&Version=2010-05-08',
      headers: [
        ['Host', 'iam.amazonaws.com'],
        ['Content-Type', 'application/x-www-form-urlencoded; charset=utf-8'],
        ['X-Amz-Date', '20150830T123600Z'],
        ['User-Agent', 'not signed'],
      ],
      signedHeaders: ['x-amz-date', 'content-type', 'host'],
      bodyHash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    })
    expect(canonical).toBe(
      [
        'GET',
        '/',
        'Action=ListUsers&Version=2010-05-08',
        'content-type:application/x-www-form-urlencoded; charset=utf-8',
        'host:iam.amazonaws.com',
        'x-amz-date:20150830T123600Z',
        '',
        'content-type;host;x-amz-date',
        'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      ].join('\n'),
    )
  })

  test.each<[string, string, string]>([
    ['takes the empty path for /', '', '/'],
    ['keeps unreserved characters', '/aZ09-._~', '/aZ09-._~'],
    ['encodes what is encoded once more', '/example%20space/', '/example%2520space/'],
    [
      'encodes raw characters',
      "/$delete/a:b@c,d;e=f&g+h!i*j'k(l)",
      '/%24delete/a%3Ab%40c%2Cd%3Be%3Df%26g%2Bh%21i%2Aj%27k%28l%29',
    ],
    ['encodes raw UTF-8', '/ሴ', '/%E1%88%B4'],
    ['keeps escapes that are not UTF-8', '/%E5', '/%25E5'],
    ['resolves a single dot', '/./example', '/example'],
    ['resolves dots at the end', '/example/.', '/example/'],
    ['resolves double dots', '/example1/example2/../..', '/'],
    ['keeps the slash that double dots leave', '/a/b/..', '/a/'],
    ['stops at the root', '/../../a', '/a'],
    ['keeps names that only begin with dots', '/...a/..b', '/...a/..b'],
    ['collapses slashes', '//example///a//', '/example/a/'],
    ['resolves double dots before it collapses slashes', '/a//../b', '/a/b'],
    ['keeps encoded slashes apart', '/a%2Fb', '/a%252Fb'],
  ])('path: %s', (_name, path, expected) => {
    expect(canonicalRequest({ ...bare, path }).split('\n')[1]).toBe(expected)
  })

  test.each<[string, string, string]>([
    ['leaves an empty query empty', '', ''],
    ['sorts by name', 'b=1&a=2&B=3', 'B=3&a=2&b=1'],
    ['sorts equal names by value', 'a=b&a=B&a=1', 'a=1&a=B&a=b'],
    ['sorts a name before a longer one, whatever follows', 'a-b=1&a=2', 'a=2&a-b=1'],
    ['sorts by the encoded form', 'Param=2&%E1%88%B4=1&Param-3=3', '%E1%88%B4=1&Param=2&Param-3=3'],
    ['gives a name without = one', 'a&b=', 'a=&b='],
    ['keeps further equal signs in the value, encoded', 'a=b=c', 'a=b%3Dc'],
    ['writes escapes in one form', 'a=%7e%2f%3D%41', 'a=~%2F%3DA'],
    ['encodes raw characters', "a='(!*)'", 'a=%27%28%21%2A%29%27'],
    ['takes a raw + for itself', 'a=b+c', 'a=b%2Bc'],
    ['encodes raw UTF-8', 'ሴ=bar', '%E1%88%B4=bar'],
    ['keeps escapes that are not UTF-8', 'a=%E5%ff', 'a=%E5%FF'],
    ['takes a stray % for itself', 'a=50%&b=%zz', 'a=50%25&b=%25zz'],
    ['keeps a pair with an empty name', '=b', '=b'],
    ['leaves out empty pairs', '&a=1&&b=2&', 'a=1&b=2'],
  ])('query: %s', (_name, query, expected) => {
    expect(canonicalRequest({ ...bare, query }).split('\n')[2]).toBe(expected)
  })

  test.each<[string, [string, string][], string[]]>([
    ['trims values', [['a', '  b\t ']], ['a:b', '']],
    ['makes one blank of several, quoted or not', [['a', '"a   b \t c"']], ['a:"a b c"', '']],
    [
      'joins repeated headers in their order',
      [
        ['A', '2'],
        ['a', '1'],
        ['a', '2'],
      ],
      ['a:2,1,2', ''],
    ],
    [
      'leaves out what is not signed',
      [
        ['b', '1'],
        ['a', '2'],
      ],
      ['a:2', ''],
    ],
    ['writes an absent header as empty', [], ['a:', '']],
  ])('headers: %s', (_name, headers, expected) => {
    expect(
      canonicalRequest({ ...bare, headers, signedHeaders: ['a'] })
        .split('\n')
        .slice(3, 5),
    ).toEqual(expected)
  })
})
