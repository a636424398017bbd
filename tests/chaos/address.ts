/** Where the gateway is now. Each of its lives listens elsewhere, and between two of them it is nowhere. */
export interface Address {
  /** Resolves with the address as soon as there is one. */
  current(): Promise<string>
  /** Returns the address, or null when there is none. */
  now(): string | null
  arrive(url: string): void
  leave(): void
}

/** Creates an address that leads nowhere yet. */
export function createAddress(): Address {
  let url: string | null = null
  let waiting: ((url: string) => void)[] = []
  return {
    now: () => url,
    current: () => (url === null ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(url)),
    arrive(arrived) {
      url = arrived
      for (const resolve of waiting) resolve(arrived)
      waiting = []
    },
    leave() {
      url = null
    },
  }
}
