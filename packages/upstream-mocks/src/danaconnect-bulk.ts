import { json, refuse } from './danaconnect-replies.ts'
import type { DanaconnectSettings } from './danaconnect-settings.ts'
import { Newest } from './newest.ts'
import { readMultipart, type Received } from './received.ts'
import type { Answer } from './reply.ts'

/** One bulk load that was accepted. It is not processed: its rows reach no list. */
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
}

/** What a load is checked against, and who sent it. */
export interface LoadRequest {
  readonly login: string
  readonly company: string
  readonly tableCode: string
}

/** The contact lists of all companies, and every load that one was sent. */
export class DanaconnectBulk {
  readonly #settings: DanaconnectSettings
  readonly #loads: Newest<BulkLoad>

  constructor(settings: DanaconnectSettings, keep: number) {
    this.#settings = settings
    this.#loads = new Newest(keep)
  }

  /** Accepts a load, with the seven members that the vendor prints, or refuses it. */
  async load(received: Received, request: LoadRequest): Promise<Answer> {
    const form = await readMultipart(received)
    if (form === null) return refuse(this.#settings, 400, 'the body is not a multipart form')
    const parts = this.#readParts(form)
    if (typeof parts === 'string') return refuse(this.#settings, 400, parts)
    if (!this.#knows(request)) return refuse(this.#settings, this.#settings.unknownTableStatus, 'unknown tableCode')
    this.#loads.push({
      atMs: received.atMs,
      login: request.login,
      tableCode: request.tableCode,
      fileName: parts.file.name,
      fileSize: parts.file.size,
      operationType: parts.operationType,
      keyField: parts.keyField,
      fields: parts.fields,
      csv: await parts.file.text(),
    })
    return { reply: json(200, echo(parts, request)), effect: 1 }
  }

  reset(): void {
    this.#loads.clear()
  }

  state(): Record<string, unknown> {
    return { loadCount: this.#loads.total, loads: [...this.#loads] }
  }

  #knows({ company, tableCode }: LoadRequest): boolean {
    return this.#settings.tables.some((known) => known.company === company && known.tableCode === tableCode)
  }

  #readParts(form: FormData): Parts | string {
    const file = form.get('file')
    if (file === null || typeof file === 'string') return 'part file is missing, or not a file'
    const fieldsCode = textPart(form, 'fieldsCode') ?? ''
    if (fieldsCode === '') return 'part fieldsCode is missing or empty'
    const operationType = textPart(form, 'operationType') ?? 'INSALL'
    if (!OPERATION_TYPES.includes(operationType)) return 'unknown operationType'
    const includeHeaders = textPart(form, 'includeHeaders') ?? 'false'
    if (includeHeaders !== 'true' && includeHeaders !== 'false') return 'includeHeaders is neither true nor false'
    const keyField = textPart(form, 'keyField')
    if (this.#settings.requireKeyField && operationType !== 'INSALL' && (keyField ?? '') === '') {
      return 'part keyField is missing'
    }
    return {
      file,
      fields: fieldsCode.split(';'),
      operationType,
      keyField,
      includeHeaders: includeHeaders === 'true',
      separator: textPart(form, 'separator') ?? ',',
    }
  }
}

interface Parts {
  readonly file: File
  readonly fields: readonly string[]
  readonly operationType: string
  readonly keyField: string | null
  readonly includeHeaders: boolean
  readonly separator: string
}

const OPERATION_TYPES: readonly string[] = ['INSALL', 'INSNEW', 'UPDALL', 'UPDINS']

function textPart(form: FormData, name: string): string | null {
  const part = form.get(name)
  return typeof part === 'string' ? part : null
}

function echo(parts: Parts, { company, tableCode }: LoadRequest): Record<string, unknown> {
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
