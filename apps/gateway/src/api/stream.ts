import { createRoute, z } from '@hono/zod-openapi'
import type { Config } from '../config.ts'
import { createDoor } from '../control/door.ts'
import type { HttpPorts } from '../ports.ts'
import { RequestError } from '../problem.ts'
import { DELIVERY_STATES } from '../store/port.ts'
import { type KeyGuard, mayStill } from './auth.ts'
import { createApi } from './create-api.ts'
import { PART, streamBody } from './event-stream.ts'
import { anyOf, filled, MATCH } from './filters.ts'
import { KEYED, problemAnswers } from './responses.ts'
import { createSeats } from './seats.ts'

/** Longest id of an event: on Workers it says where each shard is. */
const MAX_ID = 16_000

const lastEventId = z.string().max(MAX_ID).optional()

/** That a proxy keeps nothing back to compress or to store it. */
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
} as const

/** Answers `GET /v1/stream`: what becomes of deliveries, as it happens. */
export function streamApi(
  { keys }: Pick<Config, 'keys'>,
  ports: Pick<HttpPorts, 'store' | 'sleep' | 'watch' | 'log' | 'keyDesk'>,
  guard: KeyGuard,
) {
  const door = createDoor(keys, ports.keyDesk)
  const seats = createSeats()

  const readStream = createRoute({
    method: 'get',
    path: '/v1/stream',
    operationId: 'readStream',
    summary: 'Follow what becomes of deliveries',
    description:
      'Server-sent events. Each `event: delivery` says that a delivery came into a state: its `data` is the delivery as in the list (without `gate`), as it is when it is sent, and `change` with the state and when. Being leased is not told. Begins now, or right behind `Last-Event-ID`: nothing is left out and nothing told twice. Comments are sent meanwhile. The stream may end at any time, by itself on Workers after some minutes: come again with the last `id`, as `EventSource` does. A key may have 50 open, and all keys together 200. With `STREAM_GAP`, also as `event: problem`, read the lists and begin anew.',
    tags: ['Deliveries'],
    security: [{ key: ['read'] }],
    middleware: guard('read', 'query'),
    request: {
      headers: z.object({
        'last-event-id': lastEventId.openapi({ description: 'The `id` of the last event that was received.' }),
      }),
      query: z.strictObject({
        state: anyOf(DELIVERY_STATES, 'Into which it came.'),
        destination: filled(MATCH.destination),
        source: filled(MATCH.source),
        route: filled(MATCH.route),
        lastEventId: filled(lastEventId).openapi({
          description: 'For clients that cannot set the header, which counts where both are there.',
        }),
      }),
    },
    responses: {
      200: {
        description: 'The stream.',
        content: { 'text/event-stream': { schema: z.string() } },
      },
      ...problemAnswers(...KEYED, 'PARAMETER_INVALID', 'STREAM_GAP', 'STREAMS_TOO_MANY'),
    },
  })

  return createApi().openapi(readStream, async (context) => {
    const { state: states, lastEventId: asked, ...rest } = context.req.valid('query')
    const match = { ...rest, states }
    const after = (context.req.valid('header')['last-event-id'] || asked) ?? null
    // Without a body there is no stream that could end, and so none that would leave its seat.
    if (context.req.method === 'HEAD') {
      await begin({ after, match })
      return context.body('', 200, HEADERS)
    }
    const leave = seats.take(context.get('keyId'))
    const first = await begin({ after, match }).catch((error: unknown): never => {
      leave()
      throw error
    })
    /** Whatever is wrong with the key by now, its owner is told when he comes again. */
    const isAllowed = (): Promise<boolean> =>
      mayStill(door, context.req.header('authorization'), 'read').catch(() => false)
    return context.body(streamBody({ ports, match, first, isAllowed, leave }), 200, HEADERS)
  })

  async function begin(from: Pick<Parameters<HttpPorts['store']['readChanges']>[0], 'after' | 'match'>) {
    const first = await ports.store.readChanges({ ...from, ...PART })
    if (first.lost) throw new RequestError('STREAM_GAP')
    return first
  }
}
