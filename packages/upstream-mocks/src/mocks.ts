import { ConfigError } from '@sluice/errors'
import { getResponse, http, HttpResponse, type RequestHandler } from 'msw'

import { Agenda, type Schedule } from './agenda.ts'
import type { Ambient } from './ambient.ts'
import { createContactnowMock } from './contactnow.ts'
import { answerControl, type Controlled } from './control.ts'
import { createDanaconnectMock } from './danaconnect.ts'
import { createDatatalksMock } from './datatalks.ts'
import { exchange } from './exchange.ts'
import { type ArmedFault, checkFaultOrder, type FaultOrder, Faults } from './faults.ts'
import { pathOf, receive } from './received.ts'
import type { MockReply } from './reply.ts'
import { type LogFilter, type LoggedRequest, RequestLog, type Tally } from './request-log.ts'
import { completeSettings, type MockSettingsInput } from './settings.ts'
import type { Upstream } from './upstream.ts'
import type { UpstreamName } from './upstream-name.ts'

/** What the mocks need from outside. */
export interface UpstreamMocksOptions {
  readonly nowMs: () => number
  /** A number from 0 to below 1, from which tokens are made. Default `Math.random`. */
  readonly random?: () => number
  /** Default `crypto.randomUUID`. */
  readonly newId?: () => string
  /** Does work later: the host's timer. Without it, `runDue` and `runAll` do what waits. */
  readonly schedule?: Schedule
  /** Sends callbacks. Without it they are noted, and reach nobody. */
  readonly fetch?: (request: Request) => Promise<Response>
  readonly settings?: MockSettingsInput
}

/** The three upstreams, what they received, and the faults they shall have. */
export interface UpstreamMocks {
  /** For `getResponse` of msw, or any server of msw: one handler per upstream, and one for the control calls. */
  readonly handlers: RequestHandler[]
  /**
   * Answers a request, or says that the server shall not.
   *
   * @param from - Where the call comes from; `127.0.0.1` where nothing is said.
   */
  handle(request: Request, from?: { readonly address: string }): Promise<MockReply>
  /** Tells whether any mock answers at this address. */
  covers(url: string): boolean
  /** Lists what was received, oldest first, without secrets. */
  requests(filter?: LogFilter): LoggedRequest[]
  /** Counts requests and effects of each upstream since the start or the last reset. */
  tallies(): Readonly<Record<UpstreamName, Tally>>
  /** Shows what the upstreams hold. */
  state(): Readonly<Record<UpstreamName, Readonly<Record<string, unknown>>>>
  /**
   * Makes the next replies of an upstream fail.
   *
   * @throws ConfigError `CONFIG_INVALID` when the fault does not fit the upstream or the operation.
   */
  setFault(order: FaultOrder): void
  activeFaults(): ArmedFault[]
  clearFaults(): void
  /** Ends the life of every ContactNow token that was given out. */
  expireTokens(): void
  /** Activates a DANAConnect flow anew: its new conversationID, or null where there is no such conversation. */
  reactivate(conversationId: number): number | null
  /** Does what is due by now: loads, callbacks, late replies. Returns how many jobs that were. */
  runDue(): Promise<number>
  /** Does all that waits, whatever its time. */
  runAll(): Promise<number>
  /** Forgets state, log and faults. */
  reset(): void
}

/** Where a request comes from when nobody says. */
const LOOPBACK = '127.0.0.1'

/** Creates mocks of DANAConnect, ContactNow and Datatalks, each with a state of its own. */
export function createUpstreamMocks(options: UpstreamMocksOptions): UpstreamMocks {
  const ambient: Ambient = {
    nowMs: options.nowMs,
    random: options.random ?? Math.random,
    newId: options.newId ?? (() => crypto.randomUUID()),
    fetch: options.fetch,
  }
  const settings = completeSettings(options.settings ?? {})
  const faults = new Faults()
  const agenda = new Agenda(ambient.nowMs, options.schedule)
  const keep = settings.keepEffects
  const danaconnect = createDanaconnectMock(settings.danaconnect, { ambient, agenda, faults, keep })
  const contactnow = createContactnowMock(settings.contactnow, ambient.random)
  const datatalks = createDatatalksMock(settings.datatalks, ambient, keep)
  const upstreams: readonly Upstream[] = [danaconnect, contactnow, datatalks]
  const log = new RequestLog(settings.keepRequests)
  const visits = new WeakMap<Request, Visit>()

  const control: Controlled & Omit<UpstreamMocks, 'handlers' | 'handle' | 'covers'> = {
    requests: (filter) => log.list(filter),
    total: (upstream) => log.total(upstream),
    dropped: () => log.dropped,
    tallies: () => log.tallies(),
    state: () => ({ danaconnect: danaconnect.state(), contactnow: contactnow.state(), datatalks: datatalks.state() }),
    setFault(order): void {
      const checked = checkFaultOrder(order)
      if ('error' in checked) throw new ConfigError([`fault: ${checked.error}`])
      faults.set(checked.order)
    },
    activeFaults: () => faults.list(),
    clearFaults: () => faults.clear(),
    expireTokens: () => contactnow.expireTokens(ambient.nowMs()),
    reactivate: (conversationId) => danaconnect.reactivate(conversationId),
    runDue: () => agenda.runDue(),
    runAll: () => agenda.runAll(),
    reset(): void {
      for (const upstream of upstreams) upstream.reset()
      log.clear()
      faults.clear()
    },
  }

  const below = (prefix: string, work: (request: Request, address: string) => Promise<MockReply>): RequestHandler =>
    http.all(
      ({ request }) => isBelow(request.url, prefix),
      async ({ request }) => {
        const visit = visits.get(request)
        const reply = await work(request, visit?.address ?? LOOPBACK)
        if (visit === undefined) return answerAlone(reply)
        visit.reply = reply
        return 'response' in reply ? reply.response : HttpResponse.error()
      },
    )

  const handlers = [
    ...upstreams.map((upstream) =>
      below(upstream.name, async (request, address) =>
        exchange(await receive(request, address, ambient.nowMs()), upstream, faults, log, agenda),
      ),
    ),
    below('_sandbox', async (request, address) => ({
      kind: 'response',
      response: await answerControl(await receive(request, address, ambient.nowMs()), control),
    })),
  ]

  return {
    ...control,
    handlers,
    covers: (url) => [...upstreams.map(({ name }) => name), '_sandbox'].some((prefix) => isBelow(url, prefix)),
    async handle(request, from): Promise<MockReply> {
      const visit: Visit = { address: from?.address ?? LOOPBACK, reply: null }
      visits.set(request, visit)
      const response = await getResponse(handlers, request)
      return visit.reply ?? { kind: 'response', response: response ?? nothingHere() }
    },
  }
}

/** What a handler and `handle` tell each other about a request: msw carries nothing but the two Fetch objects. */
interface Visit {
  readonly address: string
  reply: MockReply | null
}

function isBelow(url: string, prefix: string): boolean {
  const path = pathOf(url)
  return path.startsWith(`/${prefix}/`) || path === `/${prefix}`
}

/** Answers for a caller that knows only msw: a broken connection is its network error. */
function answerAlone(reply: MockReply): Response | Promise<Response> {
  if ('response' in reply) return reply.response
  return reply.kind === 'reset' ? HttpResponse.error() : new Promise<Response>(() => {})
}

function nothingHere(): Response {
  return Response.json({ error: 'no mock answers at this path', see: '/_sandbox' }, { status: 404 })
}
