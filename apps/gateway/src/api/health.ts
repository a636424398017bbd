import { createRoute } from '@hono/zod-openapi'
import type { HttpPorts } from '../ports.ts'
import type { StartWarning } from '../start-warnings.ts'
import { createApi } from './create-api.ts'
import { jsonAnswer, problemAnswers } from './responses.ts'
import { HealthSchema, ReadinessSchema } from './schemas.ts'

const readHealth = createRoute({
  method: 'get',
  path: '/healthz',
  operationId: 'readHealth',
  summary: 'Whether the process answers',
  tags: ['Health'],
  security: [],
  responses: { 200: jsonAnswer('It does.', HealthSchema), ...problemAnswers() },
})

const readReadiness = createRoute({
  method: 'get',
  path: '/readyz',
  operationId: 'readReadiness',
  summary: 'Whether events are accepted',
  description:
    'Writes to the store. An upstream that is down does not make the gateway unready: events wait for it. Nor do the warnings, which say what will probably not work where this gateway runs.',
  tags: ['Health'],
  security: [],
  responses: {
    200: jsonAnswer('Events are accepted.', ReadinessSchema),
    503: jsonAnswer('Events are refused; the checks say why.', ReadinessSchema),
    ...problemAnswers(),
  },
})

type HealthPorts = Pick<HttpPorts, 'store' | 'nowMs'>

/** Answers `GET /healthz` and `GET /readyz`. */
export function healthApi(ports: HealthPorts, found: readonly StartWarning[]) {
  const warnings = found.map(({ code, detail }) => ({ code, detail }))

  return createApi()
    .openapi(readHealth, (context) => context.json({ status: 'ok' as const }, 200))
    .openapi(readReadiness, async (context) => {
      const checked = await checkStore(ports)
      const status = checked.ok ? ('ready' as const) : ('unavailable' as const)
      return context.json({ status, checks: [checked], warnings }, checked.ok ? 200 : 503)
    })
}

/** Says whether the store takes what comes, by writing to it. */
export async function checkStore({ store, nowMs }: HealthPorts) {
  try {
    await store.check(nowMs())
    return { name: 'store', ok: true }
  } catch (error) {
    return { name: 'store', ok: false, detail: error instanceof Error ? error.message : 'cannot write' }
  }
}
