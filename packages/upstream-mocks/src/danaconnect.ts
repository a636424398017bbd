import type { Ambient } from './ambient.ts'
import { type Admission, DanaconnectAuth } from './danaconnect-auth.ts'
import { DanaconnectBulk } from './danaconnect-bulk.ts'
import { danaconnectFault, errorReply, refuse } from './danaconnect-replies.ts'
import type { DanaconnectSettings } from './danaconnect-settings.ts'
import { DanaconnectStarts, type StartRequest } from './danaconnect-starts.ts'
import type { Received } from './received.ts'
import type { Answer } from './reply.ts'
import type { Call, Upstream } from './upstream.ts'

/** DANAConnect's mock, with the one thing a person does on the platform itself. */
export interface DanaconnectMock extends Upstream {
  /** Activates a flow anew and returns its new conversationID, or null where there is no such conversation. */
  reactivate(conversationId: number): number | null
}

/**
 * Mocks the conversation starts of v1 and v2, the bulk load and the OAuth2 token of DANAConnect. The hosts appserv, ws
 * and auth share one prefix.
 *
 * @see https://dev.danaconnect.com/developer-portal (read 2026-11-22)
 */
export function createDanaconnectMock(settings: DanaconnectSettings, ambient: Ambient, keep: number): DanaconnectMock {
  const auth = new DanaconnectAuth(settings, ambient.random)
  const starts = new DanaconnectStarts(settings, ambient.newId, keep)
  const bulk = new DanaconnectBulk(settings, keep)

  const answer = (received: Received, target: Target): Promise<Answer> | Answer => {
    if (target.kind === 'unknown') return refuse(settings, 404, 'unknown path')
    if (received.method !== 'POST') return refuse(settings, 405, 'only POST is known here')
    if (target.kind === 'token') return auth.answerTokenRequest(received)
    if (target.kind === 'bulk-load') {
      return admitted(auth.admitBasic(received), (caller) => bulk.load(received, { ...target, ...caller }))
    }
    const admission = target.v2 ? auth.admitBearer(received) : auth.admitBasic(received)
    return admitted(admission, (caller) => starts.start(received, { ...target, ...caller }))
  }

  return {
    name: 'danaconnect',
    open(received): Call {
      const target = route(received.path)
      const { operation } = target
      return {
        operation,
        answer: () => answer(received, target),
        errorReply: (status) => errorReply(settings, status, 'made by a fault of the sandbox'),
        faultReply: (fault, real) => danaconnectFault(settings, operation, fault, real),
      }
    },
    reactivate: (conversationId) => starts.reactivate(conversationId),
    reset(): void {
      auth.reset()
      starts.reset()
      bulk.reset()
    },
    state: () => ({ ...starts.state(), ...bulk.state() }),
  }
}

type Target =
  | (Pick<StartRequest, 'operation' | 'what' | 'by' | 'id'> & { readonly kind: 'start'; readonly v2: boolean })
  | { readonly kind: 'bulk-load'; readonly operation: 'bulk-load'; readonly tableCode: string }
  | { readonly kind: 'token'; readonly operation: 'token' }
  | { readonly kind: 'unknown'; readonly operation: 'unknown' }

const START = /^\/danaconnect\/api\/([12])\.0\/rest\/conversation\/(ProjectID\/)?([^/]+)\/start\/(data|list)$/
const BULK_LOAD = /^\/danaconnect\/api\/contacts\/rest\/webdb\/table\/([^/]+)$/
const TOKEN = '/danaconnect/oauth2/token'

function route(path: string): Target {
  const [, version, project, id, what] = START.exec(path) ?? []
  if (id !== undefined) {
    const v2 = version === '2'
    const start = what === 'list' ? 'start-list' : 'start-data'
    return {
      kind: 'start',
      operation: `${v2 ? 'v2-' : ''}${project === undefined ? '' : 'project-'}${start}`,
      v2,
      by: project === undefined ? 'conversation' : 'project',
      id: decode(id),
      what: what === 'list' ? 'list' : 'data',
    }
  }
  const tableCode = BULK_LOAD.exec(path)?.[1]
  if (tableCode !== undefined) return { kind: 'bulk-load', operation: 'bulk-load', tableCode: decode(tableCode) }
  return path === TOKEN ? { kind: 'token', operation: 'token' } : { kind: 'unknown', operation: 'unknown' }
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

type Caller = Exclude<Admission, { refusal: Answer }>

function admitted(admission: Admission, then: (caller: Caller) => Promise<Answer> | Answer): Promise<Answer> | Answer {
  return 'refusal' in admission ? admission.refusal : then(admission)
}
