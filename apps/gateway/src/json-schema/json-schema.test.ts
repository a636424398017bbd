import { describe, expect, test } from 'bun:test'
import { issuesOf } from '../flow/validate.ts'
import { jsonSchema } from './json-schema.ts'

type Schema = Parameters<typeof jsonSchema>[0]

const accepts = (schema: Schema, value: unknown): boolean => {
  const checked = jsonSchema(schema)
  expect(checked.faults).toEqual([])
  return checked.safeParse(value).success
}
const issues = (schema: Schema, value: unknown) => {
  const { error } = jsonSchema(schema).safeParse(value)
  return error === undefined ? [] : issuesOf(error)
}

const CONTACT = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'https://example.com/contact.json',
  title: 'A contact',
  type: 'object',
  required: ['email'],
  properties: {
    email: { type: 'string', format: 'email' },
    phone: { type: ['string', 'null'], pattern: '^\\+?[0-9 ()-]{5,20}$' },
    kind: { enum: ['lead', 'customer', null] },
    version: { const: 2 },
    tags: { type: 'array', items: { type: 'string', maxLength: 5 }, maxItems: 2, uniqueItems: true },
    manager: { $ref: '#' },
    address: { $ref: '#/$defs/address', description: 'Where to write to.' },
  },
  additionalProperties: false,
  $defs: { address: { type: 'object', properties: { zip: { type: 'string' } }, minProperties: 1 } },
}

describe('a contact', () => {
  test.each<[string, unknown, readonly [path: string, message: string][]]>([
    [
      'with all of it',
      {
        email: 'a@x.test',
        phone: null,
        kind: null,
        version: 2,
        tags: ['a', 'b'],
        manager: { email: 'b@x.test' },
        address: { zip: '1' },
      },
      [],
    ],
    ['that is none', 'a@x.test', [['', 'Expected "object".']]],
    ['without an address', {}, [['', 'Instance does not have required property "email".']]],
    [
      'with another kind',
      { email: 'a@x.test', kind: 'x' },
      [['kind', 'Instance does not match any of ["lead","customer",null].']],
    ],
    ['with an email that is none', { email: 'nobody' }, [['email', 'String does not match format "email".']]],
    ['with a phone of another form', { email: 'a@x.test', phone: 'x' }, [['phone', 'Does not meet `pattern`']]],
    ['with a number for a phone', { email: 'a@x.test', phone: 5 }, [['phone', 'Expected "string", "null".']]],
    [
      'with a tag that is too long',
      { email: 'a@x.test', tags: ['a', 'secret-tag'] },
      [['tags[1]', 'Does not meet `maxLength`']],
    ],
    ['with a tag twice', { email: 'a@x.test', tags: ['a', 'a'] }, [['tags', 'Does not meet `uniqueItems`']]],
    [
      'with something wrong in depth',
      { email: 'a@x.test', manager: { manager: { email: 1 }, email: 'a@x.test' } },
      [['manager.manager.email', 'Expected "string".']],
    ],
    ['with something empty', { email: 'a@x.test', address: {} }, [['address', 'Does not meet `minProperties`']]],
    ['with more than is said', { email: 'a@x.test', 'ada@secret.test': 1 }, [['*', 'Nothing is accepted here']]],
  ])('%s', (_, value, expected) => {
    expect(issues(CONTACT, value).map(({ path, message }) => [path, message])).toEqual([...expected])
  })
})

// It is a schema's `then`, and nobody waits for it.
// oxlint-disable unicorn/no-thenable
describe('a keyword means what the specification says', () => {
  test.each<[string, Schema, readonly unknown[], readonly unknown[]]>([
    ['true', true, [1, null], []],
    ['false', false, [], [1, null]],
    ['type integer', { type: 'integer' }, [1, 1.0, -2], [1.5, '1']],
    [
      'keywords of another type',
      { minLength: 3, minimum: 3, minItems: 1, required: ['a'] },
      [true, 'abc', 3, [1], { a: 1 }],
      ['ab', 2, [], {}],
    ],
    ['exclusiveMinimum', { exclusiveMinimum: 1 }, [1.1], [1]],
    ['multipleOf', { multipleOf: 0.01 }, [1.23, 1e308], [1.234]],
    ['maxLength in characters', { maxLength: 2 }, ['ab', '😀😀'], ['abc']],
    ['pattern anywhere', { pattern: 'a+' }, ['baa', 1], ['b']],
    ['pattern with properties of Unicode', { pattern: '^\\p{Lu}' }, ['Ø'], ['ø']],
    ['not', { not: { type: 'null' } }, [1], [null]],
    ['anyOf', { anyOf: [{ type: 'string' }, { minimum: 2 }] }, ['', 2], [1]],
    ['oneOf', { oneOf: [{ multipleOf: 2 }, { multipleOf: 3 }] }, [2, 3], [6, 1]],
    ['allOf beside a pattern', { pattern: '^a', allOf: [{ maxLength: 2 }] }, ['ab'], ['abc', 'b']],
    [
      'if, then, else',
      { if: { type: 'string' }, then: { maxLength: 1 }, else: { type: 'null' } },
      ['a', null],
      ['ab', 1],
    ],
    ['prefixItems and items', { prefixItems: [{ type: 'string' }], items: false }, [['a'], []], [[1], ['a', 1]]],
    ['contains', { contains: { const: 1 }, maxContains: 2 }, [[1], [1, 1, 2]], [[2], [1, 1, 1]]],
    ['propertyNames', { propertyNames: { pattern: '^[a-z]+$' } }, [{ a: 1 }], [{ A: 1 }]],
    ['dependentRequired', { dependentRequired: { a: ['b'] } }, [{ a: 1, b: 1 }, { b: 1 }], [{ a: 1 }]],
    [
      'additionalProperties',
      { properties: { a: true }, additionalProperties: { type: 'string' } },
      [{ a: 1, b: '' }],
      [{ b: 1 }],
    ],
    [
      'uniqueItems of objects',
      { uniqueItems: true },
      [[{ a: 1 }, { a: 2 }]],
      [
        [
          { a: 1, b: 2 },
          { b: 2, a: 1 },
        ],
      ],
    ],
    [
      'const null, and enum of objects',
      { anyOf: [{ const: null }, { enum: [{ a: [1] }] }] },
      [null, { a: [1] }],
      [{ a: [2] }, 0],
    ],
    [
      'names of Object.prototype',
      { required: ['toString'], properties: { constructor: { type: 'string' } } },
      [{ toString: 1 }],
      [{}],
    ],
    ['format date-time', { format: 'date-time' }, ['2026-01-02T03:04:05Z', 1], ['2026-02-30T03:04:05Z', '2026-01-02']],
    ['format uri', { format: 'uri' }, ['https://x.test/a?b=c'], ['x.test', '/a']],
    ['format uuid', { format: 'uuid' }, ['2eb8aa08-aa98-11ea-b4aa-73b441d16380'], ['2eb8aa08']],
    ['a definition', { $defs: { 'a/b~c': { type: 'null' } }, $ref: '#/$defs/a~1b~0c' }, [null], [1]],
    ['a recursion', { type: 'object', additionalProperties: { $ref: '#' } }, [{ a: { b: {} } }], [{ a: { b: 1 } }]],
  ])('%s', (_, schema, good, bad) => {
    expect(good.map((value) => accepts(schema, value))).toEqual(good.map(() => true))
    expect(bad.map((value) => accepts(schema, value))).toEqual(bad.map(() => false))
  })
})

describe('nothing is passed over: a fault at the start', () => {
  test.each<[string, unknown, string]>([
    [
      'an unknown keyword',
      { properties: { a: { requried: [] } } },
      'schema #/properties/a: requried is not taken: it would be passed over in silence',
    ],
    [
      'a keyword of OpenAPI',
      { nullable: true },
      'schema #: nullable is not taken: write the type as a list with "null" in it',
    ],
    [
      'patternProperties',
      { patternProperties: { '^a': true } },
      'schema #: patternProperties is not taken: nothing bounds its time; use propertyNames',
    ],
    [
      'unevaluatedProperties',
      { unevaluatedProperties: false },
      'schema #: unevaluatedProperties is not taken: it would be passed over in silence',
    ],
    [
      'a name of Object.prototype',
      { toString: 1 },
      'schema #: toString is not taken: it would be passed over in silence',
    ],
    [
      'an unknown format',
      { format: 'phone' },
      'schema #: format must be one of date, time, date-time, duration, email, hostname, ipv4, ipv6, uri, uri-reference, uuid: no other is checked',
    ],
    ['an unknown type', { type: 'text' }, 'schema #: type must be a type or a list of types'],
    ['a limit that is text', { minLength: '3' }, 'schema #: minLength must be a whole number from 0'],
    ['required as in draft 3', { required: true }, 'schema #: required must be a list of names'],
    ['a part that is no schema', { items: { not: 1 } }, 'schema #/items/not: a schema is an object, true or false'],
    [
      'a reference to elsewhere',
      { $ref: 'https://x.test/a' },
      'schema #: $ref must be a place in this very schema, such as `#/$defs/x`',
    ],
    ['a reference to nothing', { items: { $ref: '#/$defs/a' } }, 'schema #/items: $ref leads nowhere'],
    [
      'a reference to what is no schema',
      { enum: [{ a: 1 }], items: { $ref: '#/enum/0' } },
      'schema #/items: $ref leads nowhere',
    ],
    ['a reference to itself', { $ref: '#' }, 'schema #: $ref leads back to itself without a step into the value'],
    [
      'references in a ring',
      { $defs: { a: { anyOf: [{ $ref: '#/$defs/b' }] }, b: { $ref: '#/$defs/a' } }, $ref: '#/$defs/a' },
      'schema #/$defs/a/anyOf/0: $ref leads back to itself without a step into the value',
    ],
    ['an address of a part', { items: { $id: 'b' } }, 'schema #/items: $id is only taken at the root'],
    ['a draft that nobody knows', { $schema: 'https://x.test' }, 'schema #: $schema is no draft that is known'],
    [
      'what draft 7 ignores',
      {
        $schema: 'http://json-schema.org/draft-07/schema#',
        definitions: { a: true },
        items: { $ref: '#/definitions/a', maxLength: 1 },
      },
      'schema #/items: maxLength beside $ref means nothing in draft 7',
    ],
    ['what is no regular expression', { pattern: '(' }, 'schema #: pattern is no regular expression'],
    [
      'a pattern without bounds',
      { pattern: '^(a+)+$' },
      'schema #: pattern repeats a group in which something is left open',
    ],
  ])('%s', (_, schema, fault) => {
    const checked = jsonSchema(schema as Schema)
    expect(checked.faults).toContain(fault)
    // Whoever goes on nevertheless takes nothing for right.
    expect(checked.safeParse({}).success).toBe(false)
  })

  test('all of them at once', () => {
    expect(jsonSchema({ foo: 1, properties: { a: { bar: 1 } }, type: 'x' }).faults).toHaveLength(3)
  })
})

describe('what a sender sends cannot make a check long', () => {
  test.each<[string, Schema, unknown, string]>([
    ['a text of 501 characters for a pattern', { pattern: '^[ab]*$' }, 'a'.repeat(501), 'maxLength'],
    ['a text of 2001 characters for a format', { format: 'uri' }, `https://x.test/${'a'.repeat(1990)}`, 'maxLength'],
    ['1001 items to compare', { uniqueItems: true }, Array.from({ length: 1001 }, (_, index) => index), 'maxItems'],
    [
      '300,000 items to look through',
      { contains: { type: 'string' } },
      Array.from({ length: 300_000 }, () => 1),
      'maxItems',
    ],
  ])('%s: refused', (_, schema, value, keyword) => {
    expect(issues(schema, value)).toEqual([{ path: '', message: `Does not meet \`${keyword}\`` }])
  })

  test('300,000 items that are all wrong have one fault', () => {
    const value = Array.from({ length: 300_000 }, () => 1)
    expect(issues({ items: { type: 'string' } }, value)).toEqual([{ path: '[0]', message: 'Expected "string".' }])
  })

  test('a name that is half a surrogate pair is refused, not a fault of ours', () => {
    expect(issues({ additionalProperties: { type: 'string' } }, { '\ud800': 'x' })).toEqual([
      { path: '', message: 'A name holds half of a surrogate pair' },
    ])
  })

  test('the largest text on the worst pattern that is taken ends', () => {
    expect(accepts({ pattern: '^.*.*.*$' }, `${'a'.repeat(499)}\n`)).toBe(false)
    expect(accepts({ pattern: '(?:a|b).*!' }, 'a'.repeat(500))).toBe(false)
  })
})
