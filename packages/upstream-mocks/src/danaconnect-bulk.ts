import type { Agenda } from './agenda.ts'
import { readLoadLines } from './danaconnect-csv.ts'
import { type LoadParts, readLoadParts } from './danaconnect-load.ts'
import type { DanaconnectPostman } from './danaconnect-postman.ts'
import { json, refuse } from './danaconnect-replies.ts'
import type { DanaconnectSettings } from './danaconnect-settings.ts'
import type { ContactList, DanaconnectTables } from './danaconnect-tables.ts'
import type { FaultName } from './fault-table.ts'
import { delayOf, type FaultOrder } from './faults.ts'
import { Newest } from './newest.ts'
import { readMultipart, type Received } from './received.ts'
import type { Answer } from './reply.ts'

/** One bulk load that was accepted. */
export interface BulkLoad {
  readonly atMs: number
  readonly login: string
  readonly tableCode: string
  readonly fileName: string
  readonly fileSize: number
  readonly operationType: string
  readonly keyField: string | null
  readonly fields: readonly string[]
  readonly csv: string
  /** Null until it was processed. */
  processed: { readonly logId: number; readonly result: string; readonly lineCount: number } | null
}

/** What a load is checked against, and who sent it. */
export interface LoadRequest {
  readonly login: string
  readonly company: string
  readonly tableCode: string
}

/** What bulk loads need beside their settings. */
export interface BulkParts {
  readonly tables: DanaconnectTables
  readonly postman: DanaconnectPostman
  readonly agenda: Agenda
  /** Takes the fault that the processing of the next load shall have. */
  readonly takeFault: () => FaultOrder | null
}

/** Takes bulk loads, processes each a while later, and has the caller told. */
export class DanaconnectBulk {
  readonly #settings: DanaconnectSettings
  readonly #parts: BulkParts
  readonly #loads: Newest<BulkLoad>
  #lastLogId = 0
  /** Rises with every reset: a load from before is not processed any more. */
  #era = 0

  constructor(settings: DanaconnectSettings, parts: BulkParts, keep: number) {
    this.#settings = settings
    this.#parts = parts
    this.#loads = new Newest(keep)
  }

  /** Accepts a load, with the seven members that the vendor prints, or refuses it. */
  async load(received: Received, request: LoadRequest): Promise<Answer> {
    const form = await readMultipart(received)
    if (form === null) return refuse(this.#settings, 400, 'the body is not a multipart form')
    const parts = readLoadParts(form, this.#settings)
    if (typeof parts === 'string') return refuse(this.#settings, 400, parts)
    const list = this.#parts.tables.find(request.company, request.tableCode)
    if (list === null) return refuse(this.#settings, this.#settings.unknownTableStatus, 'unknown tableCode')
    const stray = parts.fields.some((code) => list.fields !== null && !Object.hasOwn(list.fields, code))
    if (stray) return refuse(this.#settings, 400, 'unknown field code')
    const reply = json(200, echo(parts, request))
    await this.#accept(received, request, parts, list)
    return { reply, effect: 1 }
  }

  reset(): void {
    this.#era += 1
    this.#lastLogId = 0
    this.#loads.clear()
  }

  state(): Record<string, unknown> {
    return { loadCount: this.#loads.total, loads: [...this.#loads] }
  }

  async #accept(received: Received, request: LoadRequest, parts: LoadParts, list: ContactList): Promise<void> {
    const load: BulkLoad = {
      atMs: received.atMs,
      login: request.login,
      tableCode: request.tableCode,
      fileName: parts.file.name,
      fileSize: parts.file.size,
      operationType: parts.operationType,
      keyField: parts.keyField,
      fields: parts.fields,
      csv: await parts.file.text(),
      processed: null,
    }
    this.#loads.push(load)
    const bytes = new Uint8Array(await parts.file.arrayBuffer())
    const order = this.#parts.takeFault()
    const era = this.#era
    const work = async (): Promise<void> => {
      if (era === this.#era) await this.#process(load, { list, parts, bytes, order })
    }
    if (order?.fault === 'callback-before-reply') await work()
    else this.#parts.agenda.after(this.#settings.loadDelayMs, work)
  }

  async #process(
    load: BulkLoad,
    { list, parts, bytes, order }: { list: ContactList; parts: LoadParts; bytes: Uint8Array; order: FaultOrder | null },
  ): Promise<void> {
    this.#lastLogId += 1
    const logId = this.#lastLogId
    const lines = readLoadLines(bytes, parts)
    const fault: FaultName | null = order?.fault ?? null
    const kept = fault === 'rows-rejected' ? lines?.slice(0, -1) : lines
    const lineCount = kept === null || kept === undefined ? 0 : this.#parts.tables.load(list, kept, parts)
    const headerLines = this.#settings.countHeader && parts.includeHeaders && lines !== null ? 1 : 0
    const result = lines === null ? this.#settings.failedResult : 'FINISHED'
    load.processed = { logId, result, lineCount: lineCount + headerLines }
    if (parts.callbackUrl === null || parts.callbackUrl === '') return
    const { company, idWebDb } = list
    const { fileName, fileSize } = load
    const told = { ...load.processed, fileName, fileSize, company, idWebDb }
    await this.#parts.postman.announce(told, parts.callbackUrl, fault, order === null ? 0 : delayOf(order))
  }
}

function echo(parts: LoadParts, { company, tableCode }: LoadRequest): Record<string, unknown> {
  return {
    fields: parts.fields,
    fileName: parts.file.name,
    idCompany: company,
    includeHeaders: parts.includeHeaders,
    separator: parts.separator,
    status: true,
    tableCode,
  }
}
