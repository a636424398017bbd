import { describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { jsonSchema } from '@sluice/gateway'

/** The cases of the JSON Schema organisation for draft 4, as a package carries them. */
const SUITE = join(dirname(Bun.resolveSync('json-schema-test-suite/package.json', import.meta.dir)), 'tests/draft4')
const DRAFT_4 = 'http://json-schema.org/draft-04/schema#'

interface Group {
  readonly description: string
  readonly schema: Readonly<Record<string, unknown>>
  readonly tests: readonly { readonly description: string; readonly data: unknown; readonly valid: boolean }[]
}

/** What the organisation has since corrected: RFC 3986 section 3 wants a scheme. */
const CORRECTED = 'a valid protocol-relative URI'

const read = (file: string): readonly Group[] =>
  (JSON.parse(readFileSync(join(SUITE, file), 'utf8')) as Group[]).map((group) => ({
    ...group,
    schema: { ...group.schema, $schema: DRAFT_4 },
    tests: group.tests.filter(({ description }) => description !== CORRECTED),
  }))
const FILES = [
  ...readdirSync(SUITE).filter((name) => name.endsWith('.json')),
  'optional/format.json',
  'optional/bignum.json',
]
const GROUPS = FILES.flatMap((file) => read(file).map((group) => ({ file, ...group })))

/** What is not taken, and is said to be at the start: nothing of it is passed over. */
const NOT_TAKEN =
  /: (?:patternProperties|dependencies|\$ref must be|format must be|id is only|\w+ beside \$ref|\$ref leads nowhere|\w+[~/%]field is not)/

const TAKEN = GROUPS.filter(({ schema }) => jsonSchema(schema).faults.length === 0)
const REFUSED = GROUPS.filter(({ schema }) => jsonSchema(schema).faults.length > 0)

describe('the official cases of draft 4', () => {
  test.each(TAKEN.map((group) => [`${group.file}: ${group.description}`, group] as const))(
    '%s',
    (_, { schema, tests }) => {
      const schemaOf = jsonSchema(schema)
      const told = tests.map(({ description, data }) => [description, schemaOf.safeParse(data).success])
      expect(told).toEqual(tests.map(({ description, valid }) => [description, valid]))
    },
  )

  test('are most of them taken; of the others each is a fault that says why', () => {
    expect(TAKEN.length).toBeGreaterThanOrEqual(72)
    expect(TAKEN.flatMap(({ tests }) => tests).length).toBeGreaterThanOrEqual(232)
    const unexplained = REFUSED.flatMap(({ file, schema }) =>
      jsonSchema(schema).faults.map((fault) => `${file} ${fault}`),
    )
    expect(unexplained.filter((fault) => !NOT_TAKEN.test(fault))).toEqual([])
  })
})
