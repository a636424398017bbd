import { OpenAPIHono } from '@hono/zod-openapi'
import { PROBLEM_CODES, problemFor } from '../problem.ts'
import type { KeyEnv } from './auth.ts'
import type { SchemaHolder } from '../console/docs/shape.ts'
import { type Paths, sharedAnswers, withExamples, withHeaders } from './document-parts.ts'
import { FORMAT_HEADERS, HEADERS, INFO, KEY_HEADERS, REPEAT_HEADERS, SECURITY_SCHEMES, TAGS } from './document-words.ts'

/** The document of the API: OpenAPI 3.1. */
export type ApiDocument = ReturnType<OpenAPIHono['getOpenAPI31Document']>

/**
 * Makes the document of every route that the app has.
 *
 * @throws Error a route is not described, or what is described is no route; a group has no description; two schemas have one
 * name.
 */
export function buildDocument(app: OpenAPIHono<KeyEnv>, version: string): ApiDocument {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { ...INFO, version },
    servers: [{ url: '/', description: 'The gateway that serves this document.' }],
    tags: TAGS,
  })
  checkRoutes(app, document.paths as Paths)
  checkTags(document.paths as Paths)
  checkNames(app, document)
  const examples = examplesOf(JSON.stringify(document.paths))
  const { paths, responses } = sharedAnswers(
    withHeaders(withExamples(document.paths as Paths, JSON.parse(JSON.stringify(document)) as SchemaHolder)),
  )
  const components = {
    ...document.components,
    securitySchemes: SECURITY_SCHEMES,
    headers: { ...HEADERS, ...KEY_HEADERS, ...REPEAT_HEADERS, ...FORMAT_HEADERS },
    responses,
    examples,
  }
  return { ...document, paths, components } as ApiDocument
}

/** Some routes are registered by hand, and so described by hand too. */
function checkRoutes({ routes }: OpenAPIHono<KeyEnv>, paths: Paths): void {
  const described = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const registered = routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
  const onlyOne = [
    ...described.filter((route) => !registered.includes(route)),
    ...registered.filter((route) => !described.includes(route)),
  ]
  if (onlyOne.length > 0) throw new Error(`not both registered and described: ${[...new Set(onlyOne)].join(', ')}`)
}

/** An operation of a group that nobody described would be missing where operations are listed by their groups. */
function checkTags(paths: Paths): void {
  const known = new Set<string>(TAGS.map(({ name }) => name))
  const used = Object.values(paths).flatMap((item) => Object.values(item).flatMap(({ tags = [] }) => tags))
  const unknown = used.filter((tag) => !known.has(tag))
  if (unknown.length > 0) throw new Error(`groups without a description: ${[...new Set(unknown)].join(', ')}`)
}

/** Of two schemas with one name the generator takes the first that it meets, for both: so each route is described alone, too. */
function checkNames({ openAPIRegistry }: OpenAPIHono<KeyEnv>, { components }: ApiDocument): void {
  const known = components?.schemas ?? {}
  const taken = openAPIRegistry.definitions.flatMap((definition) => {
    if (definition.type !== 'route') return []
    const alone = new OpenAPIHono()
    alone.openAPIRegistry.registerPath(definition.route)
    const schemas = alone.getOpenAPI31Document({ openapi: '3.1.0', info: INFO_ALONE }).components?.schemas ?? {}
    return Object.entries(schemas).flatMap(([name, schema]) =>
      JSON.stringify(schema) === JSON.stringify(known[name]) ? [] : [name],
    )
  })
  if (taken.length > 0) throw new Error(`names of several schemas: ${[...new Set(taken)].join(', ')}`)
}

const INFO_ALONE = { title: 'One route', version: '0' }

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
