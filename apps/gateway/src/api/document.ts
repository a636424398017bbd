import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { PROBLEM_CODES, problemFor } from '../problem.ts'
import { INFO, SECURITY_SCHEMES, TAGS } from './document-words.ts'
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
  responses: {
    200: jsonAnswer('OpenAPI 3.1.', z.looseObject({ openapi: z.string().openapi({ example: '3.1.0' }) })),
    ...problemAnswers('NOT_CONFIGURED'),
  },
})

/** Reads a finished answer, as it was made when the runtime was built, by its path. */
export type ReadAsset = (path: string) => Promise<ArrayBuffer>

/** The document of the API: OpenAPI 3.1. */
export type ApiDocument = ReturnType<OpenAPIHono['getOpenAPI31Document']>

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

/** Makes the document of every route that the app has. */
export function buildDocument(
  app: Pick<OpenAPIHono<KeyEnv>, 'openAPIRegistry' | 'getOpenAPI31Document'>,
  version: string,
): ApiDocument {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { ...INFO, version },
    servers: [{ url: '/', description: 'The gateway that serves this document.' }],
    tags: TAGS,
  })
  const { components = {} } = document
  const examples = examplesOf(JSON.stringify(document.paths))
  return { ...document, components: { ...components, securitySchemes: SECURITY_SCHEMES, examples } }
}

/** One example of each problem that a route names. */
function examplesOf(paths: string) {
  const named = PROBLEM_CODES.filter((code) => paths.includes(`"#/components/examples/${code}"`))
  return Object.fromEntries(
    named.map((code) => {
      const { problem } = problemFor(code)
      return [code, { summary: problem.title, value: problem }]
    }),
  )
}
