import {
  createMockFetch,
  createUpstreamMocks,
  type FaultName,
  type MockSettingsInput,
  type UpstreamMocks,
  type UpstreamName,
} from '@sluice/upstream-mocks'

/** 2026-01-02 03:04:05 UTC: the time of every case. */
export const START_MS = 1_767_323_045_000

/** Base address of the mocks; nothing listens there. The clients allow http for loopback. */
export const BASE = 'http://127.0.0.1:9'

/** How long a client of the suite waits for a reply that never comes. */
export const TIMEOUTS = { headersTimeoutMs: 20, replyTimeoutMs: 40 } as const

/** One request that a client sent. */
export interface SentRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly contentType: string | null
  readonly body: string
}

/** The mocks of one case, and what a client sent to them. */
export interface Stage {
  readonly mocks: UpstreamMocks
  readonly fetch: (request: Request) => Promise<Response>
  readonly nowMs: () => number
  /** Lets time pass, and does what becomes due. */
  pass(ms: number): Promise<number>
  readonly sent: SentRequest[]
  /** What was posted to the callback's address. */
  readonly posted: unknown[]
}

/** Sets the mocks up with a clock that stands still and tokens that repeat from run to run. */
export function setStage(settings: MockSettingsInput = {}): Stage {
  let nowMs = START_MS
  let seed = 1
  let ids = 0
  const posted: unknown[] = []
  const sent: SentRequest[] = []
  const mocks = createUpstreamMocks({
    nowMs: () => nowMs,
    random: () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647,
    newId: () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`,
    fetch: async (request) => {
      posted.push(await request.json())
      return new Response(null, { status: 200 })
    },
    settings,
  })
  const toMocks = createMockFetch(mocks)
  return {
    mocks,
    posted,
    sent,
    nowMs: () => nowMs,
    async pass(ms) {
      nowMs += ms
      return mocks.runDue()
    },
    async fetch(request) {
      sent.push(await show(request))
      return toMocks(request)
    },
  }
}

/** A fetch that gives a printed reply to every request, and notes what was sent. */
export function replying(
  reply: (request: SentRequest) => {
    readonly status?: number
    readonly headers?: Record<string, string>
    readonly body: BodyInit
  },
  sent: SentRequest[] = [],
): (request: Request) => Promise<Response> {
  return async (request) => {
    const shown = await show(request)
    sent.push(shown)
    const { status = 200, headers = {}, body } = reply(shown)
    return new Response(body, { status, headers })
  }
}

/** Arms a fault for the next call of an operation. */
export function arm({ mocks }: Stage, upstream: UpstreamName, fault: FaultName, operation: string): void {
  mocks.setFault({ upstream, fault, times: 1, operation })
}

async function show(request: Request): Promise<SentRequest> {
  const url = new URL(request.url)
  return {
    method: request.method,
    path: url.pathname,
    query: decodeURIComponent(url.search.slice(1)).replace(/token=[0-9a-f]+/, 'token=...'),
    contentType: request.headers.get('content-type'),
    body: await request.clone().text(),
  }
}
