import { expect, test } from 'bun:test'
import { decodeXml } from '@sluice/xml-codec'
import { type Content, type Document, isObject, type JsonObject, operationsOf, readCommitted } from './document.ts'
import { flatSchema, listOf, propertiesOf } from './flat-schema.ts'
import { xmlExampleOf } from './xml-example.ts'
import { createValidate } from './reply-check.ts'

const document = await readCommitted()
const validate = createValidate(document)

test('every JSON body that is asked for or answered has an example that its schema takes', () => {
  const bodies = operationsOf(document).flatMap(({ operation: { operationId, requestBody, responses } }) =>
    [requestBody, ...Object.values(responses)].flatMap((body) => {
      const media = body?.content?.['application/json']
      const isDescribed = media?.schema !== undefined && Object.keys(media.schema).length > 0
      return isDescribed ? [{ operationId, schema: media.schema, example: media.example }] : []
    }),
  )
  expect(bodies.length).toBeGreaterThan(30)
  for (const { operationId, schema, example } of bodies) {
    expect([operationId, validate(schema, example)]).toEqual([operationId, []])
  }
})

test('every XML body that is asked for or answered has an example that is XML, and says what the schema takes', () => {
  const bodies = operationsOf(document).flatMap(({ operation: { operationId, requestBody, responses } }) => [
    ...mediaOf(operationId, 'request', requestBody?.content),
    ...Object.values(responses).flatMap(({ content }) => mediaOf(operationId, 'result', content)),
  ])
  expect(bodies.filter(({ root }) => root === 'request').length).toBeGreaterThan(10)
  expect(bodies.filter(({ root }) => root === 'problem').length).toBeGreaterThan(100)
  for (const { operationId, root, media } of bodies) {
    const { name, value } = decodeXml(xmlExampleOf(media))
    expect([operationId, name]).toEqual([operationId, root])
    const { '@xmlns': namespace, ...members } = isObject(value) ? value : {}
    expect(namespace).toBe(root === 'problem' ? 'urn:ietf:rfc:7807' : undefined)
    const typed = typedBy(document, media.schema ?? {}, members)
    expect([operationId, validate(media.schema ?? {}, typed)]).toEqual([operationId, []])
  }
})

function mediaOf(operationId: string, root: 'request' | 'result', content: Content = {}) {
  return Object.entries(content).flatMap(([type, media]) => {
    if (type === 'application/problem+xml') return [{ operationId, root: 'problem', media }]
    const isDescribed = media.schema !== undefined && Object.keys(media.schema).length > 0
    return type === 'application/xml' && isDescribed ? [{ operationId, root, media }] : []
  })
}

/** Gives text the types that a schema asks for, and makes a list of the items of an element. */
function typedBy(holder: Document, given: JsonObject, value: unknown): unknown {
  const schema = flatSchema(holder, given)
  const types = listOf(schema['type'])
  if (types.includes('array')) {
    const items = isObject(value) ? value['item'] : []
    const schemaOfItem = isObject(schema['items']) ? schema['items'] : {}
    return listOf(items).map((item) => typedBy(holder, schemaOfItem, item))
  }
  if (types.includes('integer') || types.includes('number')) return Number(value)
  if (types.includes('boolean')) return value === 'true'
  if (types.includes('object') && value === '') return {}
  if (!isObject(value)) return value
  const properties = propertiesOf(schema)
  const others = isObject(schema['additionalProperties']) ? schema['additionalProperties'] : {}
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, typedBy(holder, properties[name] ?? others, member)]),
  )
}

test('every example of a problem is one that the schema of each answer with it takes', () => {
  const examples = document.components['examples'] ?? {}
  for (const { operation } of operationsOf(document)) {
    for (const { content = {} } of Object.values(operation.responses)) {
      const { schema, examples: named = {} } = content['application/problem+json'] ?? {}
      for (const code of Object.keys(named)) {
        const example = examples[code]
        const value = isObject(example) ? example['value'] : undefined
        expect([code, validate(schema ?? {}, value)]).toEqual([code, []])
      }
    }
  }
})

test('no example of an answer is a text that says nothing', () => {
  const vague = operationsOf(document).flatMap(({ operation: { operationId, responses, requestBody } }) => {
    const bodies = [requestBody?.content ?? {}, ...Object.values(responses).map(({ content = {} }) => content)]
    return bodies.flatMap((content) =>
      Object.values(content).flatMap(({ example }) =>
        /[:[]"text"/.test(JSON.stringify(example ?? null)) ? [operationId] : [],
      ),
    )
  })
  expect(vague).toEqual([])
})
