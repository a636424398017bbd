import { describe, expect, test } from 'bun:test'
import jsonata from 'jsonata'
import { compileExpression } from './expression.ts'

const outcome = async (text: string, data: unknown): Promise<unknown> => {
  const { faults, evaluate } = compileExpression(text)
  if (faults.length > 0) return { faults }
  return evaluate(data).catch((error: { reason?: string }) => ({ reason: error.reason }))
}

const CONTACT = { email: 'ada@example.com', first: 'Ada', tags: ['b', 'a', 'b'], items: [{ n: 1 }, { n: 2 }] }

describe('an expression yields', () => {
  test.each<[string, string, unknown]>([
    ['a member', 'email', 'ada@example.com'],
    ['nothing for what is absent', 'phone', undefined],
    ['an object without what is absent', '{ "EMAIL": email, "PHONE": phone }', { EMAIL: 'ada@example.com' }],
    ['a list', 'items.n', [1, 2]],
    ['one entry without its list', 'items[0].n', 1],
    ['what its functions make', '$uppercase(first) & "-" & $pad("7", -3, "0")', 'ADA-007'],
    ['padding of more than one character', '$pad("a", 6, "xy") & $pad("b", 1)', 'axyxyxb'],
    ['a joined text', '$join(tags, ", ")', 'b, a, b'],
    ['replaced text', '$replace("a-b-c", "-", "+")', 'a+b+c'],
    ['text replaced a number of times', '$replace("a-b-c", "-", "+", 1)', 'a+b-c'],
    ['a sorted list', '$sort(tags)', ['a', 'b', 'b']],
    ['a list sorted by a function', '$sort(items, function($l, $r) { $l.n < $r.n }).n', [2, 1]],
    ['a list sorted by a term', 'items^(>n).n', [2, 1]],
    ['each value once', '$distinct(tags)', ['b', 'a']],
    ['each object once', '$count($distinct([{"a":1,"b":2},{"b":2,"a":1}]))', 1],
    ['an object in parts', '$spread([{"a":1,"b":2}, {"c":3}])', [{ a: 1 }, { b: 2 }, { c: 3 }]],
    ['a small object as itself', '$spread({"a":1})', { a: 1 }],
    ['one value of many as itself', '$distinct([1, 1].($ + 1))', 2],
    ['a number by a picture', '$formatNumber(1234.5, "#,##0.00")', '1,234.50'],
    ['a number by a picture, applied', '7 ~> $formatInteger("000")', '007'],
    ['base64', '$base64decode($base64encode("a:b"))', 'a:b'],
    ['a time', '$fromMillis($toMillis("2026-01-02T03:04:05+01:00"))', '2026-01-02T02:04:05.000Z'],
    ['a date', '$toMillis("1970-01-02")', 86_400_000],
    ['a time without a zone, which is UTC', '$toMillis("1970-01-01T00:00:01")', 1000],
    ['a chain', 'tags ~> $map(function($t) { $uppercase($t) }) ~> $join("")', 'BAB'],
    ['what its own recursion makes', '($f := function($n) { $n < 2 ? 1 : $n * $f($n - 1) }; $f(10))', 3_628_800],
    ['a grouping', 'items{ "n" & $string(n): n }', { n1: 1, n2: 2 }],
    [
      'the place in a parent',
      'items.{ "of": %.first, "n": n }',
      [
        { of: 'Ada', n: 1 },
        { of: 'Ada', n: 2 },
      ],
    ],
  ])('%s', async (_, text, expected) => {
    expect(await outcome(text, CONTACT)).toEqual(expected)
  })

  test('plain JSON, also where JSONata makes objects and lists of its own', async () => {
    const made = await outcome('{ "list": items.n, "merged": $merge([items[0], {"m": 2}]) }', CONTACT)
    expect(JSON.stringify(made)).toBe('{"list":[1,2],"merged":{"n":1,"m":2}}')
    expect(Object.getPrototypeOf(made)).toBe(Object.prototype)
  })

  test('the text of a date', async () => {
    expect(await outcome('at', { at: new Date(0) })).toBe('1970-01-01T00:00:00.000Z')
  })

  test('the same for two evaluations side by side, each with a budget of its own', async () => {
    const { evaluate } = compileExpression('$sum($map([1..4000], function($n) { $n * factor }))')
    expect(await Promise.all([evaluate({ factor: 1 }), evaluate({ factor: 2 }), evaluate({ factor: 3 })])).toEqual([
      8_002_000, 16_004_000, 24_006_000,
    ])
  })
})

const STEPS = 'it took more than 100000 steps'
const SIZE = 'a value is larger than 2097152'

describe('an expression ends that', () => {
  test.each<[string, string, string | RegExp]>([
    ['calls itself for ever', '($f := function($n) { 1 + $f($n) }; $f(1))', /D1011|steps/],
    ['calls itself for ever at its end', '($f := function($n) { $f($n) }; $f(1))', STEPS],
    ['calls another that calls it', '($f := function() { $g() }; $g := function() { $f() }; $f())', STEPS],
    ['branches for ever', '($f := function($n) { [$f($n), $f($n)] }; $f(1))', /D1011|steps/],
    ['counts to ten million', '[1..10000000]', /D2015/],
    ['counts further than there are lists', '[1..100000000000]', /D2014/],
    ['multiplies lists', '[1..5000].[1..5000]', /D2015|steps/],
    [
      'loops in loops',
      '$sum($map([1..5000], function($x) { $sum($map([1..5000], function($y) { $x * $y })) }))',
      STEPS,
    ],
    ['appends for ever', '($f := function($l) { $f($append($l, $l)) }; $f([1]))', /D2015/],
    ['doubles a text', '$reduce([1..60], function($t, $i) { $t & $t }, "x")', SIZE],
    ['doubles a text in a list', '$reduce([1..60], function($t, $i) { $join([$t, $t]) }, "x")', SIZE],
    ['doubles an object', '$string($reduce([1..60], function($o, $i) { {"l": $o, "r": $o} }, {"x": 1}))', SIZE],
    [
      'compares doubled objects',
      '($d := function($n) { $n = 0 ? {"x": 1} : {"l": $d($n - 1), "r": $d($n - 1)} }; $d(60) = $d(60))',
      /D1011|steps/,
    ],
    [
      'nests without end',
      '$reduce([1..1000], function($o, $i) { {"o": $o} }, {})',
      'a value is more than 64 levels deep',
    ],
    ['pads without end', '$pad("", 1000000000)', SIZE],
    ['pads to the left without end', '$pad("", -1000000000)', SIZE],
    ['pads again and again', '$map([1..1000], function($n) { $pad("", 2000000, "ab") })', STEPS],
    ['joins by a large text', '($t := $pad("", 1000000); $join($split($t, ""), $t))', /larger|longer/],
    ['replaces by a large text', '($t := $pad("", 1000000); $replace($t, " ", $t))', SIZE],
    ['splits a large text', '$split($pad("", 1000000), "")', 'a list is longer than 5000'],
    [
      'makes a number out of range',
      '$formatNumber($number("0x" & $pad("", 400, "f")), "0e0")',
      'a number is out of range',
    ],
    ['divides by zero', '1 / 0', /D1001|range/],
    [
      'goes through much again and again',
      '($t := $pad("", 1000000); $map([1..5000], function($n) { $length($t) }))',
      STEPS,
    ],
    ['sorts again and again', '$map([1..5000], function($n) { $sort([1..5000]) })', STEPS],
    ['compares in no order', '$sort([1..5000], function($l, $r) { $l < $r })', STEPS],
  ])('%s', async (_, text, expected) => {
    const ended = (await outcome(text, {})) as { reason?: string; faults?: readonly string[] }
    expect(ended.faults).toBeUndefined()
    expect(ended.reason).toMatch(expected)
  })

  test('is given more than it may hold', async () => {
    expect(await outcome('$string($$)', { text: 'x'.repeat(3_000_000) })).toEqual({ reason: SIZE })
    expect(await outcome('$sort(list)', { list: Array.from({ length: 20_000 }, () => 1) })).toEqual({
      reason: 'a list is longer than 5000',
    })
  })
})

describe('an expression is refused at start for', () => {
  test.each<[string, string, readonly string[]]>([
    ['its syntax', '{"a": ', ['Expected "}" before end of expression (S0203, position 6)']],
    ['nesting that cannot be parsed', '('.repeat(50_000), ['it cannot be parsed']],
    ['its length', ' '.repeat(70_000), ['longer than 65536 characters']],
    [
      'a regular expression',
      '$match("aaaaaaaaaaaaaaaaaaaaaaaaaaaa!", /(a+)+$/)',
      ['a regular expression is not taken, as nothing bounds its time; use text, or a typed function (position 48)'],
    ],
    ['the transform operator', '$ ~> |a|{"b":1}|', ['the transform operator is not taken; use $merge (position 6)']],
    [
      'partial application',
      '($f := function($a, $b) { $a }; $f(?, 5))',
      ['partial application is not taken; write function($x) { ... } (position 35)'],
    ],
    [
      'a built-in function that is passed on',
      '$map(tags, $uppercase)',
      [
        '$uppercase is a built-in function and can only be called; to pass it on, write function($x) { $uppercase($x) } (position 21)',
      ],
    ],
    [
      'a built-in function that is replaced',
      '($clone := 1)',
      [
        '$clone is a built-in function and can only be called; to pass it on, write function($x) { $clone($x) } (position 7)',
      ],
    ],
    [
      'the clock and chance',
      '[$now(), $millis(), $random(), $shuffle(a)]',
      [
        '$now is not taken: an expression depends on its data alone (position 5)',
        '$millis is not taken: an expression depends on its data alone (position 16)',
        '$random is not taken: an expression depends on its data alone (position 27)',
        '$shuffle is not taken: an expression depends on its data alone (position 39)',
      ],
    ],
    ['expressions in data', '$eval(code)', ['$eval is not taken: what it would evaluate was not checked (position 5)']],
    [
      'a picture from the data',
      '$formatNumber(1, picture)',
      [
        '$formatNumber takes a number and a picture of at most 64 characters that stands in the expression (position 14)',
      ],
    ],
    [
      'a long picture',
      `1 ~> $formatInteger("${'0,'.repeat(40)}")`,
      [
        '$formatInteger takes a number and a picture of at most 64 characters that stands in the expression (position 20)',
      ],
    ],
    [
      'a picture with a format of its own',
      '$formatNumber(1, "0", {"grouping-separator": ""})',
      [
        '$formatNumber takes a number and a picture of at most 64 characters that stands in the expression (position 14)',
      ],
    ],
    [
      'a prototype',
      'a.__proto__.b.`constructor`',
      ['the name __proto__ is not accepted (position 11)', 'the name constructor is not accepted (position 27)'],
    ],
  ])('%s', (_, text, expected) => {
    expect(compileExpression(text).faults).toEqual([...expected])
  })
})

describe('no prototype', () => {
  test.each<[string, string, unknown]>([
    ['is written', '{ "__proto__": {"polluted": true} }', {}],
    ['is written by a name that is put together', '{ "a": { "__pro" & "to__": {"polluted": true} } }', {}],
    ['is merged', '$merge([{"a": 1}, data])', { data: JSON.parse('{"__proto__":{"polluted":true}}') }],
    ['is written as a constructor', '{ "constructor": {"prototype": {"polluted": true}} }', {}],
    ['is read from the data', '$lookup($, "__proto__")', JSON.parse('{"__proto__":{"polluted":true}}')],
  ])('%s', async (_, text, data) => {
    expect(await outcome(text, data)).toEqual({ reason: 'a name is one that is not accepted' })
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  test.each(['constructor', '__proto__', 'hasOwnProperty', 'toString'])('is found under the name %s', async (name) => {
    expect(await outcome(`$lookup($, "${name}")`, {})).toBeUndefined()
    expect(await outcome(`$lookup(function($x) { $x }, "${name}")`, {})).toBeUndefined()
  })

  test.each<[string, string, unknown]>([
    ['is yielded', '{ "f": function($x) { $x } }', {}],
    ['comes in with the data', 'f', { f: { _jsonata_lambda: true, thunk: true } }],
  ])('nor a function %s', async (_, text, data) => {
    expect(await outcome(text, data)).toEqual({ reason: 'a value has no form in JSON' })
  })
})

describe('what an expression fails with', () => {
  test.each<[string, string, string]>([
    ['a wrong operand', 'first + 1', 'T2001 at position 7'],
    ['a wrong argument', '$sum(first)', 'T0412 at position 5'],
    ['its own error', '$error("about " & email)', 'D3137 at position 7'],
    ['an assertion', '$assert(false, email)', 'D3141 at position 8'],
    ['a time in words', '$toMillis("tomorrow")', 'a time is not ISO 8601'],
    ['a picture', '$fromMillis(1, "[Y]")', 'T0410 at position 12'],
  ])('%s is told by its code and place, without data', async (_, text, reason) => {
    expect(await outcome(text, CONTACT)).toEqual({ reason })
  })
})

test('every built-in function of the pinned JSONata is known: taken, replaced or refused', async () => {
  const { BUILT_IN, REFUSED_FUNCTIONS } = await import('./functions.ts')
  const source = await Bun.file(Bun.resolveSync('jsonata', import.meta.dir)).text()
  const bound = [...source.matchAll(/(?:staticFrame|environment)\.bind\('(\w+)'/g)].map(([, name = '']) => name)
  expect(new Set(bound)).toEqual(new Set([...BUILT_IN, ...REFUSED_FUNCTIONS.keys()]))
  for (const name of bound) expect(await jsonata(`$${name}`).evaluate({})).toMatchObject({ _jsonata_function: true })
})
