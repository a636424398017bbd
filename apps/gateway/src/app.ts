import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { composeApi, type HttpParts } from './api/api.ts'
import { createKeyGuard, type KeyEnv } from './api/auth.ts'
import { addCallbacks } from './api/callbacks.ts'
import { addDocument } from './api/document.ts'
import { addWebhooks } from './api/webhooks.ts'
import type { Config } from './config.ts'
import { addHome, type HomeFacts } from './console/home.ts'
import { createEngine } from './engine.ts'
import { answerProblem, refuse } from './http/answer-problem.ts'
import type { Outbox } from './flow/lease.ts'
import { createIntake } from './flow/store.ts'
import type { HttpPorts, Ports } from './ports.ts'
import { RequestError } from './problem.ts'
import { type RuntimeFacts, startWarnings } from './start-warnings.ts'

/** What answers HTTP. */
export interface Http {
  fetch(request: Request): Response | Promise<Response>
}

/** The gateway: what answers HTTP, and what delivers. */
export interface App extends Http {
  readonly outbox: Outbox
}

/** What the runtime knows, and the start page says. */
export interface AppFacts extends HomeFacts, RuntimeFacts {}

/**
 * Composes the whole HTTP surface and the outbox, and takes back what an earlier process left unfinished: no other process
 * may work on the store. Nothing is delivered before `outbox.wake()`.
 */
export async function createApp(config: Config, ports: Ports, facts: AppFacts): Promise<App> {
  const { lanes, outbox } = await createEngine(config, ports)
  const httpPorts = { ...ports, idsBeside: () => ports.newId }
  return { ...createHttp(config, httpPorts, { intake: createIntake(ports), lanes, outbox }, facts), outbox }
}

/** Composes the whole HTTP surface. */
export function createHttp(
  config: Config,
  ports: HttpPorts,
  { intake, lanes, outbox }: HttpParts,
  facts: AppFacts,
): Http {
  const warnings = startWarnings(config, facts)
  for (const { code, destination, detail } of warnings)
    ports.log('warn', 'will probably not work here', { code, destination, detail })
  const app = composeApi(config, ports, { outbox }, createKeyGuard(config.keys), warnings)

  // One of the two places that handle errors; the other is `deliver`.
  app.onError(answerProblem)
  app.notFound((context) => answerNoRoute(app, context))
  addWebhooks(app, config, ports, intake, outbox)
  addCallbacks(app, config, lanes, ports, outbox)
  addHome(app, config, ports, outbox, facts, warnings)
  addDocument(app, facts.version)
  return { fetch: (request) => app.fetch(request) }
}

/** Tells a path that is not there from a method that is not taken. RFC 9110 section 15.5.6 */
function answerNoRoute(app: OpenAPIHono<KeyEnv>, context: Context<KeyEnv>): Response {
  const { path } = context.req
  const methods = app.routes.filter((route) => matches(route.path, path)).map(({ method }) => method)
  const allowed = [...new Set(methods)].filter((method) => method !== 'ALL')
  if (allowed.length === 0) return refuse(new RequestError('NOT_FOUND'), context)
  const response = refuse(new RequestError('METHOD_NOT_ALLOWED'), context)
  response.headers.set('allow', (allowed.includes('GET') ? [...allowed, 'HEAD'] : allowed).join(', '))
  return response
}

/** Compares a route's path with a request's, part by part; a part such as `:id` stands for any that is not empty. */
function matches(pattern: string, path: string): boolean {
  const parts = path.split('/')
  const expected = pattern.split('/')
  return (
    expected.length === parts.length &&
    expected.every((part, at) => (part.startsWith(':') ? parts[at] !== '' : part === parts[at]))
  )
}
