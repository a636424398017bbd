import { json, refuse } from './danaconnect-replies.ts'
import type { DanaconnectLink, DanaconnectSettings } from './danaconnect-settings.ts'
import { Newest } from './newest.ts'
import type { Received } from './received.ts'
import { type Answer, withoutEffect } from './reply.ts'

/** Who asks for the record behind a link, and which. */
export interface LinkRequest {
  readonly company: string
  readonly login: string
  readonly dana: string
  readonly requestId: string | null
}

/** One external trigger that was taken. */
export interface Trigger {
  readonly atMs: number
  readonly dana: string
  readonly fields: Readonly<Record<string, string>>
}

/** The records behind the codes that emails and messages carry in their links. */
export class DanaconnectLinks {
  readonly #settings: DanaconnectSettings
  readonly #records = new Map<DanaconnectLink, Readonly<Record<string, string>>>()
  readonly #triggers: Newest<Trigger>

  constructor(settings: DanaconnectSettings, keep: number) {
    this.#settings = settings
    this.#triggers = new Newest(keep)
    this.reset()
  }

  /**
   * Reads one, several or all fields of the record behind a code.
   *
   * QUIRK danaconnect: what went wrong comes in a 200, as `wsError`.
   */
  retrieve(received: Received, request: LinkRequest): Answer {
    const link = this.#find(request)
    if (link === null) return withoutEffect(json(200, { wsError: { errorDescription: 'Record not found' } }))
    if (link.expired) return withoutEffect(json(200, EXPIRED_LINK))
    const query = new URLSearchParams(received.query)
    const wanted = (query.get('fields') ?? query.get('fieldList') ?? '').split(',').filter((name) => name !== '')
    const mayRead = !(link.deniedLogins ?? []).includes(request.login)
    const fields = mayRead ? Object.entries(this.#records.get(link) ?? link.record) : []
    const record = Object.fromEntries(fields.filter(([name]) => wanted.length === 0 || wanted.includes(name)))
    const { requestId } = request
    return withoutEffect(json(200, requestId === null ? { record } : { record, requestID: requestId }))
  }

  /** Updates the record behind a code, and lets its flow go on. */
  trigger(received: Received, request: Omit<LinkRequest, 'dana'>): Answer {
    const { dana, ...fields } = Object.fromEntries(new URLSearchParams(received.query))
    if (received.bytes.length > 0) return refuse(this.#settings, 400, 'the body is not empty')
    if (dana === undefined || dana === '') return refuse(this.#settings, 400, 'dana is missing')
    const link = this.#find({ ...request, dana })
    if (link === null || link.expired) return withoutEffect(json(200, { result: false }))
    this.#records.set(link, { ...this.#records.get(link), ...fields })
    this.#triggers.push({ atMs: received.atMs, dana, fields })
    const { requestId } = request
    return {
      reply: json(200, requestId === null ? { result: true } : { result: true, requestID: requestId }),
      effect: 1,
    }
  }

  reset(): void {
    this.#records.clear()
    for (const link of this.#settings.links) this.#records.set(link, link.record)
    this.#triggers.clear()
  }

  state(): Record<string, unknown> {
    const links = [...this.#records].map(([{ dana, expired }, record]) => ({ dana, expired, record }))
    return { links, triggerCount: this.#triggers.total, triggers: [...this.#triggers] }
  }

  #find({ company, dana }: Pick<LinkRequest, 'company' | 'dana'>): DanaconnectLink | null {
    return this.#settings.links.find((link) => link.company === company && link.dana === dana) ?? null
  }
}

/** What is said of a code whose time is over: clients look for the two words "token" and "expired". */
export const EXPIRED_LINK = { wsError: { errorCode: 2, errorDescription: 'The token has expired' } } as const
