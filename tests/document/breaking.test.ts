import { describe, expect, test } from 'bun:test'
import { breakingChanges, mayBreak } from './breaking.ts'
import { BASELINE_PATH, type Document, type JsonObject, readCommitted, readDocument } from './document.ts'

/** A document of one operation, whose parts a case replaces. */
function documentOf(operation: JsonObject = {}): Document {
  const item = {
    get: {
      operationId: 'readThing',
      summary: 'Read',
      tags: [],
      security: [{ key: ['read'] }],
      parameters: [{ name: 'limit', in: 'query', schema: { type: 'integer', maximum: 200 } }],
      requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Asked' } } } },
      responses: {
        200: {
          description: '',
          headers: { Location: { schema: {} } },
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } },
        },
        404: { description: '', content: { 'application/problem+json': { schema: { enum: ['GONE'] } } } },
      },
      ...operation,
    },
  }
  return {
    openapi: '3.1.0',
    info: { version: '0.1.0' },
    tags: [],
    paths: { '/things/{id}': item } as Document['paths'],
    components: { schemas: { Asked: ASKED, Thing: THING } },
  }
}

const ASKED = {
  type: 'object',
  properties: { as: { type: 'string', enum: ['one', 'two'] }, why: { type: 'string', maxLength: 500 } },
  required: ['as'],
  additionalProperties: false,
}
const THING = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    state: { type: 'string', enum: ['on', 'off'] },
    at: { type: ['string', 'null'] },
  },
  required: ['id', 'state'],
}

const asking = (schema: JsonObject) => ({ requestBody: { content: { 'application/json': { schema } } } })
const answering = (schema: JsonObject, more: JsonObject = {}) => ({
  responses: {
    200: { description: '', headers: { Location: { schema: {} } }, content: { 'application/json': { schema } } },
    404: { description: '' },
    ...more,
  },
})
const properties = (schema: typeof ASKED | typeof THING, more: JsonObject) => ({
  ...schema,
  properties: { ...schema.properties, ...more },
})

const HARMLESS: readonly [name: string, operation: JsonObject][] = [
  ['nothing', {}],
  [
    'a new optional parameter',
    {
      parameters: [
        ...(documentOf().paths['/things/{id}']?.['get']?.parameters ?? []),
        { name: 'text', in: 'query', schema: {} },
      ],
    },
  ],
  ['a higher limit', { parameters: [{ name: 'limit', in: 'query', schema: { type: 'integer', maximum: 500 } }] }],
  [
    'a choice more in what is asked',
    asking(properties(ASKED, { as: { type: 'string', enum: ['one', 'two', 'three'] } })),
  ],
  ['an optional member more in what is asked', asking(properties(ASKED, { more: { type: 'string' } }))],
  ['a member more in the answer', answering(properties(THING, { more: { type: 'string' } }))],
  ['an answer that says less often nothing', answering(properties(THING, { at: { type: 'string' } }))],
  [
    'the answer put together of parts',
    answering({ allOf: [{ $ref: '#/components/schemas/Thing' }, { type: 'object', properties: { more: {} } }] }),
  ],
  ['a status more', answering(THING, { 409: { description: '' } })],
  ['no key any more', { security: [] }],
]

const BREAKING: readonly [name: string, operation: JsonObject, change: string][] = [
  ['another name', { operationId: 'getThing' }, 'is called getThing'],
  ['another scope', { security: [{ key: ['operate'] }] }, 'asks for [{"key":["operate"]}]'],
  ['a parameter that is gone', { parameters: [] }, 'parameter limit is gone'],
  [
    'a parameter that is required',
    { parameters: [{ name: 'limit', in: 'query', required: true, schema: { type: 'integer' } }] },
    'parameter limit is required',
  ],
  [
    'a lower limit',
    { parameters: [{ name: 'limit', in: 'query', schema: { type: 'integer', maximum: 100 } }] },
    'parameter limit .: maximum is stricter',
  ],
  [
    'another type',
    { parameters: [{ name: 'limit', in: 'query', schema: { type: 'string' } }] },
    'parameter limit .: type integer is gone',
  ],
  [
    'a body that is required',
    { requestBody: { required: true, content: { 'application/json': { schema: ASKED } } } },
    'request the body is required',
  ],
  [
    'a media type that is gone',
    { requestBody: { content: { 'application/xml': {} } } },
    'request application/json is gone',
  ],
  [
    'a choice less in what is asked',
    asking(properties(ASKED, { as: { type: 'string', enum: ['one'] } })),
    'request .as: value two is gone',
  ],
  ['a member that is required', asking({ ...ASKED, required: ['as', 'why'] }), 'request .: why is required'],
  [
    'a member that is refused',
    asking({ ...ASKED, properties: { as: ASKED.properties.as } }),
    'request .why: is no longer taken',
  ],
  [
    'a shorter text',
    asking(properties(ASKED, { why: { type: 'string', maxLength: 50 } })),
    'request .why: maxLength is stricter',
  ],
  [
    'a status that is gone',
    { responses: { 200: documentOf().paths['/things/{id}']?.['get']?.responses['200'] } },
    'status 404 is gone',
  ],
  [
    'a header that is gone',
    {
      responses: {
        200: { description: '', content: { 'application/json': { schema: THING } } },
        404: { description: '' },
      },
    },
    'status 200 header Location is gone',
  ],
  [
    'an optional member of the answer that is gone',
    answering({ ...THING, properties: { id: { type: 'string' }, state: THING.properties.state } }),
    'status 200 .at is gone',
  ],
  [
    'a member that is not always there',
    answering({ ...THING, required: ['id'] }),
    'status 200 read as before, .: state is required',
  ],
  [
    'a choice more in the answer',
    answering(properties(THING, { state: { type: 'string', enum: ['on', 'off', 'broken'] } })),
    'status 200 read as before, .state: value broken is gone',
  ],
  [
    'an answer that may be null',
    answering(properties(THING, { id: { type: ['string', 'null'] } })),
    'status 200 read as before, .id: type null is gone',
  ],
]

describe('breaks nothing:', () => {
  test.each([...HARMLESS])('%s', (_name, operation) => {
    expect(breakingChanges(documentOf(), documentOf(operation))).toEqual([])
  })
})

describe('breaks a program that was written before:', () => {
  test.each([...BREAKING])('%s', (_name, operation, change) => {
    expect(breakingChanges(documentOf(), documentOf(operation))).toEqual([`GET /things/{id}: ${change}`])
  })

  test('an operation that is gone', () => {
    expect(breakingChanges(documentOf(), { ...documentOf(), paths: {} })).toEqual(['GET /things/{id} is gone'])
  })
})

test.each<[before: string, after: string, may: boolean]>([
  ['0.1.0', '0.1.0', false],
  ['0.1.0', '0.1.9', false],
  ['0.1.0', '0.2.0', true],
  ['0.1.0', '1.0.0', true],
  ['1.4.0', '1.5.0', false],
  ['1.4.0', '2.0.0', true],
  ['0.2.0', '0.1.0', false],
])('a document of version %s may be broken by %s: %p', (before, after, may) => {
  expect(mayBreak(before, after)).toBe(may)
})

test('the committed document breaks nothing of the last version, or says so by its own', async () => {
  const before = readDocument(await Bun.file(BASELINE_PATH).text())
  const after = await readCommitted()
  const changes = breakingChanges(before, after)
  expect(mayBreak(before.info.version, after.info.version) ? [] : changes).toEqual([])
})
