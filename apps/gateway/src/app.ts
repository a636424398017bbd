import type { OpenAPIHono } from '@hono/zod-openapi'
import { VerifyError } from '@sluice/errors'
import { composeApi, type HttpParts } from './api/api.ts'
import { createKeyGuard, type KeyEnv } from './api/auth.ts'
import { addCallbacks } from './api/callbacks.ts'
import { addDocument } from './api/document.ts'
import { addWebhooks } from './api/webhooks.ts'
import type { Config } from './config.ts'
import { addHome, type HomeFacts } from './console/home.ts'
import { createEngine } from './engine.ts'
import type { Outbox } from './flow/lease.ts'
import { createIntake } from './flow/store.ts'
import type { HttpPorts, Ports } from './ports.ts'
import { problemOf, RequestError } from './problem.ts'
import { type RuntimeFacts, startWarnings } from './start-warnings.ts'

const PROBLEM_JSON = { 'content-type': 'application/problem+json' }

/** What answers HTTP. */
export interface Http {
  fetch(request: Request): Response | Promise<Response>
}

/** The gateway: what answers HTTP, and what delivers. */
export interface App extends Http {
  readonly outbox: Outbox
  /** Ends what would never end by itself, for a process that wants to. */
  readonly endStreams: () => void
}

/** What the runtime knows, and the start page says. */
export interface AppFacts extends HomeFacts, RuntimeFacts {}

/**
 * Composes the whole HTTP surface and the outbox, and takes back what an earlier process left unfinished: no other process
 * may work on the store. Nothing is delivered before `outbox.wake()`.
 */
export async function createApp(config: Config, ports: Ports, facts: AppFacts): Promise<App> {
  const { lanes, outbox } = await createEngine(config, ports)
  const stopping = new AbortController()
  const watch = { changed: () => ports.store.changed(), maxReads: Infinity, stopped: stopping.signal }
  const httpPorts = { ...ports, watch, idsBeside: () => ports.newId }
  const http = createHttp(config, httpPorts, { intake: createIntake(ports), lanes, outbox }, facts)
  return { ...http, outbox, endStreams: () => stopping.abort() }
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

  app.onError((error, context) => answerProblem(error, context.req.path, ports))
  app.notFound((context) => answerNoRoute(app, context.req.path, ports))
  addWebhooks(app, config, ports, intake, outbox)
  addCallbacks(app, config, lanes, ports, outbox)
  addHome(app, config, ports, outbox, facts, warnings)
  addDocument(app, facts.version)
  return { fetch: (request) => app.fetch(request) }
}

/** One of the two places that handle errors; the other is `deliver`. */
function answerProblem(error: unknown, path: string, { log }: Pick<Ports, 'log'>): Response {
  const { problem, headers } = problemOf(error)
  if (error instanceof VerifyError) {
    log('warn', 'request not verified', { path, code: error.code, reason: error.message })
  }
  if (problem.status >= 500) log('error', 'request failed', failureFields(error, problem.code))
  return new Response(JSON.stringify(problem), { status: problem.status, headers: { ...PROBLEM_JSON, ...headers } })
}

/** Tells a path that is not there from a method that is not taken. RFC 9110 section 15.5.6 */
function answerNoRoute(app: OpenAPIHono<KeyEnv>, path: string, ports: Pick<Ports, 'log'>): Response {
  const methods = app.routes.filter((route) => matches(route.path, path)).map(({ method }) => method)
  const allowed = [...new Set(methods)].filter((method) => method !== 'ALL')
  if (allowed.length === 0) return answerProblem(new RequestError('NOT_FOUND'), path, ports)
  const response = answerProblem(new RequestError('METHOD_NOT_ALLOWED'), path, ports)
  response.headers.set('allow', (allowed.includes('GET') ? [...allowed, 'HEAD'] : allowed).join(', '))
  return response
}

/** Compares a route's path with a request's, part by part; a part such as `:id` stands for any. */
function matches(pattern: string, path: string): boolean {
  const parts = path.split('/')
  const expected = pattern.split('/')
  return expected.length === parts.length && expected.every((part, at) => part.startsWith(':') || part === parts[at])
}

/** Names the error and the place it was thrown at: its message may quote what was sent. */
function failureFields(error: unknown, code: string) {
  if (!(error instanceof Error)) return { code }
  const place = error.stack?.split('\n').find((line) => line.trimStart().startsWith('at '))
  return { code, error: error.name, ...(place === undefined ? {} : { place: place.trim() }) }
}
