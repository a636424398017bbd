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

/** How long a client of the suite waits for a reply that never comes: longer than a busy machine stands still. */
export const TIMEOUTS = { headersTimeoutMs: 120, replyTimeoutMs: 250 } as const

/** One request that a client sent. */
export interface SentRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly contentType: string | null
  readonly accept: string | null
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
  /** Answers the next notice with 500. */
  refuseNotice(): void
  /** Every reply as the mocks gave it, every notice, and the passing of time, in the order in which they came. */
  readonly journal: readonly string[]
}

/** Sets the mocks up with a clock that stands still and tokens that repeat from run to run. */
export function setStage(settings: MockSettingsInput = {}): Stage {
  let nowMs = START_MS
  let seed = 1
  let ids = 0
  let refusals = 0
  const posted: unknown[] = []
  const sent: SentRequest[] = []
  const mocks = createUpstreamMocks({
    nowMs: () => nowMs,
    random: () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647,
    newId: () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`,
    fetch: async (request) => {
      const notice: unknown = await request.json()
      posted.push(notice)
      journal.push(`notice at ${request.url} ${JSON.stringify(notice)}`)
      if (refusals === 0) return new Response(null, { status: 200 })
      refusals -= 1
      return new Response(null, { status: 500 })
    },
    settings,
  })
  const journal: string[] = []
  const toMocks = createMockFetch({
    covers: (url) => mocks.covers(url),
    async handle(...call) {
      const reply = await mocks.handle(...call)
      journal.push(await showReply(reply))
      return reply
    },
  })
  return {
    mocks,
    posted,
    sent,
    journal,
    refuseNotice: () => (refusals += 1),
    nowMs: () => nowMs,
    async pass(ms) {
      nowMs += ms
      const ran = await mocks.runDue()
      journal.push(`${ms} ms passed`)
      return ran
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
function arm({ mocks }: Stage, upstream: UpstreamName, fault: FaultName, operation: string): void {
  mocks.setFault({ upstream, fault, times: 1, operation })
}

/** What a case changes: settings of its upstream, and a fault. */
interface Disturbance<Name extends UpstreamName> {
  readonly settings?: MockSettingsInput[Name] | undefined
  readonly fault?: { readonly name: FaultName; readonly operation: string }
}

/** A case on its stage; it calls `begin` once all is prepared. */
type Play = (stage: Stage, begin: () => void) => Promise<unknown>

/** What a case comes to whose fault spoils nothing: such a case would pass whatever the client does. */
const NOTHING_SPOILED = 'the fault left every reply and every notice as it was'

/** Plays a case; under a fault, plays it also without, for the fault has to change what the mocks say. */
export async function playUnder<Name extends UpstreamName>(
  upstream: Name,
  { settings, fault }: Disturbance<Name>,
  play: Play,
): Promise<unknown> {
  const set = (): Stage => setStage(settings === undefined ? {} : { [upstream]: settings })
  const stage = set()
  if (fault === undefined) return play(stage, () => undefined)
  const undisturbed = set()
  await play(undisturbed, () => undefined).catch(() => null)
  const outcome = play(stage, () => arm(stage, upstream, fault.name, fault.operation))
  await outcome.catch(() => null)
  return stage.journal.join('\n') === undisturbed.journal.join('\n') ? NOTHING_SPOILED : outcome
}

/** Puts a raw reply into text, byte by byte. What comes in pieces, late or never is told by its kind alone. */
async function showReply(reply: Awaited<ReturnType<UpstreamMocks['handle']>>): Promise<string> {
  if (reply.kind !== 'response') return reply.kind
  const { status, headers } = reply.response
  const bytes = await reply.response.clone().bytes()
  return `${status} ${JSON.stringify([...headers])} ${Buffer.from(bytes).toString('latin1')}`
}

async function show(request: Request): Promise<SentRequest> {
  const url = new URL(request.url)
  return {
    method: request.method,
    path: url.pathname,
    query: decodeURIComponent(url.search.slice(1)).replace(/token=[0-9a-f]+/, 'token=...'),
    contentType: request.headers.get('content-type'),
    accept: request.headers.get('accept'),
    body: await request.clone().text(),
  }
}
