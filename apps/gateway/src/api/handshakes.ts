import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Config } from '../config.ts'
import { RequestError } from '../problem.ts'
import type { HandshakeAnswer } from '../sources/scheme.ts'
import type { KeyEnv } from './auth.ts'
import { problemAnswers, SERVICE } from './responses.ts'

const answerChallenge = createRoute({
  method: 'get',
  path: '/webhooks/{source}',
  operationId: 'answerChallenge',
  summary: 'Answer a sender that asks whether the endpoint is its own',
  description:
    'Only at a source whose sender asks in this way: Meta (`hub.challenge`, to whoever knows the verify token) and X (`crc_token`). Anything else gets the 401 that every wrong request gets.',
  tags: ['Webhooks'],
  security: [],
  request: {
    params: z.object({ source: z.string().openapi({ example: 'demo' }) }),
    query: z.object({
      'hub.mode': z.string().optional().openapi({ description: 'Meta: `subscribe`.' }),
      'hub.verify_token': z.string().optional().openapi({ description: 'Meta: a verify token of the source.' }),
      'hub.challenge': z.string().optional().openapi({ description: 'Meta: what is sent back.' }),
      crc_token: z.string().optional().openapi({ description: 'X: what is signed with the secret, and sent back.' }),
    }),
  },
  responses: {
    200: {
      description: 'The challenge as text (Meta), or signed as JSON (X).',
      content: {
        'text/plain': { schema: z.string() },
        'application/json': { schema: z.object({ response_token: z.string() }) },
      },
    },
    ...problemAnswers('UNAUTHENTICATED', 'SOURCE_UNKNOWN', 'METHOD_NOT_ALLOWED', ...SERVICE),
  },
})

/** Adds `GET /webhooks/{source}`, for the sources whose scheme has such a handshake. */
export function addHandshakes(app: OpenAPIHono<KeyEnv>, config: Config): void {
  app.openAPIRegistry.registerPath(answerChallenge)
  // Registered by hand, as the POST beside it: the query is for the scheme to read.
  app.get('/webhooks/:source', async (context) => {
    const source = config.sources.get(context.req.param('source'))
    if (source === undefined) throw new RequestError('SOURCE_UNKNOWN')
    const answer = source.scheme.handshake?.get
    if (answer === undefined) throw new RequestError('METHOD_NOT_ALLOWED')
    const { method, url, headers } = context.req.raw
    return answerHandshake(await answer({ method, url, headers, body: new Uint8Array() }))
  })
}

/** Answers so that no browser takes for a page what the sender chose. */
export function answerHandshake({ contentType, body }: HandshakeAnswer): Response {
  const headers = { 'content-type': contentType, 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' }
  return new Response(body, { headers })
}
