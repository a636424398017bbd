import { createUpstreamMocks, type UpstreamMocks } from './mocks.ts'
import type { MockReply } from './reply.ts'
import type { MockSettingsInput } from './settings.ts'

/** A reply, read to its end; `kind` is `response` unless the mock broke off or hung. */
export interface Seen {
  readonly kind: MockReply['kind']
  readonly status: number
  readonly text: string
  readonly headers: Headers
}

/** What a test sends. */
export interface Sending {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | FormData
  readonly address?: string
}

/** Mocks with a clock that only a test moves, ids that count, and tokens that repeat from run to run. */
export interface Workbench {
  readonly mocks: UpstreamMocks
  readonly clock: { nowMs: number }
  /** What was posted to callers, in order; each is answered with `answers`, the last of which stays. */
  readonly posted: { readonly url: string; readonly body: unknown }[]
  /** Statuses that the receiver of callbacks gives; null breaks the connection. */
  readonly answers: (number | null)[]
  /** Moves the clock, and does what becomes due. */
  pass(ms: number): Promise<number>
  send(method: string, path: string, sending?: Sending): Promise<Seen>
}

/** 2026-01-02 03:04:05 UTC */
export const START_MS = 1_767_323_045_000

/** Base address of the mocks in tests; nothing listens there. */
export const BASE = 'http://sandbox.test'

/** Sets the mocks up for a test. */
export function createWorkbench(settings: MockSettingsInput = {}): Workbench {
  const clock = { nowMs: START_MS }
  let ids = 0
  let seed = 1
  const posted: { url: string; body: unknown }[] = []
  const answers: (number | null)[] = [200]
  const mocks = createUpstreamMocks({
    nowMs: () => clock.nowMs,
    newId: () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`,
    random: () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647,
    fetch: async (request) => {
      posted.push({ url: request.url, body: await request.json() })
      const status = answers.length > 1 ? answers.shift() : answers[0]
      if (status === undefined || status === null) throw new Error('nobody is there')
      return new Response(null, { status })
    },
    settings,
  })
  return {
    mocks,
    clock,
    posted,
    answers,
    pass(ms): Promise<number> {
      clock.nowMs += ms
      return mocks.runDue()
    },
    async send(method, path, { headers = {}, body, address } = {}): Promise<Seen> {
      const request = new Request(`${BASE}${path}`, { method, headers, ...(body === undefined ? {} : { body }) })
      const reply = await mocks.handle(request, address === undefined ? undefined : { address })
      if (!('response' in reply)) return { kind: reply.kind, status: 0, text: '', headers: new Headers() }
      const { status, headers: received } = reply.response
      return { kind: reply.kind, status, text: await reply.response.text(), headers: received }
    },
  }
}
