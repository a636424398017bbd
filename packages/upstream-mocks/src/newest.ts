/** A list that keeps its newest entries and counts all it ever held, so that a long run does not fill the memory. */
export class Newest<T> {
  #ring: T[] = []
  #oldest = 0
  #total = 0
  readonly #capacity: number

  /**
   * @param capacity - How many entries are kept, at least 1.
   */
  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** Counts every entry since the start or the last {@link clear}, kept or not. */
  get total(): number {
    return this.#total
  }

  /** Counts the entries that had to make room. */
  get dropped(): number {
    return this.#total - this.#ring.length
  }

  push(entry: T): void {
    this.#total += 1
    if (this.#ring.length < this.#capacity) {
      this.#ring.push(entry)
      return
    }
    this.#ring[this.#oldest] = entry
    this.#oldest = (this.#oldest + 1) % this.#capacity
  }

  /** Walks over what is kept, oldest first. */
  [Symbol.iterator](): Generator<T> {
    return this.after(0)
  }

  /**
   * Walks over what is kept, oldest first, without the entries that were pushed first.
   *
   * @param count - How many of all entries ever pushed to pass over, those that were dropped included.
   */
  *after(count: number): Generator<T> {
    const size = this.#ring.length
    for (let place = Math.max(0, count - this.dropped); place < size; place += 1) {
      const entry = this.#ring[(this.#oldest + place) % size]
      if (entry !== undefined) yield entry
    }
  }

  clear(): void {
    this.#ring = []
    this.#oldest = 0
    this.#total = 0
  }
}
