import { expect, test } from 'bun:test'
import { docsPage } from './page.ts'
import { curlOf, sampleOf } from './sample.ts'
import { limitsOf } from './schema.ts'
import type { Placed, Schema, ShownDocument } from './shape.ts'
import { textOf } from './text.ts'

const MARKUP = `"><script>alert(1)</script>'&`

/** A document that says the same hostile text wherever it says something. */
function hostile(): ShownDocument {
  const schema: Schema = {
    type: 'object',
    description: MARKUP,
    properties: { [MARKUP]: { type: MARKUP, enum: [MARKUP], pattern: MARKUP, format: MARKUP, default: MARKUP } },
    required: [MARKUP],
  }
  const operation = {
    operationId: MARKUP,
    summary: MARKUP,
    description: MARKUP,
    tags: [MARKUP],
    security: [{ key: [MARKUP] }],
    parameters: [{ name: MARKUP, in: MARKUP, description: MARKUP, schema }],
    requestBody: { content: { [MARKUP]: { schema, example: { [MARKUP]: MARKUP } } } },
    responses: {
      [MARKUP]: {
        description: MARKUP,
        headers: { [MARKUP]: { description: MARKUP } },
        content: { [MARKUP]: { schema } },
      },
      404: { description: MARKUP, content: { 'application/problem+json': { examples: { [MARKUP]: {} } } } },
    },
  }
  return {
    info: { title: MARKUP, version: MARKUP, description: `${MARKUP}\n\n- \`${MARKUP}\`\n\n**${MARKUP}**` },
    tags: [{ name: MARKUP, description: MARKUP }],
    paths: { [`/${MARKUP}`]: { get: operation } },
    components: {
      schemas: { [MARKUP]: schema },
      responses: {},
      headers: { [MARKUP]: { description: MARKUP } },
      securitySchemes: { [MARKUP]: { description: MARKUP } },
      examples: { [MARKUP]: { summary: MARKUP, value: { [MARKUP]: MARKUP } } },
    },
  }
}

test('whatever a document says is text on its page, and never markup', async () => {
  const page = String(await docsPage(hostile()))
  expect(page).not.toContain('<script')
  expect(page).not.toContain(`">&lt;script`)
  expect(page.split('&lt;script&gt;').length).toBeGreaterThan(30)
})

test('writes paragraphs, lists, code and strong text, and nothing else', async () => {
  expect(String(await textOf('A `b` and **c** <d>\n\n- e\n- `f`')).replaceAll(/>\s+</g, '><')).toBe(
    '<p>A <code>b</code> and <strong>c</strong> &lt;d&gt;</p><ul><li>e</li><li><code>f</code></li></ul>',
  )
})

const EMPTY: ShownDocument = {
  info: { title: '', version: '', description: '' },
  tags: [],
  paths: {},
  components: {
    schemas: {
      Id: { type: 'string', example: 'dlv_1' },
      Tree: { type: 'object', properties: { next: { $ref: '#/components/schemas/Tree' } }, required: ['next'] },
    },
    responses: {},
    headers: {},
    securitySchemes: {},
    examples: {},
  },
}

test.each<[name: string, schema: Schema, sample: unknown]>([
  ['its example', { type: 'string', example: 'x' }, 'x'],
  ['the example of what it points to', { $ref: '#/components/schemas/Id' }, 'dlv_1'],
  ['its default before any number', { type: 'integer', default: 50, minimum: 1 }, 50],
  ['the least number', { type: 'integer', minimum: 3 }, 3],
  ['the first choice', { anyOf: [{ type: 'boolean' }, { type: 'string' }] }, true],
  ['the type that is not null', { type: ['null', 'array'], items: { enum: ['a', 'b'] } }, ['a']],
  [
    'the members that are required or have an example',
    {
      type: 'object',
      properties: { a: { type: 'string' }, b: { example: 1 }, c: { type: 'string' } },
      required: ['a'],
    },
    { a: 'text', b: 1 },
  ],
  [
    'all parts together',
    {
      allOf: [
        { type: 'object', properties: { a: { const: 1 } }, required: ['a'] },
        { type: 'object', properties: { b: { const: 2 } }, required: ['b'] },
      ],
    },
    { a: 1, b: 2 },
  ],
])('a sample of a schema is %s', (_name, schema, sample) => {
  expect(sampleOf(EMPTY, schema)).toEqual(sample)
})

test('a sample of a schema that holds itself ends', () => {
  expect(JSON.stringify(sampleOf(EMPTY, { $ref: '#/components/schemas/Tree' })).length).toBeLessThan(200)
})

test('a command quotes what a shell would read', () => {
  const placed: Placed = {
    method: 'POST',
    path: '/v1/things/{id}',
    operation: {
      operationId: 'change',
      summary: '',
      tags: [],
      security: [{ key: ['operate'] }],
      parameters: [
        { name: 'id', in: 'path', required: true, schema: { type: 'string', example: 'a b"$(x)' } },
        { name: 'limit', in: 'query', required: true, schema: { type: 'integer', default: 5 } },
      ],
      requestBody: { content: { 'application/json': { example: { why: `it's $HOME` } } } },
      responses: {},
    },
  }
  expect(curlOf(EMPTY, placed)).toBe(
    [
      'curl -X POST "$SLUICE/v1/things/a%20b%22%24(x)?limit=5"',
      '-H "Authorization: Bearer $KEY"',
      "-H 'Content-Type: application/json'",
      `-d '{"why":"it'\\''s $HOME"}'`,
    ].join(' \\\n  '),
  )
})

test('of a list it shows which values it may hold', async () => {
  const schema: Schema = { type: 'array', items: { type: 'string', enum: ['ingest', 'read'] } }
  const shown = String(await limitsOf(schema))
  expect(shown).toContain('&quot;ingest&quot;')
  expect(shown).toContain('&quot;read&quot;')
})

test('a sample of a text without an example is by its name, or null where it may be', () => {
  const type = ['string', 'null']
  const properties = { destination: { type: 'string' }, cancelledBy: { type }, eventId: { type } }
  expect(sampleOf(EMPTY, { type: 'object', properties, required: Object.keys(properties) })).toEqual({
    destination: 'contactnow',
    cancelledBy: null,
    eventId: 'evt_01KAPQ3Z8N4T6V9X2B5D7F0G1H',
  })
})
