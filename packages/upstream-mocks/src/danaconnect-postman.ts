import type { Agenda } from './agenda.ts'
import type { Ambient } from './ambient.ts'
import { type LoadResult, type Notice, noticesOf } from './danaconnect-callback.ts'
import type { DanaconnectSettings } from './danaconnect-settings.ts'
import type { FaultName } from './fault-table.ts'
import { Newest } from './newest.ts'

/** One callback that was sent, or could not be. */
export interface SentCallback {
  readonly atMs: number
  /** The address up to its last part, which is a secret. */
  readonly to: string
  readonly body: Readonly<Record<string, unknown>>
  readonly fault: FaultName | null
  /** Null when nobody answered, or when the host gave no way to send. */
  readonly status: number | null
}

/** How long one callback may take. The vendor's time-out is not documented. */
const TIMEOUT_MS = 30_000
const TRIES_OF_RETRIED = 3

/** Sends the notices about processed loads, unsigned and without any credential. */
export class DanaconnectPostman {
  readonly #settings: DanaconnectSettings
  readonly #ambient: Ambient
  readonly #agenda: Agenda
  readonly #sent: Newest<SentCallback>
  /** Held back until another load's notices went out. */
  #held: (() => Promise<void>)[] = []

  constructor(settings: DanaconnectSettings, ambient: Ambient, agenda: Agenda, keep: number) {
    this.#settings = settings
    this.#ambient = ambient
    this.#agenda = agenda
    this.#sent = new Newest(keep)
  }

  /** Sends what there is to say about a load, as the fault has it. */
  async announce(load: LoadResult, url: string, fault: FaultName | null, delayMs: number): Promise<void> {
    if (fault === 'callback-never') return
    const send = () => this.#sendAll(noticesOf(load, url, fault), fault)
    if (fault === 'callback-late') return this.#agenda.after(delayMs, send)
    if (fault === 'callback-out-of-order') return void this.#held.push(send)
    await send()
    const held = this.#held
    this.#held = []
    for (const sendHeld of held) await sendHeld()
  }

  reset(): void {
    this.#held = []
    this.#sent.clear()
  }

  state(): Record<string, unknown> {
    return { callbackCount: this.#sent.total, callbacks: [...this.#sent] }
  }

  async #sendAll(notices: readonly Notice[], fault: FaultName | null): Promise<void> {
    for (const notice of notices) await this.#send(notice, fault, 1)
  }

  async #send(notice: Notice, fault: FaultName | null, attempt: number): Promise<void> {
    const status = await this.#post(notice)
    this.#sent.push({ atMs: this.#ambient.nowMs(), to: shown(notice.url), body: notice.body, fault, status })
    const isTaken = status !== null && status >= 200 && status < 300
    const tries = fault === 'callback-retried' ? TRIES_OF_RETRIED : this.#settings.callbackTries
    if (isTaken || attempt >= tries) return
    this.#agenda.after(this.#settings.callbackRetryMs, () => this.#send(notice, fault, attempt + 1))
  }

  async #post({ url, body }: Notice): Promise<number | null> {
    if (this.#ambient.fetch === undefined) return null
    try {
      const request = new Request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      const response = await this.#ambient.fetch(request)
      await response.body?.cancel()
      return response.status
    } catch {
      // An address that is none, or nobody there: the vendor tells no one, and neither does the mock.
      return null
    }
  }
}

function shown(url: string): string {
  return `${url.slice(0, url.lastIndexOf('/'))}/{redacted}`
}
