import type { Attributes, DatatalksOperation } from './datatalks-contract.ts'
import { type Forwarded, mapRecord } from './datatalks-mapping.ts'
import type { DatatalksSettings } from './datatalks-settings.ts'
import { Newest } from './newest.ts'

/** One record that came in, and what the vendor would make of it. */
export interface DatatalksEntry {
  readonly atMs: number
  readonly operation: DatatalksOperation
  readonly groupKey: string
  readonly data: Attributes
  readonly forwarded: Forwarded
}

/** Contacts by address, events in order, products in feeds. */
export class DatatalksStore {
  readonly #settings: DatatalksSettings
  readonly #contacts = new Map<string, Attributes>()
  readonly #events: Newest<DatatalksEntry>
  readonly #forwarded: Newest<DatatalksEntry>
  /** What came by v2 and v3. */
  readonly #later: Newest<DatatalksEntry>
  readonly #products = new Map<string, Attributes[]>()
  #nameless = 0

  constructor(settings: DatatalksSettings, keep: number) {
    this.#settings = settings
    this.#events = new Newest(keep)
    this.#forwarded = new Newest(keep)
    this.#later = new Newest(keep)
  }

  /**
   * Does one operation.
   *
   * @returns The number of its effects, or what is wrong with the records.
   */
  apply(
    operation: DatatalksOperation,
    groupKey: string,
    records: readonly Attributes[],
    atMs: number,
  ): number | string {
    const entries: DatatalksEntry[] = []
    for (const data of records) {
      const forwarded = mapRecord(data, groupKey, this.#settings)
      if (forwarded === null) return 'a list is expected'
      entries.push({ atMs, operation, groupKey, data, forwarded })
    }
    for (const entry of entries) this.#forwarded.push(entry)
    if (operation === 'contacts.upsert') return this.#upsert(groupKey, records)
    if (operation === 'contacts.delete') return this.#delete(groupKey, records)
    if (operation === 'products.send') return this.#sendProducts(groupKey, records)
    const target = operation === 'events.create' ? this.#events : this.#later
    for (const entry of entries) target.push(entry)
    return entries.length
  }

  reset(): void {
    this.#contacts.clear()
    this.#events.clear()
    this.#forwarded.clear()
    this.#later.clear()
    this.#products.clear()
    this.#nameless = 0
  }

  state(): Record<string, unknown> {
    return {
      contacts: [...this.#contacts.values()],
      eventCount: this.#events.total,
      events: [...this.#events],
      products: Object.fromEntries(this.#products),
      forwarded: [...this.#forwarded],
      laterVersions: [...this.#later],
    }
  }

  #upsert(groupKey: string, records: readonly Attributes[]): number {
    for (const data of records) {
      const key = this.#keyOf(groupKey, data)
      this.#contacts.set(key, { ...this.#contacts.get(key), ...data })
    }
    return records.length
  }

  #delete(groupKey: string, records: readonly Attributes[]): number {
    return records.filter((data) => this.#contacts.delete(this.#keyOf(groupKey, data))).length
  }

  #sendProducts(groupKey: string, records: readonly Attributes[]): number {
    const feed = this.#settings.products === 'add' ? (this.#products.get(groupKey) ?? []) : []
    for (const record of records) feed.push(record)
    this.#products.set(groupKey, feed)
    return records.length
  }

  /** Contacts without an address cannot be told apart, so each counts as a new one. */
  #keyOf(groupKey: string, data: Attributes): string {
    for (const name of this.#settings.emailAttributes) {
      const email = data[name]
      if (typeof email === 'string' && email !== '') return `${groupKey} ${email.toLowerCase()}`
    }
    this.#nameless += 1
    return `${groupKey} #${this.#nameless}`
  }
}
