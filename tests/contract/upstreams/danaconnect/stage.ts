import { createDanaconnect, createDanaconnectV2, type Danaconnect, type DanaconnectV2 } from '@sluice/danaconnect'
import { type FaultName, type MockSettingsInput, SANDBOX } from '@sluice/upstream-mocks'
import type { ContractCase, Environment, Expected, LiveRun } from '../contract-case.ts'
import { BASE, playUnder, replying, type SentRequest, setStage, type Stage, START_MS, TIMEOUTS } from '../stage.ts'

/** Both clients, and what a call names of the account. */
export interface Subject {
  readonly v1: Danaconnect
  readonly v2: DanaconnectV2
  readonly conversationID: number
  readonly projectID: string
  readonly tableCode: string
  readonly dana: string
}

/** The environment variables that a live run needs. */
export const DANACONNECT_VARIABLES = [
  'DANACONNECT_USER',
  'DANACONNECT_COMPANY',
  'DANACONNECT_PASSWORD',
  'DANACONNECT_APPSERV_URL',
  'DANACONNECT_WS_URL',
  'DANACONNECT_CONVERSATION_ID',
  'DANACONNECT_PROJECT_ID',
  'DANACONNECT_TABLE_CODE',
  'DANACONNECT_DANA',
  'DANACONNECT_AUTH_URL',
  'DANACONNECT_CLIENT_ID',
  'DANACONNECT_CLIENT_SECRET',
] as const

/** An operation, called. */
export type Call = (subject: Subject) => Promise<unknown>

/** One case against the mock. */
export interface SandboxCase {
  readonly operation: string
  readonly name: string
  readonly call: (subject: Subject, stage: Stage) => Promise<unknown>
  readonly expected: Expected
  readonly settings?: MockSettingsInput['danaconnect']
  readonly fault?: { readonly name: FaultName; readonly operation: string }
  readonly live?: LiveRun['effect']
}

const { user, company, password, clientId, clientSecret, conversationId, projectId, tableCode, dana } =
  SANDBOX.danaconnect

type Fetch = (request: Request) => Promise<Response>

function subjectOf(stage: Pick<Stage, 'fetch' | 'nowMs'>): Subject {
  const base = `${BASE}/danaconnect`
  const common = { ...TIMEOUTS, fetch: stage.fetch, nowMs: stage.nowMs }
  return {
    v1: createDanaconnect({
      ...common,
      baseUrls: { appserv: base, ws: base },
      credentials: { user, company, password },
      callbackParameter: 'callbackUrl',
    }),
    v2: createDanaconnectV2({
      ...common,
      baseUrls: { appserv: base, auth: base },
      credentials: { clientId, clientSecret },
    }),
    conversationID: conversationId,
    projectID: projectId,
    tableCode,
    dana,
  }
}

/** Makes a case that runs against the mock. */
export function onSandbox(about: SandboxCase): ContractCase {
  const { operation, name, call, expected, live } = about
  return {
    upstream: 'danaconnect',
    operation,
    name,
    expected,
    run: () =>
      playUnder('danaconnect', about, (stage, begin) => {
        begin()
        return call(subjectOf(stage), stage)
      }),
    ...(live === undefined
      ? {}
      : { live: { effect: live, run: (environment) => call(liveSubject(environment), setStage()) } }),
  }
}

/** A printed reply. */
export interface PrintedReply {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body: string
}

/** Makes a case in which every call but that for a token gets this reply, as it is printed. */
export function onReply(
  operation: string,
  name: string,
  reply: PrintedReply | string,
  call: Call,
  expected: Expected,
): ContractCase {
  const printed = typeof reply === 'string' ? { body: reply } : reply
  return { upstream: 'danaconnect', operation, name, expected, run: () => call(subjectOf(alone(printing(printed)))) }
}

/** Makes a case about what is sent: the last request, in the words of the wire. */
export function onWire(
  operation: string,
  name: string,
  call: Call,
  sent: Readonly<Record<string, unknown>>,
): ContractCase {
  return {
    upstream: 'danaconnect',
    operation,
    name,
    expected: { result: sent },
    async run() {
      const requests: SentRequest[] = []
      await call(subjectOf(alone(printing({ body: '{}' }, requests)))).catch(() => null)
      const last = requests.at(-1)
      const shown: Readonly<Record<string, unknown>> = { ...last, parts: await partsOf(last) }
      return Object.fromEntries(Object.keys(sent).map((member) => [member, shown[member]]))
    },
  }
}

const TOKEN = '{"access_token":"e30.e30.sandbox","token_type":"Bearer","expires_in":3600}'

function printing(reply: PrintedReply, requests: SentRequest[] = []): Fetch {
  return replying(
    (request) => (isTokenCall(request) && reply.headers?.['x-for'] !== 'token' ? { body: TOKEN } : reply),
    requests,
  )
}

function isTokenCall({ path }: SentRequest): boolean {
  return path.endsWith('/oauth2/token')
}

function alone(fetch: Fetch): Pick<Stage, 'fetch' | 'nowMs'> {
  return { fetch, nowMs: () => START_MS }
}

async function partsOf(request: SentRequest | undefined): Promise<Record<string, string> | null> {
  if (request?.contentType?.startsWith('multipart/form-data') !== true) return null
  const headers = { 'content-type': request.contentType }
  const form = await new Response(request.body, { headers }).formData()
  const parts: Record<string, string> = {}
  for (const [name, value] of form)
    parts[name] = typeof value === 'string' ? value : `${value.name}: ${await value.text()}`
  return parts
}

function liveSubject(environment: Environment): Subject {
  const of = (name: (typeof DANACONNECT_VARIABLES)[number]): string => environment[name] ?? ''
  const common = { fetch, nowMs: Date.now }
  return {
    v1: createDanaconnect({
      ...common,
      baseUrls: { appserv: of('DANACONNECT_APPSERV_URL'), ws: of('DANACONNECT_WS_URL') },
      credentials: {
        user: of('DANACONNECT_USER'),
        company: of('DANACONNECT_COMPANY'),
        password: of('DANACONNECT_PASSWORD'),
      },
    }),
    v2: createDanaconnectV2({
      ...common,
      baseUrls: { appserv: of('DANACONNECT_APPSERV_URL'), auth: of('DANACONNECT_AUTH_URL') },
      credentials: { clientId: of('DANACONNECT_CLIENT_ID'), clientSecret: of('DANACONNECT_CLIENT_SECRET') },
    }),
    conversationID: Number(of('DANACONNECT_CONVERSATION_ID')),
    projectID: of('DANACONNECT_PROJECT_ID'),
    tableCode: of('DANACONNECT_TABLE_CODE'),
    dana: of('DANACONNECT_DANA'),
  }
}
