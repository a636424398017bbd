import { createRoute, z } from '@hono/zod-openapi'
import type { Lane } from '../../flow/lane.ts'
import type { HttpPorts } from '../../ports.ts'
import { RequestError } from '../../problem.ts'
import type { Batch } from '../../store/port.ts'
import type { KeyGuard } from '../auth.ts'
import { createApi } from '../create-api.ts'
import { alsoInXml, KEYED, problemAnswers } from '../responses.ts'
import { inAcceptedFormat, isAcceptable } from './formats.ts'

/** How a load ended, as far as anybody said. */
const STATES = ['unconfirmed', 'awaiting-callback', 'landed', 'partial', 'unclear', 'failed'] as const

const LoadSchema = z
  .object({
    id: z.string().openapi({ example: 'bat_01KAPQ3Z8N4T6V9X2B5D7F0G1J' }),
    destination: z.string(),
    rows: z.int().openapi({ description: 'Rows that were sent.' }),
    createdAt: z.iso.datetime(),
    state: z.enum(STATES).openapi({
      description: '`unconfirmed`: the account asks for no callback, so nobody ever tells.',
    }),
    callbackAt: z.iso.datetime().nullable(),
    code: z.string().nullable(),
    detail: z.string().nullable(),
  })
  .openapi('Load', {
    description: 'A bulk load: its rows are loaded after it was taken, and a callback tells how that ended.',
  })

/** Answers `GET /v1/danaconnect/loads/{id}`: of loads that were called by hand, and of those that deliveries share. */
export function loadsApi(
  { store }: { readonly store: Pick<HttpPorts['store'], 'readBatch'> },
  lanes: readonly Pick<Lane, 'name' | 'callbacks'>[],
  guard: KeyGuard,
) {
  const readLoad = createRoute({
    method: 'get',
    path: '/v1/danaconnect/loads/{id}',
    operationId: 'readLoad',
    summary: 'Read how a load ended',
    tags: ['DANAConnect'],
    security: [{ key: ['read'] }],
    middleware: [inAcceptedFormat, guard('read'), isAcceptable] as const,
    request: { params: z.object({ id: z.string().openapi({ example: 'bat_01KAPQ3Z8N4T6V9X2B5D7F0G1J' }) }) },
    responses: {
      200: {
        description: 'The load.',
        content: { 'application/json': { schema: LoadSchema }, 'application/xml': { schema: LoadSchema } },
      },
      ...alsoInXml(problemAnswers(...KEYED, 'LOAD_UNKNOWN', 'NOT_ACCEPTABLE')),
    },
  })

  return createApi().openapi(readLoad, async (context) => {
    const batch = await store.readBatch(context.req.valid('param').id)
    if (batch === null) throw new RequestError('LOAD_UNKNOWN')
    const { id, destination, size, createdAtMs, callbackAtMs } = batch
    const callbackAt = callbackAtMs === null ? null : new Date(callbackAtMs).toISOString()
    const createdAt = new Date(createdAtMs).toISOString()
    return context.json({ id, destination, rows: size, createdAt, callbackAt, ...endOf(batch) }, 200)
  })

  function endOf(batch: Batch) {
    const callbacks = lanes.find(({ name }) => name === batch.destination)?.callbacks ?? null
    if (callbacks === null) return { state: 'unconfirmed' as const, code: null, detail: null }
    if (batch.callback === null) return { state: 'awaiting-callback' as const, code: null, detail: null }
    const verdict = callbacks.judge(batch.callback, batch, null)
    if (verdict.verdict === 'landed') return { state: verdict.verdict, code: null, detail: null }
    // One about something else is never written down.
    if (verdict.verdict === 'mismatch') return { state: 'unclear' as const, code: null, detail: null }
    return { state: verdict.verdict, code: verdict.code, detail: verdict.detail }
  }
}
