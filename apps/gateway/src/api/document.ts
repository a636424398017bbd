import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { buildDocument } from './build-document.ts'
import { jsonAnswer, problemAnswers, SERVICE } from './responses.ts'
import type { KeyEnv } from './auth.ts'

const PATH = '/openapi.json'

const readDocument = createRoute({
  method: 'get',
  path: PATH,
  operationId: 'readDocument',
  summary: 'This document',
  tags: ['Pages'],
  security: [],
  responses: {
    200: jsonAnswer('OpenAPI 3.1.', z.looseObject({ openapi: z.string().openapi({ example: '3.1.0' }) })),
    ...problemAnswers(...SERVICE),
  },
})

/** Reads a finished answer, as it was made when the runtime was built, by its path. */
export type ReadAsset = (path: string) => Promise<ArrayBuffer>

/**
 * Adds `GET /openapi.json`: the document of every route, made from the routes themselves.
 *
 * @param readAsset - Where the document lies that was made of the very same routes before; null where it is made here.
 */
export function addDocument(app: OpenAPIHono<KeyEnv>, version: string, readAsset: ReadAsset | null): void {
  app.openAPIRegistry.registerPath(readDocument)
  const json = { 'content-type': 'application/json' }
  let made: string | null = null
  app.get(PATH, async (context) => {
    if (readAsset !== null) return context.body(await readAsset(PATH), 200, json)
    made ??= JSON.stringify(buildDocument(app, version))
    return context.body(made, 200, json)
  })
}
