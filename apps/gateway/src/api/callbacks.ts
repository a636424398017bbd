import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { decodeJson } from '@sluice/json-codec'
import type { Config } from '../config.ts'
import { keptOf, settle, withoutToken } from '../flow/callback.ts'
import type { Lane } from '../flow/lane.ts'
import type { Outbox } from '../flow/lease.ts'
import { contentCodings, inflate } from '../flow/inflate.ts'
import { receive } from '../flow/receive.ts'
import type { HttpPorts } from '../ports.ts'
import { RequestError } from '../problem.ts'
import { JSON_BODY, problemAnswers, RECEIVED, SERVICE } from './responses.ts'
import type { KeyEnv } from './auth.ts'

/** A notice of eight members has some hundred bytes. */
const MAX_CALLBACK_BYTES = 65_536
/** How long it may take to arrive, in milliseconds. */
const CALLBACK_TIMEOUT_MS = 30_000

const receiveCallback = createRoute({
  method: 'post',
  path: '/callbacks/{kind}/{token}',
  operationId: 'receiveCallback',
  summary: 'Receive what an upstream says about a call that it took earlier',
  description:
    'The address is given to the upstream with the call and cannot be guessed. The first callback that is about that call decides about its deliveries; the same one again gets the same answer and changes nothing, another one is a conflict.',
  tags: ['Callbacks'],
  security: [],
  request: {
    params: z.object({ kind: z.string().openapi({ example: 'danaconnect' }), token: z.string() }),
    body: { required: true, content: { 'application/json': { schema: z.looseObject({}) } } },
  },
  responses: {
    200: { description: 'It is written down.' },
    ...problemAnswers(
      ...SERVICE,
      ...RECEIVED,
      ...JSON_BODY,
      'CALLBACK_UNKNOWN',
      'CALLBACK_MISMATCH',
      'CALLBACK_CONFLICT',
      'SCHEMA_MISMATCH',
      'STORE_FULL',
    ),
  },
})

type CallbackPorts = Pick<HttpPorts, 'store' | 'nowMs' | 'random' | 'startTimer' | 'log'>

/** Adds `POST /callbacks/{kind}/{token}`. */
export function addCallbacks(
  app: OpenAPIHono<KeyEnv>,
  config: Config,
  lanes: readonly Pick<Lane, 'name' | 'kind' | 'callbacks' | 'policy'>[],
  ports: CallbackPorts,
  outbox: Pick<Outbox, 'wake' | 'wakeChore'>,
): void {
  const { store, nowMs, random, startTimer, log } = ports
  const kinds = new Set([...config.destinations.values()].map(({ kind }) => kind))
  app.openAPIRegistry.registerPath(receiveCallback)
  // Registered by hand: the body is the upstream's, and is judged by what is known of its kind.
  app.post('/callbacks/:kind/:token', async (context) => {
    if (!kinds.has(context.req.param('kind'))) throw new RequestError('CALLBACK_UNKNOWN')
    const token = context.req.param('token')
    const limits = { maxBytes: MAX_CALLBACK_BYTES, timeoutMs: CALLBACK_TIMEOUT_MS }
    const received = await receive(context.req.raw, limits, startTimer)
    const now = nowMs()
    const batch = await store.findBatch(await keptOf(token), now)
    const lane = lanes.find(({ name, kind }) => name === batch?.destination && kind === context.req.param('kind'))
    if (batch === null || lane === undefined || lane.callbacks === null) throw new RequestError('CALLBACK_UNKNOWN')
    // Not before its address is known: nobody else can make us inflate anything.
    const codings = contentCodings(received.headers.get('content-encoding'))
    const body = await inflate(received.body, codings, MAX_CALLBACK_BYTES)
    const callback = withoutToken(decodeJson(body, { maxBytes: MAX_CALLBACK_BYTES, duplicateKeys: 'refuse' }), token)
    const verdict = lane.callbacks.judge(callback, batch, batch.callbackBefore)
    if (verdict.verdict === 'mismatch') {
      log('warn', 'callback is about something else', { batch: batch.id, destination: batch.destination })
      throw new RequestError('CALLBACK_MISMATCH')
    }
    const moves = settle(batch, verdict, lane.policy, { nowMs: now, random: random() })
    const settled = await store.settleBatch({ batchId: batch.id, callback, nowMs: now, moves })
    if (settled === 'conflict') {
      log('warn', 'callback contradicts an earlier one', { batch: batch.id, destination: batch.destination })
      throw new RequestError('CALLBACK_CONFLICT')
    }
    outbox.wake(batch.destination)
    return context.body(null, 200)
  })
}
