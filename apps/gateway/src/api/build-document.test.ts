import { expect, test } from 'bun:test'
import { createRoute, z } from '@hono/zod-openapi'
import { createApi } from './create-api.ts'
import { buildDocument } from './build-document.ts'
import { jsonAnswer, problemAnswers } from './responses.ts'

const answers = {
  200: jsonAnswer('It.', z.object({ id: z.string() })),
  ...problemAnswers('UNAUTHENTICATED', 'FORBIDDEN', 'JOB_UNKNOWN', 'JOB_ENDED', 'STORE_FULL', 'NOT_CONFIGURED'),
}
const readIt = createRoute({ method: 'get', path: '/it/{id}', operationId: 'readIt', responses: answers })

interface Described {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, unknown>> }>>>
  >
  readonly components: { readonly examples: object; readonly responses: object }
}

function describedIt(): Described {
  const app = createApi().openapi(readIt, (context) => context.json({ id: 'x' }, 200))
  return JSON.parse(JSON.stringify(buildDocument(app, '1.2.3'))) as Described
}

test('a route that names codes is described with their statuses, words, headers and examples', () => {
  const { responses } = describedIt().paths['/it/{id}']?.['get'] ?? { responses: {} }
  expect(Object.keys(responses).toSorted()).toEqual(
    ['200', '400', '401', '403', '404', '409', '414', '431', '500', '503'].toSorted(),
  )
  expect(responses['404']).toMatchObject({
    description: 'There is no such job.',
    content: {
      'application/problem+json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Problem' },
            {
              properties: { status: { type: 'number', enum: [404] }, code: { type: 'string', enum: ['JOB_UNKNOWN'] } },
            },
          ],
        },
        examples: { JOB_UNKNOWN: { $ref: '#/components/examples/JOB_UNKNOWN' } },
      },
    },
  })
  expect(responses['401']).toMatchObject({ headers: { 'WWW-Authenticate': { required: true, example: 'Bearer' } } })
  expect(responses['503']).toMatchObject({
    description: expect.stringContaining('- `STORE_FULL`: The disk is full.'),
    headers: { 'Retry-After': { required: true }, 'X-Request-Id': {} },
  })
})

test('it has an example of each code that a route names, and of no other', () => {
  expect(Object.keys(describedIt().components.examples).toSorted()).toEqual([
    'FORBIDDEN',
    'HEADERS_TOO_LARGE',
    'HOST_INVALID',
    'INTERNAL',
    'JOB_ENDED',
    'JOB_UNKNOWN',
    'NOT_CONFIGURED',
    'STORE_FULL',
    'UNAUTHENTICATED',
    'URI_TOO_LONG',
  ])
})

test('a route that nobody described makes no document', () => {
  const app = createApi()
  app.get('/hidden/:id', (context) => context.text('x'))
  expect(() => buildDocument(app, '1.2.3')).toThrow('not both registered and described: GET /hidden/{id}')
})

test('a description without a route makes no document', () => {
  const app = createApi()
  app.openAPIRegistry.registerPath(readIt)
  expect(() => buildDocument(app, '1.2.3')).toThrow('not both registered and described: GET /it/{id}')
})

test('two schemas with one name make no document', () => {
  const named = (shape: z.core.$ZodLooseShape) => ({ 200: jsonAnswer('It.', z.object(shape).openapi('Thing')) })
  const app = createApi()
    .openapi(createRoute({ method: 'get', path: '/one', responses: named({ id: z.string() }) }), (context) =>
      context.json({ id: 'x' }, 200),
    )
    .openapi(createRoute({ method: 'get', path: '/other', responses: named({ size: z.int() }) }), (context) =>
      context.json({ size: 1 }, 200),
    )
  expect(() => buildDocument(app, '1.2.3')).toThrow('names of several schemas: Thing')
})
