/** Puts what is ambient in a Worker under the time of the matrix: clock, timers, chance, and the requests that it sends. */
import { began, cancel, counted, ended, now, requestBegan, requestEnded, wait, type Waiting } from './time.ts'

/** What of the runtime is replaced, as it was. */
export const real = {
  now: Date.now,
  setTimeout: globalThis.setTimeout.bind(globalThis),
  clearTimeout: globalThis.clearTimeout.bind(globalThis),
  fetch: globalThis.fetch.bind(globalThis),
}

/** By which header a request to an upstream says which one it is. */
const REQUEST_HEADER = 'x-matrix-request'
/** Longer than any cell takes: keeps the invocation alive that waits for a time. */
const ANCHOR_MS = 3_600_000
/** No jitter. */
const CHANCE = 0.5
/** What WebCrypto does on other threads. */
const CRYPTO_METHODS = ['sign', 'verify', 'digest', 'importKey'] as const

interface Timer {
  readonly waiting: Waiting
  readonly anchor: ReturnType<typeof real.setTimeout>
  cancelled: boolean
}

const timers = new Map<number, Timer>()
let timerCount = 0
let requestCount = 0

/** Replaces it, once, before anything runs. */
export function installAmbient(): void {
  Date.now = now
  Math.random = () => CHANCE
  Object.assign(globalThis, { setTimeout: setTimer, clearTimeout: clearTimer, fetch: send })
  for (const name of CRYPTO_METHODS) countCalls(name)
}

function setTimer(work: () => void, afterMs = 0): number {
  if (afterMs <= 0) return setTurn(work)
  const { promise, resolve } = Promise.withResolvers<void>()
  const id = ++timerCount
  const anchor = real.setTimeout(() => undefined, ANCHOR_MS)
  const timer: Timer = { waiting: { dueAtMs: now() + afterMs, fire: resolve }, anchor, cancelled: false }
  timers.set(id, timer)
  wait(timer.waiting)
  // Whoever moves the time resolves this from another invocation: the runtime goes on in the one that waits.
  void promise.then(() => {
    timers.delete(id)
    real.clearTimeout(anchor)
    try {
      if (!timer.cancelled) work()
    } finally {
      ended()
    }
  })
  return id
}

/** What waits for another turn, and not for a time, is under way. Nothing clears it. */
function setTurn(work: () => void): number {
  began()
  real.setTimeout(() => {
    try {
      work()
    } finally {
      ended()
    }
  }, 0)
  return ++timerCount
}

function clearTimer(id: unknown): void {
  const timer = typeof id === 'number' ? timers.get(id) : undefined
  if (timer === undefined) return
  timer.cancelled = true
  cancel(timer.waiting)
  real.clearTimeout(timer.anchor)
}

/** Sends a request, which is under way until the last byte of its reply was read or nobody reads it any more. */
async function send(input: RequestInfo, init?: RequestInit): Promise<Response> {
  const id = ++requestCount
  const request = new Request(input, init)
  request.headers.set(REQUEST_HEADER, String(id))
  requestBegan(id)
  try {
    const response = await real.fetch(request)
    if (response.body === null) {
      requestEnded(id)
      return response
    }
    return new Response(
      watched(response.body, () => requestEnded(id)),
      response,
    )
  } catch (error) {
    requestEnded(id)
    throw error
  }
}

function watched(body: ReadableStream<Uint8Array>, atEnd: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (done) {
          atEnd()
          controller.close()
        } else controller.enqueue(value)
      } catch (error) {
        atEnd()
        throw error
      }
    },
    async cancel(reason) {
      atEnd()
      await reader.cancel(reason)
    },
  })
}

function countCalls(name: (typeof CRYPTO_METHODS)[number]): void {
  const method = crypto.subtle[name].bind(crypto.subtle) as (...values: unknown[]) => Promise<unknown>
  Object.defineProperty(crypto.subtle, name, {
    configurable: true,
    value: (...values: unknown[]) => counted(() => method(...values)),
  })
}
