import { z } from '@hono/zod-openapi'
import { StoreError } from '@sluice/errors'
import type { Context, MiddlewareHandler } from 'hono'
import { sha256HexOf } from '../digest.ts'
import { ANSWER_KNOWN_MS } from '../flow/retention.ts'
import { readKey } from '../flow/verify.ts'
import type { HttpPorts } from '../ports.ts'
import { type ProblemCode, RequestError } from '../problem.ts'
import type { AnswerClaim, KeptAnswer } from '../store/port.ts'
import type { KeyEnv } from './auth.ts'
import { bodyOf } from './body.ts'
import { RECEIVED } from './responses.ts'

/** How long a request may be worked on: longer than the longest call by hand with all that it waits for. */
const RUNNING_MS = 120_000
/** How long a repeat waits for the first request, and how often it asks. */
const PATIENCE_MS = 2000
const ASK_AGAIN_MS = 100
/** Longest body where the route says nothing else. */
const MAX_BODY_BYTES = 1_048_576
/** Longest answer that is kept, in characters: JSON may write each in several bytes, and a row has 2 MB. */
const MAX_ANSWER_CHARACTERS = 300_000
/** The headers of an answer that mean something to its caller; all others are of the exchange. */
const KEPT_HEADERS = ['content-type', 'location', 'preference-applied'] as const

/** Says that an answer is that of an earlier request. */
const REPLAYED = 'idempotency-replayed'

/** Problems that a route adds whose requests have an effect once. */
export const ONCE = [
  'IDEMPOTENCY_KEY_INVALID',
  'IDEMPOTENCY_KEY_REUSED',
  'IDEMPOTENCY_KEY_IN_PROGRESS',
  'IDEMPOTENCY_KEY_UNSURE',
  'IDEMPOTENCY_ANSWER_NOT_KEPT',
  ...RECEIVED,
] as const satisfies readonly ProblemCode[]

/** What such a route says of the header. */
export const onceHeaders = z.object({
  'idempotency-key': z.string().optional().openapi({
    description:
      '1 to 255 printable ASCII characters. The same request with the same key gets the same answer for 24 hours (with `Idempotency-Replayed: true`), and has no second effect.',
  }),
})

/**
 * The header in the document of a route. Its type says nothing of it: a client of `hono/client` would have to name it in every
 * call, and sets it as any header.
 */
export const onceRequest: object = { headers: onceHeaders }

/** How a route keeps its answers. */
export interface OnceOptions {
  /** Largest body, in bytes: 1 MiB by default. */
  readonly maxBodyBytes?: number
  /** False where the answer holds what is shown once: a repeat is then told only that it was answered. */
  readonly keepsBody?: boolean
  /** Makes what a repeat is told whose first request died in the middle, of what is to be said of that. */
  readonly unsure?: (context: Context, detail: string) => RequestError
  /** Whether what died may be done again, because something else knows it: what is stored first has its own key. */
  readonly repeatable?: (context: Context) => boolean
}

/** Makes the middleware of routes whose requests have an effect once for each `Idempotency-Key`. */
export type Once = (options?: OnceOptions) => MiddlewareHandler<KeyEnv>

type OncePorts = Pick<HttpPorts, 'store' | 'nowMs' | 'sleep' | 'startTimer' | 'log'>

/**
 * Creates what answers a repeat as the first request was answered. It comes behind the guard: each caller has keys of its own.
 * It reads the body, with a key or without: whatever comes behind it finds it read, no larger and no slower than is allowed.
 *
 * What failed without an effect (429, 502 and above) is not kept, and may be tried again with its key. A request whose process
 * died in the middle is never done a second time in silence.
 *
 * @see https://www.ietf.org/archive/id/draft-ietf-httpapi-idempotency-key-header-07.html
 */
export function createOnce({ store, nowMs, sleep, startTimer, log }: OncePorts): Once {
  return (options = {}) => {
    const { maxBodyBytes = MAX_BODY_BYTES, keepsBody = true, unsure = nobodyKnows, repeatable } = options
    return async (context, next) => {
      const key = readKey(context.req.header('idempotency-key') ?? null)
      const body = await bodyOf(context, maxBodyBytes, startTimer)
      if (key === null) return next()
      const caller = context.get('keyId')
      const mayRepeat = repeatable?.(context) === true
      const fingerprint = await fingerprintOf(context, body, mayRepeat)
      const claim = await begin({ caller, key, fingerprint, repeatable: mayRepeat })
      if (claim.kind === 'answered') return replay(claim.answer)
      if (claim.kind === 'conflict') throw new RequestError('IDEMPOTENCY_KEY_REUSED')
      if (claim.kind === 'running') throw new RequestError('IDEMPOTENCY_KEY_IN_PROGRESS')
      if (claim.kind === 'unsure') throw unsure(context, DIED)
      await next()
      await keep({ caller, key }, await answerOf(context.res, keepsBody))
    }
  }

  async function begin(request: Parameters<typeof claimAt>[1]): Promise<AnswerClaim> {
    for (let waitedMs = 0; ; waitedMs += ASK_AGAIN_MS) {
      const claim = await claimAt(nowMs(), request)
      if (claim.kind !== 'running' || waitedMs >= PATIENCE_MS) return claim
      await sleep(ASK_AGAIN_MS)
    }
  }

  function claimAt(
    now: number,
    request: {
      readonly caller: string
      readonly key: string
      readonly fingerprint: string
      readonly repeatable: boolean
    },
  ): Promise<AnswerClaim> {
    const times = { nowMs: now, untilMs: now + RUNNING_MS, knownSinceMs: now - ANSWER_KNOWN_MS }
    return store.beginAnswer({ ...request, ...times, onlyKnown: false })
  }

  /** What was done is done: where its answer cannot be kept, a repeat is told that nobody knows. */
  async function keep(
    which: { readonly caller: string; readonly key: string },
    answer: KeptAnswer | null,
  ): Promise<void> {
    try {
      await store.endAnswer({ ...which, answer })
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      log('error', 'answer not kept', { code: error.code })
    }
  }
}

const DIED =
  'The gateway stopped while it worked on it. Look whether it took effect before it is sent again with another key.'

const nobodyKnows = (_: Context, detail: string) => new RequestError('IDEMPOTENCY_KEY_UNSURE', [], {}, { detail })

/** What makes a request the same: who cannot be told apart by it is answered alike. */
async function fingerprintOf(context: Context, body: Uint8Array, mayRepeat: boolean): Promise<string> {
  const { method, raw } = context.req
  const { pathname, search } = new URL(raw.url)
  const type = context.req.header('content-type') ?? ''
  const head = new TextEncoder().encode(JSON.stringify([method, pathname, search, type, mayRepeat]))
  const whole = new Uint8Array(head.length + body.length)
  whole.set(head)
  whole.set(body, head.length)
  return sha256HexOf(whole)
}

/** The answer as it is kept; null for one that had no effect. An unexpected error may have come after the effect. */
async function answerOf(response: Response, keepsBody: boolean): Promise<KeptAnswer | null> {
  const { status } = response
  if (status === 429 || status > 500) return null
  const kept = KEPT_HEADERS.flatMap((name) => {
    const value = response.headers.get(name)
    return value === null ? [] : [[name, value] as const]
  })
  const body = keepsBody || status >= 400 ? await response.clone().text() : null
  const fits = body !== null && body.length <= MAX_ANSWER_CHARACTERS
  return { status, headers: Object.fromEntries(kept), body: fits ? body : null }
}

function replay({ status, headers, body }: KeptAnswer): Response {
  if (body === null) throw new RequestError('IDEMPOTENCY_ANSWER_NOT_KEPT')
  return new Response(body, { status, headers: { ...headers, [REPLAYED]: 'true' } })
}
