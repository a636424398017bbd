import { DecodeError } from '@sluice/errors'
import { decodeJson, type JsonValue } from '@sluice/json-codec'

import type { DanaconnectFiles } from './danaconnect-files.ts'
import { refuse, started } from './danaconnect-replies.ts'
import type { DanaconnectConversation, DanaconnectSettings } from './danaconnect-settings.ts'
import type { DanaconnectTables } from './danaconnect-tables.ts'
import { Newest } from './newest.ts'
import { mediaTypeOf, type Received } from './received.ts'
import type { Answer } from './reply.ts'

/** One conversation that was started: what its messages would have been made from. */
export interface Start {
  readonly atMs: number
  readonly operation: string
  readonly login: string
  readonly conversationId: number
  /** Null for a start of the preloaded list. */
  readonly record: Readonly<Record<string, string | number | boolean>> | null
}

/** What a start was asked for. */
export interface StartRequest {
  readonly operation: string
  readonly login: string
  readonly company: string
  readonly what: 'data' | 'list' | 'batch' | 'record'
  /** How the flow is named: by the number of one activation, or by project. */
  readonly by: 'conversation' | 'project'
  readonly id: string
  readonly recordUid: string | null
  readonly requestId: string | null
}

/** What starts look into. */
export interface StartParts {
  readonly tables: DanaconnectTables
  readonly files: DanaconnectFiles
}

type Fields = Readonly<Record<string, string | number | boolean>>

/** The conversations of all companies, and every start of one. */
export class DanaconnectStarts {
  readonly #settings: DanaconnectSettings
  readonly #parts: StartParts
  readonly #starts: Newest<Start>
  #conversations: DanaconnectConversation[]

  constructor(settings: DanaconnectSettings, parts: StartParts, keep: number) {
    this.#settings = settings
    this.#parts = parts
    this.#starts = new Newest(keep)
    this.#conversations = [...settings.conversations]
  }

  /** Starts a conversation, or refuses to. */
  start(received: Received, request: StartRequest): Answer {
    const conversation = this.#find(request)
    if (typeof conversation === 'string') return this.#refuse(conversation)
    const read = this.#readRecords(received, request, conversation)
    if ('refusal' in read) return read.refusal
    for (const record of read.records) {
      this.#starts.push({
        atMs: received.atMs,
        operation: request.operation,
        login: request.login,
        conversationId: conversation.conversationId,
        record,
      })
    }
    return { reply: started(request.requestId), effect: read.records.length }
  }

  /**
   * Activates a flow anew, which gives it a new conversationID and makes the old one useless.
   *
   * @returns Null when there is no such conversation.
   */
  reactivate(conversationId: number): number | null {
    const index = this.#conversations.findIndex((known) => known.conversationId === conversationId)
    const old = this.#conversations[index]
    if (old === undefined) return null
    const next = Math.max(...this.#conversations.map((known) => known.conversationId)) + 1
    this.#conversations[index] = { ...old, conversationId: next, active: true }
    return next
  }

  reset(): void {
    this.#conversations = [...this.#settings.conversations]
    this.#starts.clear()
  }

  state(): Record<string, unknown> {
    return { conversations: this.#conversations, startCount: this.#starts.total, starts: [...this.#starts] }
  }

  #find({ by, id, company }: StartRequest): DanaconnectConversation | string {
    const found = this.#conversations.find(
      (known) =>
        known.company === company && (by === 'project' ? known.projectId === id : String(known.conversationId) === id),
    )
    if (found?.active === true) return found
    if (by === 'conversation' && !isConversationId(id)) return 'conversationID is not a whole number from 1'
    return found === undefined ? 'unknown conversation' : 'the conversation is not active'
  }

  /** Lists what messages would be made from: a null stands for the preloaded list. */
  #readRecords(
    received: Received,
    { what, company, recordUid }: StartRequest,
    conversation: DanaconnectConversation,
  ): { records: readonly (Fields | null)[] } | { refusal: Answer } {
    if (what === 'list') return { records: [null] }
    const stored = what === 'record' ? this.#parts.tables.findRow(company, recordUid ?? '') : null
    if (what === 'record' && stored === null) return { refusal: this.#refuse('unknown record') }
    if (stored !== null && received.bytes.length === 0) return { records: [stored.values] }
    if (mediaTypeOf(received) !== 'application/json') {
      const status = this.#settings.wrongContentTypeStatus
      return { refusal: refuse(this.#settings, status, 'the body is not application/json') }
    }
    const bodies = readBodies(received.bytes, what === 'batch', this.#settings.acceptScalars)
    if (typeof bodies === 'string') return { refusal: refuse(this.#settings, 400, bodies) }
    const records = bodies.map((fields) => ({ ...stored?.values, ...fields }))
    const fault = records
      .map((fields) => this.#faultOf(fields, conversation, received.atMs))
      .find((text) => text !== null)
    return fault === undefined ? { records } : { refusal: this.#refuse(fault) }
  }

  #faultOf(fields: Fields, conversation: DanaconnectConversation, nowMs: number): string | null {
    const isGone = Object.values(fields).some((value) => this.#parts.files.isExpired(String(value), nowMs))
    return isGone ? 'the file is not kept any more' : faultOfFields(fields, conversation)
  }

  #refuse(reason: string): Answer {
    return refuse(this.#settings, this.#settings.refusedStartStatus, reason)
  }
}

/** Largest conversationID: the vendor calls it an int32. */
const MAX_CONVERSATION_ID = 2_147_483_647

function isConversationId(id: string): boolean {
  return /^[1-9][0-9]{0,9}$/.test(id) && Number(id) <= MAX_CONVERSATION_ID
}

/** Most contacts of one batch. */
const MAX_BATCH = 10

function readBodies(bytes: Uint8Array, isBatch: boolean, acceptScalars: boolean): readonly Fields[] | string {
  let body
  try {
    body = decodeJson(bytes, { duplicateKeys: 'last' })
  } catch (error) {
    if (error instanceof DecodeError) return 'the body is not JSON'
    throw error
  }
  if (!isBatch) {
    const fields = readFields(body, acceptScalars)
    return typeof fields === 'string' ? fields : [fields]
  }
  if (!Array.isArray(body)) return 'the body is not a list'
  if (body.length === 0 || body.length > MAX_BATCH) return `a batch has 1 to ${MAX_BATCH} contacts`
  const all = body.map((item) => readFields(item, acceptScalars))
  const fault = all.find((fields) => typeof fields === 'string')
  return fault ?? all.filter((fields) => typeof fields !== 'string')
}

function readFields(body: JsonValue, acceptScalars: boolean): Fields | string {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'the body is not an object'
  const fields: Record<string, string | number | boolean> = {}
  for (const [code, value] of Object.entries(body)) {
    if (value === null || typeof value === 'object') return 'a value is nested, or null'
    if (typeof value !== 'string' && !acceptScalars) return 'a value is not text'
    fields[code] = value
  }
  return fields
}

function faultOfFields(fields: Fields, { requiredFields, fields: known }: DanaconnectConversation): string | null {
  const isEmpty = (code: string): boolean => fields[code] === undefined || fields[code] === ''
  if (requiredFields.some(isEmpty)) return 'a required field is missing'
  if (known === null) return null
  for (const [code, value] of Object.entries(fields)) {
    const maxLength = known[code]
    if (maxLength === undefined) return 'unknown field code'
    if (String(value).length > maxLength) return 'a value is too long'
  }
  return null
}
