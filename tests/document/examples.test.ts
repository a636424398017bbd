import { expect, test } from 'bun:test'
import { isObject, operationsOf, readCommitted } from './document.ts'
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
