import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { jsonAnswer, problemAnswers } from './responses.ts'
import type { KeyEnv } from './auth.ts'

const PATH = '/openapi.json'

const readDocument = createRoute({
  method: 'get',
  path: PATH,
  operationId: 'readDocument',
  summary: 'This document',
  tags: ['Pages'],
  security: [],
  responses: { 200: jsonAnswer('OpenAPI 3.1.', z.looseObject({ openapi: z.string() })), ...problemAnswers(500) },
})

/** Adds `GET /openapi.json`: the document of every route, made from the routes themselves. */
export function addDocument(app: OpenAPIHono<KeyEnv>, version: string): void {
  app.openAPIRegistry.registerPath(readDocument)
  app.openAPIRegistry.registerComponent('securitySchemes', 'key', {
    type: 'http',
    scheme: 'bearer',
    description:
      'A key of the API, with the scope that the operation asks for. Every answer to a request with a key has the headers `RateLimit-Policy` and `RateLimit`.',
  })
  app.openAPIRegistry.registerComponent('securitySchemes', 'sourceKey', {
    type: 'apiKey',
    in: 'header',
    name: 'x-api-key',
    description:
      'A key of this gateway with the scope `ingest`, for a source that asks for one; or as `Authorization: Bearer`.',
  })
  app.openAPIRegistry.registerComponent('securitySchemes', 'sourceBearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'The token of a source that is verified by bearer.',
  })
  app.openAPIRegistry.registerComponent('securitySchemes', 'sourceSignature', {
    type: 'apiKey',
    in: 'header',
    name: 'webhook-signature',
    description:
      'Standard Webhooks: `v1,` and the base64 HMAC-SHA256 of `{webhook-id}.{webhook-timestamp}.{body}`, with those two headers.',
  })
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
