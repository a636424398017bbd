import { CONTRACT_FAULTS, contractNumbers } from './contract-faults.ts'
import { fitsOperation } from './fault-kind.ts'
import { checkFaultOrder, type FaultOrder } from './faults.ts'
import { FAULT_TABLE, faultKind, isFaultName } from './fault-table.ts'
import { OPERATIONS } from './operations.ts'
import { type Received, textOf } from './received.ts'
import type { LogFilter, LoggedRequest, Tally } from './request-log.ts'
import { UPSTREAM_NAMES, type UpstreamName } from './upstream-name.ts'

/** What the control calls act upon. */
export interface Controlled {
  setFault(order: FaultOrder): void
  clearFaults(): void
  activeFaults(): readonly FaultOrder[]
  requests(filter: LogFilter): LoggedRequest[]
  total(upstream?: UpstreamName): number
  dropped(): number
  tallies(): Readonly<Record<UpstreamName, Tally>>
  state(): unknown
  reset(): void
  expireTokens(): void
  reactivate(conversationId: number): number | null
  runDue(): Promise<number>
  runAll(): Promise<number>
}

type Handler = (received: Received, on: Controlled) => Response | Promise<Response>

/** Every control call, by method and path. */
const CALLS: Readonly<Record<string, Handler>> = {
  'GET /_sandbox': (_, on) => Response.json(overview(on)),
  'GET /_sandbox/requests': listRequests,
  'GET /_sandbox/state': (_, on) => Response.json(on.state()),
  'GET /_sandbox/faults': (_, on) => Response.json({ ...faultList(), active: on.activeFaults() }),
  'POST /_sandbox/faults': armFault,
  'DELETE /_sandbox/faults': (_, on) => done(() => on.clearFaults()),
  'POST /_sandbox/step': async (_, on) => Response.json({ ran: await on.runAll() }),
  'POST /_sandbox/reset': (_, on) => done(() => on.reset()),
  'POST /_sandbox/tokens/expire': (_, on) => done(() => on.expireTokens()),
  'POST /_sandbox/danaconnect/reactivate': reactivate,
}

/** Answers a control call. Control calls are not logged, and no fault touches them. */
export function answerControl(received: Received, on: Controlled): Response | Promise<Response> {
  const path = received.path.length > 1 ? received.path.replace(/\/$/, '') : received.path
  const handler = CALLS[`${received.method} ${path}`]
  if (handler !== undefined) return handler(received, on)
  return refuse(404, 'unknown control call', Object.keys(CALLS))
}

/** Most requests that one reply lists. */
const MAX_LIMIT = 10_000
const DEFAULT_LIMIT = 100

function listRequests(received: Received, on: Controlled): Response {
  const query = new URLSearchParams(received.query)
  const name = query.get('upstream')
  const upstream = UPSTREAM_NAMES.find((known) => known === name)
  if (name !== null && upstream === undefined) return refuse(400, 'unknown upstream', UPSTREAM_NAMES)
  const operation = query.get('operation')
  const after = wholeNumber(query.get('after') ?? '0')
  const limit = wholeNumber(query.get('limit') ?? String(DEFAULT_LIMIT))
  if (after === null) return refuse(400, 'after must be a whole number', [])
  if (limit === null || limit > MAX_LIMIT) return refuse(400, `limit must be a whole number up to ${MAX_LIMIT}`, [])
  const requests = on.requests({
    after,
    limit,
    ...(upstream === undefined ? {} : { upstream }),
    ...(operation === null ? {} : { operation }),
  })
  return Response.json({ total: on.total(upstream), dropped: on.dropped(), requests })
}

function armFault(received: Received, on: Controlled): Response {
  const checked = checkFaultOrder(parse(received))
  if ('error' in checked) return refuse(400, checked.error, checked.known)
  on.setFault(checked.order)
  return Response.json({ active: on.activeFaults() }, { status: 201 })
}

function reactivate(received: Received, on: Controlled): Response {
  const input = parse(received)
  const id = typeof input === 'object' && input !== null && 'conversationId' in input ? input.conversationId : null
  const conversationId = typeof id === 'number' ? on.reactivate(id) : null
  return conversationId === null
    ? refuse(400, 'unknown conversationId', ['conversationId'])
    : Response.json({ conversationId })
}

function overview(on: Controlled): unknown {
  const tallies = on.tallies()
  return {
    sandbox: 'mocks of the three upstreams; the credentials are in the README of @sluice/upstream-mocks',
    upstreams: UPSTREAM_NAMES.map((name) => ({
      name,
      base: `/${name}`,
      operations: OPERATIONS[name],
      ...tallies[name],
    })),
    control: Object.keys(CALLS),
  }
}

/** Lists what can be armed, and how each numbered fault of the contracts is had. */
function faultList(): Readonly<Record<string, unknown>> {
  const names = Object.keys(FAULT_TABLE).filter(isFaultName)
  const faults = names.map((name) => {
    const kind = faultKind(name)
    const { does, upstreams, afterEffect, delayMs } = kind
    const each = upstreams.map((upstream) => ({
      upstream,
      contract: contractNumbers(upstream, name),
      operations: OPERATIONS[upstream].filter((operation) => fitsOperation(kind, operation)),
    }))
    return { name, does, upstreams, afterEffect, ...(delayMs === undefined ? {} : { delayMs }), fits: each }
  })
  return { faults, contract: CONTRACT_FAULTS }
}

function done(act: () => void): Response {
  act()
  return Response.json({ done: true })
}

function refuse(status: number, error: string, known: readonly string[]): Response {
  return Response.json({ error, known }, { status })
}

function parse(received: Received): unknown {
  try {
    return JSON.parse(textOf(received.bytes))
  } catch {
    return null
  }
}

function wholeNumber(text: string): number | null {
  return /^[0-9]{1,15}$/.test(text) ? Number(text) : null
}
