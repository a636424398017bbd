import { type Document, findOperation, operationsOf } from '../document/document.ts'
import { createReplyCheck } from '../document/reply-check.ts'
import { createDice } from './dice.ts'
import { createKnown } from './known.ts'
import { createRequests, curlOf, type FuzzRequest, type RequestSettings, targetOf } from './request.ts'

/** A gateway to send requests to. */
export interface Target {
  readonly url: string
  readonly document: Document
  readonly keys: RequestSettings['keys']
  /** Values that members and parameters may have, by their names. */
  readonly words: Readonly<Record<string, readonly string[]>>
  readonly hints: RequestSettings['hints']
  /** Answers that have to be seen besides a success of every operation: `receiveWebhook 207`, `receiveWebhook 422 BATCH_REFUSED`. */
  readonly reached: readonly string[]
  /** What a caller was told before: ids are read in it. */
  readonly told: string
}

export interface Effort {
  readonly seed: number
  readonly seconds: number
  /** Whether it goes on until every operation has succeeded and all that has to be seen was, for {@link PATIENCE} times as long at most. */
  readonly untilAllSucceeded?: boolean
}

/** On a busy machine few requests may fit into a short run. */
const PATIENCE = 12

/** A reply that should not be, and what led to it. */
export interface Finding {
  readonly fault: string
  readonly curl: string
  readonly times: number
}

export interface FuzzReport {
  readonly operations: number
  readonly requests: number
  readonly findings: readonly Finding[]
  /** Operations that never answered with success, and answers that were never seen. */
  readonly never: readonly string[]
  /** How often each operation and status was seen, and code of a problem. */
  readonly seen: ReadonlyMap<string, number>
}

/** Requests under way at once. */
const AT_ONCE = 8
/** Longest that a reply may take, on a machine with other work. */
const REPLY_MS = 20_000

/** Sends requests until the time is over, and compares every reply with the document. */
export async function fuzzApi(
  target: Target,
  { seed, seconds, untilAllSucceeded = false }: Effort,
): Promise<FuzzReport> {
  const { url, document } = target
  const known = createKnown(target.words)
  known.learn(target.told)
  const next = createRequests({ ...target, known, dice: createDice(seed) })
  const check = createReplyCheck(document)
  const seen = new Map<string, number>()
  const found = new Map<string, { readonly request: FuzzRequest; times: number }>()
  const ids = operationsOf(document).map(({ operation }) => operation.operationId)
  const succeeded = (id: string) => [...seen.keys()].some((name) => name.startsWith(`${id} 2`))
  const missing = () => [...ids.filter((id) => !succeeded(id)), ...target.reached.filter((name) => !seen.has(name))]
  const beganAtMs = performance.now()
  const timeShare = () => (performance.now() - beganAtMs) / (seconds * 1000)
  const goesOn = () => timeShare() < 1 || (untilAllSucceeded && timeShare() < PATIENCE && missing().length > 0)
  /** What chance did not bring in time, on a slow machine, is looked for. */
  const sought = () => new Set(timeShare() < 1 ? [] : missing().map((name) => name.split(' ', 1)[0] ?? ''))
  let requests = 0

  const send = async (request: FuzzRequest): Promise<readonly string[]> => {
    const { operationId, method } = request
    const reply = await exchange(url, request)
    if (typeof reply === 'string') return [`${operationId}: ${reply}`]
    known.learn(reply.body ?? '')
    const code = /"code":"([A-Z_]+)"/.exec(reply.status < 400 ? '' : (reply.body ?? ''))?.[1]
    const name = [operationId, reply.status, ...(code === undefined ? [] : [code])].join(' ')
    seen.set(name, (seen.get(name) ?? 0) + 1)
    const path = pathOf(url, request)
    if (isServersOwn(reply)) return []
    const isBroken = reply.status === 500
    return [
      ...(isBroken ? [`${operationId} failed`] : []),
      ...scopeFaults(target, request, path, reply.status),
      ...check({ method, path }, reply),
    ]
  }
  const worker = async () => {
    while (goesOn()) {
      const request = next(sought())
      requests += 1
      for (const fault of await send(request)) {
        const known = found.get(fault) ?? { request, times: 0 }
        known.times += 1
        found.set(fault, known)
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  const alive = await fetch(`${url}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  )
  const findings: Finding[] = alive ? [] : [{ fault: 'it no longer answers', curl: `curl ${url}/healthz`, times: 1 }]
  for (const [fault, { request, times }] of found) {
    findings.push({ fault, times, curl: curlOf(url, alive ? await shrink(request, fault, send) : request) })
  }
  return { operations: ids.length, requests, findings, never: missing(), seen }
}

/** Sends a request and reads the reply; says why there is none. A stream of events is not read to its end. */
async function exchange(url: string, request: FuzzRequest) {
  const { method, headers, body } = request
  const canHaveBody = method !== 'GET' && method !== 'HEAD'
  try {
    const reply = await fetch(`${url}${targetOf(request)}`, {
      method,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(REPLY_MS),
      ...(canHaveBody && body !== null ? { body } : {}),
    })
    const isStream = reply.headers.get('content-type')?.startsWith('text/event-stream') === true
    if (isStream) await reply.body?.cancel()
    return { status: reply.status, headers: reply.headers, body: isStream ? null : await reply.text() }
  } catch (error) {
    return `no reply: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** A key that may only read is let in where the document asks for that, and nowhere else. */
function scopeFaults(
  { document, keys }: Target,
  { method, headers }: FuzzRequest,
  path: string,
  status: number,
): readonly string[] {
  const operation = findOperation(document, method, path)?.operation
  if (operation === undefined || headers['authorization'] !== `Bearer ${keys.reader}`) return []
  const scopes = operation.security.flatMap((way) => way['key'] ?? [])
  if (scopes.length === 0) return []
  const isWrong = scopes.includes('read') ? status === 403 : status < 400
  return isWrong ? [`${operation.operationId} is ${status} for a key that may only read`] : []
}

/** QUIRK bun: a head above 16 kB is refused by the server itself, without a word, before the gateway sees it. */
function isServersOwn({ status, body }: { readonly status: number; readonly body: string | null }): boolean {
  return status === 431 && body === ''
}

/** The path that the gateway sees: what can be decoded is, as routers do. */
function pathOf(url: string, request: FuzzRequest): string {
  const { pathname } = new URL(`${url}${targetOf(request)}`)
  // QUIRK bun: a target of `//` comes as `/`.
  if (pathname === '//') return '/'
  try {
    return decodeURI(pathname)
  } catch {
    return pathname
  }
}

/** Leaves out what a fault does not need. */
async function shrink(
  request: FuzzRequest,
  fault: string,
  send: (request: FuzzRequest) => Promise<readonly string[]>,
): Promise<FuzzRequest> {
  const without = (name: string) =>
    Object.fromEntries(Object.entries(request.headers).filter(([header]) => header !== name))
  const smaller: readonly FuzzRequest[] = [
    ...(request.body === null ? [] : [{ ...request, body: null }]),
    ...Object.keys(request.headers).map((name) => ({ ...request, headers: without(name) })),
    ...request.query.map((_, at) => ({ ...request, query: request.query.toSpliced(at, 1) })),
  ]
  for (const candidate of smaller) {
    if ((await send(candidate)).includes(fault)) return shrink(candidate, fault, send)
  }
  return request
}
