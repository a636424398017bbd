import type { OpenAPIHono } from '@hono/zod-openapi'
import { StoreError } from '@sluice/errors'
import type { Context } from 'hono'
import { composeApi, type HttpParts } from './api/api.ts'
import { createKeyGuard, createSourceGuard, type KeyEnv } from './api/auth.ts'
import { createKeyDesk } from './control/desk.ts'
import { createDoor } from './control/door.ts'
import { addCallbacks } from './api/callbacks.ts'
import { addDocument, type ReadAsset } from './api/document.ts'
import { addWebhooks } from './api/webhooks.ts'
import type { Config } from './config.ts'
import { addDocs } from './console/docs/docs.ts'
import { addHome, type HomeFacts } from './console/home.ts'
import { createEngine } from './engine.ts'
import { answerProblem, refuse } from './http/answer-problem.ts'
import type { Outbox } from './flow/lease.ts'
import { createIntake } from './flow/store.ts'
import { createIntakeAll } from './flow/store-all.ts'
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
  /** Ends what would never end by itself, for a process that wants to. */
  readonly endStreams: () => void
}

/** What the runtime knows, and the start page says. */
export interface AppFacts extends HomeFacts, RuntimeFacts {
  /** Where the document of the API lies finished; without it, it is made from the routes. */
  readonly readAsset?: ReadAsset
}

/**
 * Composes the whole HTTP surface and the outbox, and takes back what an earlier process left unfinished: no other process
 * may work on the store. Nothing is delivered before `outbox.wake()`.
 */
export async function createApp(config: Config, ports: Ports, facts: AppFacts): Promise<App> {
  const { lanes, outbox } = await createEngine(config, ports)
  await abandonAnswers(ports)
  const keyDesk = createKeyDesk(config.keys, ports.control, ports)
  const stopping = new AbortController()
  const watch = { changed: () => ports.store.changed(), maxReads: Infinity, stopped: stopping.signal }
  const httpPorts = { ...ports, keyDesk, watch, idsBeside: () => ports.newId }
  const parts = { intake: createIntake(ports), intakeAll: createIntakeAll(ports), lanes, outbox }
  return { ...createHttp(config, httpPorts, parts, facts), outbox, endStreams: () => stopping.abort() }
}

/** What cannot be noted now, because the disk is full, is found by its time instead. */
async function abandonAnswers({ store, log }: Pick<Ports, 'store' | 'log'>): Promise<void> {
  try {
    await store.abandonAnswers()
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    log('error', 'requests that died not noted', { code: error.code })
  }
}

/** Composes the whole HTTP surface. */
export function createHttp(
  config: Config,
  ports: HttpPorts,
  { intake, intakeAll, lanes, outbox }: HttpParts,
  facts: AppFacts,
): Http {
  const warnings = startWarnings(config, facts)
  for (const { code, destination, detail } of warnings)
    ports.log('warn', 'will probably not work here', { code, destination, detail })
  const door = createDoor(config.keys, ports.keyDesk)
  const app = composeApi(config, ports, { intake, intakeAll, lanes, outbox }, createKeyGuard(door), warnings)

  // One of the two places that handle errors; the other is `deliver`.
  app.onError((error, context) => withAllow(app, answerProblem(error, context), context))
  app.notFound((context) => answerNoRoute(app, context))
  addWebhooks(
    app,
    config,
    ports,
    { intake, intakeAll, outbox, log: ports.log },
    createSourceGuard(door, config.sources),
  )
  addCallbacks(app, config, lanes, ports, outbox)
  addHome(app, config, ports, outbox, facts, warnings)
  addDocument(app, facts.version, facts.readAsset ?? null)
  addDocs(app, facts.version, facts.readAsset ?? null)
  return { fetch: (request) => app.fetch(request) }
}

/** Tells a path that is not there from a method that is not taken. RFC 9110 section 15.5.6 */
function answerNoRoute(app: OpenAPIHono<KeyEnv>, context: Context<KeyEnv>): Response {
  const code = allowedInstead(app, context).length === 0 ? 'NOT_FOUND' : 'METHOD_NOT_ALLOWED'
  return withAllow(app, refuse(new RequestError(code), context), context)
}

/** Lists in the answer to a method that is not taken those that are. */
function withAllow(app: OpenAPIHono<KeyEnv>, response: Response, context: Context<KeyEnv>): Response {
  if (response.status === 405) response.headers.set('allow', allowedInstead(app, context).join(', '))
  return response
}

/** The methods that a path takes besides the one that was tried. */
function allowedInstead(
  { routes }: OpenAPIHono<KeyEnv>,
  { req: { path, method } }: Context<KeyEnv>,
): readonly string[] {
  const methods = new Set(routes.filter((route) => matches(route.path, path)).map((route) => route.method))
  methods.delete('ALL')
  methods.delete(method === 'HEAD' ? 'GET' : method)
  return methods.has('GET') ? [...methods, 'HEAD'] : [...methods]
}

/** Compares a route's path with a request's, part by part; a part such as `:id` stands for any that is not empty. */
function matches(pattern: string, path: string): boolean {
  const parts = path.split('/')
  const expected = pattern.split('/')
  return (
    expected.length === parts.length &&
    expected.every((part, at) => part === parts[at] || (part.startsWith(':') && parts[at] !== ''))
  )
}
