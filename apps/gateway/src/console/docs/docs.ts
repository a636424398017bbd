import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { KeyEnv } from '../../api/auth.ts'
import { buildDocument } from '../../api/build-document.ts'
import type { ReadAsset } from '../../api/document.ts'
import { problemAnswers, SERVICE } from '../../api/responses.ts'
import { sha256Base64 } from '../../digest.ts'
import { addressOf } from '../address.ts'
import { docsPage } from './page.ts'
import type { ShownDocument } from './shape.ts'
import { DOCS_STYLE } from './style.ts'

const PATH = '/docs'

const readDocs = createRoute({
  method: 'get',
  path: PATH,
  operationId: 'readDocs',
  summary: 'This API as a page to read',
  tags: ['Pages'],
  security: [],
  responses: {
    200: { description: 'A page.', content: { 'text/html': { schema: z.string() } } },
    ...problemAnswers(...SERVICE),
  },
})

/**
 * Adds `GET /docs`: the document of the API, made into a page. Its commands call the address that it was asked at.
 *
 * @param readAsset - Where the page lies that was made before; null where it is made here.
 */
export function addDocs(app: OpenAPIHono<KeyEnv>, version: string, readAsset: ReadAsset | null): void {
  app.openAPIRegistry.registerPath(readDocs)
  const policy = contentSecurityPolicy()
  let made: Promise<string> | null = null
  app.get(PATH, async (context) => {
    const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': await policy }
    const page = readAsset === null ? await (made ??= makePage(app, version)) : textOf(await readAsset(PATH))
    const address = addressOf(context.req.raw)
    return context.body(address === null ? page : page.replace(ADDRESS, `SLUICE=${address}`), 200, headers)
  })
}

const ADDRESS = /SLUICE=\S+/
const textOf = (bytes: ArrayBuffer): string => new TextDecoder().decode(bytes)

/** The page is made of what the document says as JSON, as any reader of it sees it. */
async function makePage(app: OpenAPIHono<KeyEnv>, version: string): Promise<string> {
  const document = JSON.parse(JSON.stringify(buildDocument(app, version))) as ShownDocument
  return String(await docsPage(document))
}

/** The page loads nothing but itself, and runs nothing: its style is known by its hash. */
async function contentSecurityPolicy(): Promise<string> {
  const style = await sha256Base64(DOCS_STYLE)
  return `default-src 'none'; style-src 'sha256-${style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
}
