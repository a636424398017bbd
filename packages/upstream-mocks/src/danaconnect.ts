import type { Agenda } from './agenda.ts'
import type { Ambient } from './ambient.ts'
import { type Admission, DanaconnectAuth } from './danaconnect-auth.ts'
import { DanaconnectBulk } from './danaconnect-bulk.ts'
import { danaconnectFault } from './danaconnect-faults.ts'
import { DanaconnectFiles } from './danaconnect-files.ts'
import { DanaconnectLinks } from './danaconnect-links.ts'
import { DanaconnectPostman } from './danaconnect-postman.ts'
import { errorReply, refuse } from './danaconnect-replies.ts'
import { route, type Target } from './danaconnect-routes.ts'
import type { DanaconnectSettings } from './danaconnect-settings.ts'
import { DanaconnectStarts } from './danaconnect-starts.ts'
import { DanaconnectTables } from './danaconnect-tables.ts'
import type { FaultName } from './fault-table.ts'
import type { Faults } from './faults.ts'
import { CALLBACK } from './operations.ts'
import type { Received } from './received.ts'
import type { Answer } from './reply.ts'
import type { Call, Upstream } from './upstream.ts'

/** DANAConnect's mock, with the one thing a person does on the platform itself. */
export interface DanaconnectMock extends Upstream {
  /** Activates a flow anew and returns its new conversationID, or null where there is no such conversation. */
  reactivate(conversationId: number): number | null
}

/** What DANAConnect's mock shares with the other mocks. */
export interface DanaconnectParts {
  readonly ambient: Ambient
  readonly agenda: Agenda
  readonly faults: Faults
  /** How many starts, loads, callbacks and triggers are kept to show. */
  readonly keep: number
}

/**
 * Mocks the conversation starts of v1 and v2, the bulk load with its callback, data retrieval, external trigger, file
 * upload and the OAuth2 token of DANAConnect. The hosts appserv, ws and auth share one prefix.
 *
 * @see https://dev.danaconnect.com/developer-portal (read 2026-11-22)
 */
export function createDanaconnectMock(settings: DanaconnectSettings, parts: DanaconnectParts): DanaconnectMock {
  const { ambient, agenda, faults, keep } = parts
  const auth = new DanaconnectAuth(settings, ambient.random)
  const tables = new DanaconnectTables(settings)
  const files = new DanaconnectFiles(settings, ambient.random)
  const starts = new DanaconnectStarts(settings, { tables, files }, keep)
  const postman = new DanaconnectPostman(settings, ambient, agenda, keep)
  const takeFault = () => faults.take('danaconnect', CALLBACK)
  const bulk = new DanaconnectBulk(settings, { tables, postman, agenda, takeFault }, keep)
  const links = new DanaconnectLinks(settings, keep)
  const holders = [auth, tables, files, starts, postman, bulk, links]

  const answer = (received: Received, target: Target, fault: FaultName | null): Promise<Answer> | Answer => {
    if (target.kind === 'unknown') return refuse(settings, 404, 'unknown path')
    const method = target.kind === 'data' ? 'GET' : 'POST'
    if (received.method !== method) return refuse(settings, 405, `only ${method} is known here`)
    if (target.kind === 'token') return auth.answerTokenRequest(received, fault)
    const requestId = received.headers.get('x-debug') === '1' ? ambient.newId() : null
    const v2 = 'v2' in target && target.v2
    const caller = v2 ? auth.admitBearer(received) : auth.admitBasic(received, fault)
    if ('refusal' in caller) return caller.refusal
    return work(received, target, { ...caller, requestId })
  }

  const work = (received: Received, target: KnownTarget, caller: Caller): Promise<Answer> | Answer => {
    if (target.kind === 'bulk-load') return bulk.load(received, { ...target, ...caller })
    if (target.kind === 'file-upload') return files.upload(received, caller.requestId)
    if (target.kind === 'trigger') return links.trigger(received, caller)
    if (target.kind === 'data') return links.retrieve(received, { ...target, ...caller })
    return starts.start(received, { ...target, ...caller })
  }

  return {
    name: 'danaconnect',
    open(received): Call {
      const target = route(received.path, settings)
      const { operation } = target
      return {
        operation,
        answer: (fault) => answer(received, target, fault),
        errorReply: (status) => errorReply(settings, status, 'made by a fault of the sandbox'),
        faultReply: (fault, real) => danaconnectFault(settings, operation, fault, real),
      }
    },
    reactivate: (conversationId) => starts.reactivate(conversationId),
    reset(): void {
      for (const holder of holders) holder.reset()
    },
    state: () => ({
      ...starts.state(),
      ...bulk.state(),
      ...postman.state(),
      ...files.state(),
      ...links.state(),
      tables: tables.state(),
    }),
  }
}

type KnownTarget = Exclude<Target, { kind: 'unknown' | 'token' }>

type Caller = Exclude<Admission, { refusal: Answer }> & { readonly requestId: string | null }
