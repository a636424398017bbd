import { describe, expect, test } from 'bun:test'
import { DecodeError } from '@sluice/errors'
import { RequestError } from '../problem.ts'
import { splitItems } from './items.ts'

const RULES = { maxItems: 3, maxBytes: 1000, handling: 'lenient' } as const
const split = (type: string, text: string, rules: Parameters<typeof splitItems>[0] = RULES) =>
  splitItems(rules, type, new TextEncoder().encode(text))?.map((item) => new TextDecoder().decode(item)) ?? null

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof RequestError || error instanceof DecodeError) return error.code
    throw error
  }
  return 'accepted'
}

const JSON_TYPE = 'application/json'
const LINES = 'application/x-ndjson'

describe('a batch is split', () => {
  test.each<[string, string, string, readonly string[]]>([
    ['of an array', JSON_TYPE, '[{"a":1},{"a":2}]', ['{"a":1}', '{"a":2}']],
    ['of an array with blanks', JSON_TYPE, '\ufeff \r\n[\t1 , [2, 3] ]\n', ['1', '[2, 3]']],
    ['of an empty array', JSON_TYPE, ' [ ] ', []],
    [
      'of an array whose texts look like marks',
      JSON_TYPE,
      String.raw`["a,]\"],[","\\",{"[":","}]`,
      [String.raw`"a,]\"],["`, String.raw`"\\"`, '{"[":","}'],
    ],
    [
      'of a number that no double holds, as it was written',
      JSON_TYPE,
      '[123456789012345678901234567890]',
      ['123456789012345678901234567890'],
    ],
    ['of a suffixed type', 'application/cloudevents-batch+json', '[1]', ['1']],
    ['of lines', LINES, '{"a":1}\n{"a":2}\n', ['{"a":1}', '{"a":2}']],
    ['of lines without an end', LINES, '1\n2', ['1', '2']],
    ['of lines as Windows writes them, and blank ones', 'application/jsonl', '\ufeff1\r\n\r\n  \n2\r\n', ['1', '2']],
    ['of one line', 'application/x-jsonlines; charset=utf-8', '1', ['1']],
    ['of lines that are no JSON: whoever reads them says so', LINES, '{\n}', ['{', '}']],
    ['of an array with what is no JSON between its commas', JSON_TYPE, '[1 2,{]]', ['1 2', '{]']],
  ])('%s', (_, type, text, expected) => {
    expect(split(type, text)).toEqual([...expected])
  })

  test.each([
    ['an object', JSON_TYPE, '{"a":[1]}', RULES],
    ['a text', JSON_TYPE, '"[]"', RULES],
    ['nothing', JSON_TYPE, '', RULES],
    ['XML', 'application/xml', '[]', RULES],
    ['a form', 'application/x-www-form-urlencoded', '[]', RULES],
    ['an array for a source without batches', JSON_TYPE, '[1]', null],
  ])('not of %s, which is one event', (_, type, text, rules) => {
    expect(split(type, text, rules)).toBeNull()
  })

  test.each([
    ['an array that has no end', JSON_TYPE, '[1,2', 'JSON_SYNTAX'],
    ['an array that ends within a text', JSON_TYPE, '[1,"a]', 'JSON_SYNTAX'],
    ['an array that ends after a backslash', JSON_TYPE, '["\\', 'JSON_SYNTAX'],
    ['an array with another end', JSON_TYPE, '[1}', 'JSON_SYNTAX'],
    ['an array with something after it', JSON_TYPE, '[1] 2', 'JSON_SYNTAX'],
    ['two arrays', JSON_TYPE, '[1][2]', 'JSON_SYNTAX'],
    ['a comma before the end', JSON_TYPE, '[1,]', 'JSON_SYNTAX'],
    ['a comma at the beginning', JSON_TYPE, '[,1]', 'JSON_SYNTAX'],
    ['two commas', JSON_TYPE, '[1,,2]', 'JSON_SYNTAX'],
    ['a comma alone', JSON_TYPE, '[,]', 'JSON_SYNTAX'],
    ['too many elements', JSON_TYPE, '[1,2,3,4]', 'BATCH_TOO_MANY_ITEMS'],
    ['too many lines', LINES, '1\n2\n3\n4', 'BATCH_TOO_MANY_ITEMS'],
    ['no line at all', LINES, '\n \n', 'BATCH_EMPTY'],
    ['nothing', LINES, '', 'BATCH_EMPTY'],
    ['an unknown type', 'text/plain', '[1]', 'CONTENT_TYPE_UNSUPPORTED'],
  ])('and refused: %s', (_, type, text, code) => {
    expect(codeOf(() => split(type, text))).toBe(code)
  })
})
