import { ContactnowDatasets } from './contactnow-datasets.ts'
import { type Envelope, failure, type Format, writeEnvelope } from './contactnow-envelope.ts'
import { contactnowFault, contactnowPage } from './contactnow-faults.ts'
import { type Method, methodsOn } from './contactnow-methods.ts'
import { type PayloadRow, readPayload } from './contactnow-payload.ts'
import { ContactnowRecords } from './contactnow-records.ts'
import type { ContactnowSettings } from './contactnow-settings.ts'
import { ContactnowTokens } from './contactnow-tokens.ts'
import { readVariables, type Variables } from './contactnow-variables.ts'
import { type FaultName } from './fault-table.ts'
import type { Received } from './received.ts'
import { type Answer, withoutEffect } from './reply.ts'
import type { Call, Upstream } from './upstream.ts'

/** ContactNow's mock, with the one control that belongs to it alone. */
export interface ContactnowMock extends Upstream {
  /** Ends the life of every token that was given out. */
  expireTokens(nowMs: number): void
}

const SCRIPT = /^\/contactnow(?:\/api)?\/(token|ecnow|database)\.php$/

/**
 * Mocks tokens, datasets and records of the ContactNow API, with and without `/api` before the scripts.
 *
 * @see https://github.com/8x8-dxi/ContactNowAPI (read 2026-11-22)
 */
export function createContactnowMock(settings: ContactnowSettings, random: () => number): ContactnowMock {
  const tokens = new ContactnowTokens(settings, random)
  const datasets = new ContactnowDatasets(settings)
  const records = new ContactnowRecords(settings, datasets)
  const methods = methodsOn(settings, datasets, records)
  const elements = new Set<string>()

  const answerToken = (request: ScriptRequest, fault: FaultName | null): Envelope => {
    const { variables, address, atMs } = request
    const action = variables.values.get('action')
    if (action === 'get') return tokens.get(variables.values, address, atMs, fault === 'short-lived-token')
    if (action === 'validate') return tokens.validate(variables.values.get('token'), address, atMs)
    return failure('Bad argument: action')
  }

  const answerData = (request: ScriptRequest, fault: FaultName | null): Envelope => {
    const { variables, method, format, asked, atMs } = request
    const refused = tokens.check(variables.values.get('token'), request.address, atMs)
    if (refused !== null) return refused
    if (asked !== format) return failure('Bad argument: format')
    if (method === undefined) return failure('Bad argument: method')
    const action = variables.values.get('action')
    if (action === 'read') return withoutEmptyList(method.read(variables.values), settings)
    const write = action === 'create' ? method.create : action === 'update' ? method.update : undefined
    if (write === undefined) return failure('Bad argument: action')
    if (variables.payload === null) return failure("No file uploaded. Missing 'easycall' section?")
    const payload = readPayload(variables.payload, format, settings)
    if ('error' in payload) return failure(payload.error)
    for (const element of payload.elements) elements.add(element)
    if (fault === 'partial') return inPart(payload.rows, (rows) => write(rows, atMs, format))
    return write(payload.rows, atMs, format)
  }

  const answer = (request: ScriptRequest, fault: FaultName | null): Answer => {
    const envelope = request.script === 'token' ? answerToken(request, fault) : answerData(request, fault)
    const reply = writeEnvelope(envelope, { format: request.format, ...itemOf(request.method) }, settings)
    return { reply, effect: envelope.list === undefined && request.script !== 'token' ? (envelope.total ?? 0) : 0 }
  }

  return {
    name: 'contactnow',
    async open(received): Promise<Call> {
      const script = SCRIPT.exec(received.path)?.[1]
      if (script === undefined) return pageCall(404)
      if (received.method !== 'GET' && received.method !== 'POST') return pageCall(405)
      const request = await readRequest(received, script, methods, settings)
      return {
        operation: operationOf(request),
        answer: (fault) => answer(request, fault),
        errorReply: contactnowPage,
        faultReply: (fault, real) => contactnowFault(fault, real, request.format, settings),
      }
    },
    expireTokens: (nowMs) => tokens.expireAll(nowMs),
    reset(): void {
      tokens.reset()
      datasets.reset()
      records.reset()
      elements.clear()
    },
    state: () => ({ datasets: datasets.state(), records: records.state(), payloadElements: [...elements] }),
  }
}

/** A call of one of the scripts, its variables read. */
interface ScriptRequest {
  readonly script: string
  readonly variables: Variables
  readonly address: string
  readonly atMs: number
  readonly format: Format
  /** The format in the caller's words, which may be none that exists. */
  readonly asked: string
  /** Undefined where the script has no such method. */
  readonly method: Method | undefined
}

async function readRequest(
  received: Received,
  script: string,
  methods: ReadonlyMap<string, Method>,
  settings: ContactnowSettings,
): Promise<ScriptRequest> {
  const variables = await readVariables(received)
  const byDefault = script === 'token' ? 'json' : settings.defaultFormat
  const asked = variables.values.get('format') ?? byDefault
  const method = methods.get(variables.values.get('method') ?? '')
  return {
    script,
    variables,
    address: received.headers.get(settings.addressHeader) ?? received.address,
    atMs: received.atMs,
    asked,
    format: asked === 'json' || asked === 'xml' ? asked : byDefault,
    method: method?.script === script ? method : undefined,
  }
}

function operationOf({ script, variables, method }: ScriptRequest): string {
  const { values } = variables
  const action = values.get('action') ?? ''
  if (script === 'token') return action === 'get' || action === 'validate' ? `token.${action}` : 'unknown'
  const exists = action === 'read' || (action === 'create' && method?.create) || (action === 'update' && method?.update)
  return method !== undefined && exists ? `${values.get('method') ?? ''}.${action}` : 'unknown'
}

function pageCall(status: number): Call {
  return {
    operation: 'unknown',
    answer: () => withoutEffect(contactnowPage(status)),
    errorReply: contactnowPage,
    faultReply: () => null,
  }
}

function itemOf(method: Method | undefined): { item?: string } {
  return method === undefined ? {} : { item: method.item }
}

/** Writes all rows but the last, or the only one, and says that one was bad. */
function inPart(rows: readonly PayloadRow[], write: (rows: readonly PayloadRow[]) => Envelope): Envelope {
  const envelope = write(rows.length > 1 ? rows.slice(0, -1) : rows)
  return { ...envelope, bad: (envelope.bad ?? 0) + 1, error: 'Bad argument: row' }
}

function withoutEmptyList(envelope: Envelope, settings: ContactnowSettings): Envelope {
  if (settings.emptyList === 'empty' || envelope.list === undefined || envelope.list.length > 0) return envelope
  const { list: _, ...rest } = envelope
  return rest
}
