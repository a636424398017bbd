import { encodeXml } from '@sluice/xml-codec'

import { json, refuse } from './danaconnect-replies.ts'
import type { DanaconnectSettings } from './danaconnect-settings.ts'
import { readMultipart, type Received } from './received.ts'
import type { Answer, Reply } from './reply.ts'

const DAY_MS = 86_400_000

/** The files that were uploaded, each for as many days as the settings say. */
export class DanaconnectFiles {
  readonly #settings: DanaconnectSettings
  readonly #random: () => number
  readonly #expiry = new Map<string, number>()

  constructor(settings: DanaconnectSettings, random: () => number) {
    this.#settings = settings
    this.#random = random
  }

  /** Takes one file, and names it. */
  async upload(received: Received, requestId: string | null): Promise<Answer> {
    const form = await readMultipart(received)
    if (form === null) return refuse(this.#settings, 400, 'the body is not a multipart form')
    const parts = form.getAll('file')
    if (parts.length !== 1) return refuse(this.#settings, 400, 'exactly one part file is expected')
    if (typeof parts[0] === 'string') return refuse(this.#settings, 400, 'part file is not a file')
    const fileID = this.#newId(received.atMs)
    this.#expiry.set(fileID, received.atMs + this.#settings.fileLifeDays * DAY_MS)
    const members = requestId === null ? { fileID } : { fileID, requestID: requestId }
    return { reply: this.#write(received, members), effect: 1 }
  }

  /** Tells whether a text names a file that was kept, and is not any more. */
  isExpired(text: string, nowMs: number): boolean {
    const expiresAtMs = this.#expiry.get(text)
    return expiresAtMs !== undefined && expiresAtMs <= nowMs
  }

  reset(): void {
    this.#expiry.clear()
  }

  state(): Record<string, unknown> {
    return { files: [...this.#expiry].map(([fileID, expiresAtMs]) => ({ fileID, expiresAtMs })) }
  }

  /** QUIRK danaconnect: without an Accept that names JSON the reply may be XML. */
  #write(received: Received, members: Readonly<Record<string, string>>): Reply {
    const accept = received.headers.get('accept') ?? ''
    if (this.#settings.uploadReply === 'json' || accept.includes('application/json')) return json(200, members)
    return { status: 200, contentType: 'application/xml', body: encodeXml({ name: 'upload', value: { ...members } }) }
  }

  #newId(nowMs: number): string {
    const date = new Date(nowMs)
    const name = Array.from({ length: 64 }, () => Math.floor(this.#random() * 16).toString(16)).join('')
    return `s3://WS/${date.getUTCFullYear()}/${date.getUTCMonth() + 1}/${name}`
  }
}
