import { DecodeError } from '@sluice/errors'
import { decodeJson } from '@sluice/json-codec'

import { refuse, started } from './danaconnect-replies.ts'
import type { DanaconnectConversation, DanaconnectSettings } from './danaconnect-settings.ts'
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
  readonly what: 'data' | 'list'
  /** How the flow is named: by the number of one activation, or by project. */
  readonly by: 'conversation' | 'project'
  readonly id: string
}

type Fields = Readonly<Record<string, string | number | boolean>>

/** The conversations of all companies, and every start of one. */
export class DanaconnectStarts {
  readonly #settings: DanaconnectSettings
  readonly #newId: () => string
  readonly #starts: Newest<Start>
  #conversations: DanaconnectConversation[]

  constructor(settings: DanaconnectSettings, newId: () => string, keep: number) {
    this.#settings = settings
    this.#newId = newId
    this.#starts = new Newest(keep)
    this.#conversations = [...settings.conversations]
  }

  /** Starts a conversation, or refuses to. */
  start(received: Received, request: StartRequest): Answer {
    const conversation = this.#find(request)
    if (typeof conversation === 'string') return this.#refuse(conversation)
    const record = request.what === 'list' ? null : this.#readRecord(received, conversation)
    if (record !== null && 'refusal' in record) return record.refusal
    this.#starts.push({
      atMs: received.atMs,
      operation: request.operation,
      login: request.login,
      conversationId: conversation.conversationId,
      record: record === null ? null : record.fields,
    })
    return { reply: started(received.headers.get('x-debug') === '1' ? this.#newId() : null), effect: 1 }
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

  #readRecord(received: Received, conversation: DanaconnectConversation): { fields: Fields } | { refusal: Answer } {
    if (mediaTypeOf(received) !== 'application/json') {
      return {
        refusal: refuse(this.#settings, this.#settings.wrongContentTypeStatus, 'the body is not application/json'),
      }
    }
    const fields = readFields(received.bytes, this.#settings.acceptScalars)
    if (typeof fields === 'string') return { refusal: refuse(this.#settings, 400, fields) }
    const fault = faultOfFields(fields, conversation)
    return fault === null ? { fields } : { refusal: this.#refuse(fault) }
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

function readFields(bytes: Uint8Array, acceptScalars: boolean): Fields | string {
  let body
  try {
    body = decodeJson(bytes, { duplicateKeys: 'last' })
  } catch (error) {
    if (error instanceof DecodeError) return 'the body is not JSON'
    throw error
  }
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
