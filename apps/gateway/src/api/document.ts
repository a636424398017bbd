import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { jsonAnswer } from './responses.ts'

const PATH = '/openapi.json'

const readDocument = createRoute({
  method: 'get',
  path: PATH,
  operationId: 'readDocument',
  summary: 'This document',
  tags: ['Pages'],
  responses: { 200: jsonAnswer('OpenAPI 3.1.', z.looseObject({ openapi: z.string() })) },
})

/** Adds `GET /openapi.json`: the document of every route, made from the routes themselves. */
export function addDocument(app: OpenAPIHono, version: string): void {
  app.openAPIRegistry.registerPath(readDocument)
  app.openAPIRegistry.registerComponent('securitySchemes', 'key', { type: 'http', scheme: 'bearer' })
  app.doc31(PATH, {
    openapi: '3.1.0',
    info: {
      title: 'Sluice',
      version,
      description: 'An edge gateway for contact data: receives events, stores each durably, delivers it.',
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
    servers: [{ url: '/' }],
  })
}
