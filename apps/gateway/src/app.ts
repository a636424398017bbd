import { OpenAPIHono } from '@hono/zod-openapi'
import { VerifyError } from '@sluice/errors'
import { createKeyGuard } from './api/auth.ts'
import { addDeliveries } from './api/deliveries.ts'
import { addDocument } from './api/document.ts'
import { addEvents } from './api/events.ts'
import { addHealth } from './api/health.ts'
import { addWebhooks } from './api/webhooks.ts'
import type { Config } from './config.ts'
import { addHome, type HomeFacts } from './console/home.ts'
import { createOutbox, type Lane, type Outbox } from './flow/lease.ts'
import { issuesOf } from './flow/validate.ts'
import type { Ports } from './ports.ts'
import { problemOf, RequestError } from './problem.ts'

const PROBLEM_JSON = { 'content-type': 'application/problem+json' }

/** The gateway: what answers HTTP, and what delivers. */
export interface App {
  fetch(request: Request): Response | Promise<Response>
  readonly outbox: Outbox
}

/** Composes the whole HTTP surface and the outbox. Nothing is delivered before `outbox.wake()`. */
export function createApp(config: Config, ports: Ports, facts: HomeFacts): App {
  const outbox = createOutbox(lanesOf(config, ports), ports)
  const app = new OpenAPIHono({
    defaultHook: (result) => {
      if (!result.success) throw new RequestError('PARAMETER_INVALID', issuesOf(result.error))
    },
  })
  const guard = createKeyGuard(config.keys)

  app.onError((error) => answerProblem(error, ports))
  app.notFound(() => answerProblem(new RequestError('NOT_FOUND'), ports))
  addWebhooks(app, config, ports, outbox)
  addEvents(app, ports, guard)
  addDeliveries(app, ports, guard)
  addHealth(app, ports)
  addHome(app, config, ports, outbox, facts)
  addDocument(app, facts.version)
  return { fetch: (request) => app.fetch(request), outbox }
}

/** One of the two places that handle errors; the other is `deliver`. */
function answerProblem(error: unknown, { log }: Pick<Ports, 'log'>): Response {
  const { problem, headers } = problemOf(error)
  if (error instanceof VerifyError) log('warn', 'request not verified', { code: error.code, reason: error.message })
  if (problem.status >= 500) log('error', 'request failed', failureFields(error, problem.code))
  return new Response(JSON.stringify(problem), { status: problem.status, headers: { ...PROBLEM_JSON, ...headers } })
}

/** Names the error and the place it was thrown at: its message may quote what was sent. */
function failureFields(error: unknown, code: string) {
  if (!(error instanceof Error)) return { code }
  const place = error.stack?.split('\n').find((line) => line.trimStart().startsWith('at '))
  return { code, error: error.name, ...(place === undefined ? {} : { place: place.trim() }) }
}

function lanesOf(config: Config, ports: Ports): readonly Lane[] {
  const routes = [...config.sources.values()].flatMap((source) => source.routes)
  const onUnsure = new Map(routes.map((route) => [route.name, route.onUnsure]))
  return [...config.destinations].map(([name, factory]) => ({
    name,
    destination: factory.create(ports),
    concurrency: factory.concurrency,
    // A route or an operation that was taken out of the configuration leaves deliveries behind: those are never sent twice.
    policy: ({ route, operation, payload }) => ({
      idempotent: factory.operations[operation]?.idempotent(payload) === true,
      onUnsure: onUnsure.get(route) ?? 'park',
    }),
  }))
}
