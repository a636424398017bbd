import { createRoute } from '@hono/zod-openapi'
import type { Config } from '../config.ts'
import { BY_HAND, sourceByHand } from '../flow/by-hand.ts'
import { preview } from '../flow/preview.ts'
import type { Ports } from '../ports.ts'
import { RequestError } from '../problem.ts'
import type { KeyGuard } from './auth.ts'
import { bodyWithin } from './body.ts'
import { representPreviewed } from './represent.ts'
import { createApi } from './create-api.ts'
import { DECODED, JSON_REQUEST, jsonAnswer, KEYED, problemAnswers, RECEIVED } from './responses.ts'
import { PreviewRequestSchema, PreviewSchema } from './schemas.ts'

/** Largest request: a body of 1 MiB with every character escaped, and then some. A larger event is previewed by its id. */
const MAX_REQUEST_BYTES = 4_194_304

/** Answers `POST /v1/preview`. Of the ports it gets a store, which it only reads, and a clock: there is no network to reach. */
export function previewApi(
  config: Config,
  {
    store,
    control,
    nowMs,
    startTimer,
  }: { readonly store: Pick<Ports['store'], 'readEvent'> } & Pick<Ports, 'nowMs' | 'startTimer'> & {
      readonly control: Pick<Ports['control'], 'readAlias'>
    },
  guard: KeyGuard,
) {
  const previewEvent = createRoute({
    method: 'post',
    path: '/v1/preview',
    operationId: 'previewEvent',
    summary: 'Show what would be sent where',
    description:
      'Takes a body as a source would, or a stored event through the routes of today, and shows what each route makes of it. Nothing is sent and nothing is stored. Where a route has a marker, the id in it is all zeros.',
    tags: ['Preview'],
    security: [{ key: ['read'] }],
    middleware: [guard('read'), bodyWithin(MAX_REQUEST_BYTES, startTimer)] as const,
    request: { body: { required: true, content: { 'application/json': { schema: PreviewRequestSchema } } } },
    responses: {
      200: jsonAnswer('Every route of the source.', PreviewSchema),
      ...problemAnswers(
        ...KEYED,
        ...JSON_REQUEST,
        ...DECODED,
        ...RECEIVED,
        'JSON_TOO_LARGE',
        'XML_TOO_LARGE',
        'SOURCE_UNKNOWN',
        'EVENT_UNKNOWN',
        'SCHEMA_MISMATCH',
      ),
    },
  })

  return createApi().openapi(previewEvent, async (context) => {
    const asked = context.req.valid('json')
    const event = 'eventId' in asked ? await storedEvent(asked.eventId) : givenEvent(asked)
    const stored = 'eventId' in asked && event.source === BY_HAND
    const source = stored ? sourceByHand(config, event.body) : config.sources.get(event.source)
    if (source === undefined) throw new RequestError('SOURCE_UNKNOWN')
    const routes = await preview(source, event.contentType, event.body, {
      nowMs,
      readAlias: (address) => control.readAlias(address),
    })
    return context.json({ source: source.name, routes: routes.map(representPreviewed) }, 200)
  })

  async function storedEvent(id: string): Promise<PreviewedEvent> {
    const event = await store.readEvent(id)
    if (event === null) throw new RequestError('EVENT_UNKNOWN')
    return event
  }
}

interface PreviewedEvent {
  readonly source: string
  readonly contentType: string
  readonly body: Uint8Array
}

function givenEvent({
  source,
  contentType,
  body,
}: {
  source: string
  contentType: string
  body: string
}): PreviewedEvent {
  return { source, contentType, body: new TextEncoder().encode(body) }
}
