import { type App, type Config, createApp, type Ports } from '@sluice/gateway'
import { createControlStore, createSqliteStore, type SqlDatabase } from '@sluice/gateway/store'
import { runWithin, type TimerScope } from './ambient.ts'
import type { Clock, Timer } from './clock.ts'

/** What one process of the gateway is started with. Everything here outlives it. */
export interface LifeOptions {
  readonly config: Config
  readonly clock: Clock
  readonly database: SqlDatabase
  readonly newId: Ports['newId']
  readonly newToken: Ports['newToken']
  readonly random: Ports['random']
  readonly fetch: Ports['fetch']
  readonly log: Ports['log']
  /** Told whenever the process does something that the clock did not cause. */
  readonly noteActivity: () => void
  /** Replaces ports before anything uses them. */
  readonly adapt: (ports: Ports) => Ports
}

/** One process of the gateway, from its start to its death. */
export interface Life {
  readonly app: App
  readonly store: Ports['store']
  /** Runs work as this process. */
  readonly within: <Result>(work: () => Result) => Result
  /** How many calls of the store have not ended. */
  storeCalls(): number
  /** Resolves when it is dead. */
  readonly ended: Promise<void>
  /** Ends it as SIGKILL does: its timers never ring, what it waits for never comes, and it writes nothing more. */
  kill(): void
}

/** What a dead process waits for. */
const NEVER: Promise<never> = new Promise(() => undefined)

/** Starts a process: it takes back what a dead one left leased, and begins to deliver. */
export async function startLife(options: LifeOptions): Promise<Life> {
  const { clock, config, noteActivity } = options
  const self = {}
  let alive = true
  let storeCalls = 0
  let alarm: Timer | null = null
  let end = (): void => undefined
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })

  const scope: TimerScope = {
    after: (ms, work) => {
      noteActivity()
      return clock.at(clock.nowMs + ms, work, self)
    },
    cancel: (timer) => {
      noteActivity()
      clock.cancel(timer)
    },
  }
  const within = <Result>(work: () => Result): Result => runWithin(scope, work)

  /** Lets the calls of a living process through, and leaves those of a dead one without an answer. */
  const mortal =
    <Values extends unknown[], Result>(call: (...values: Values) => Promise<Result>) =>
    async (...values: Values): Promise<Result> => {
      if (!alive) return NEVER
      noteActivity()
      try {
        const result = await call(...values)
        return alive ? result : await NEVER
      } catch (error) {
        if (alive) throw error
        return NEVER
      } finally {
        noteActivity()
      }
    }

  const store = createSqliteStore({
    database: options.database,
    newId: options.newId,
    // What was gathered for a commit dies with the process.
    defer: (commit) => queueMicrotask(() => void (alive && commit())),
  })
  const ports = options.adapt({
    store: {
      ...mortalStore(store, mortal, (change) => (storeCalls += change)),
      // Its hourly look would ring for ever, and no world would come to rest: who wants it removes what ended by hand.
      removeEnded: () => NEVER,
    },
    control: createControlStore(options.database),
    fetch: mortal(options.fetch),
    nowMs: () => clock.nowMs,
    newId: options.newId,
    newToken: options.newToken,
    random: options.random,
    fillRandom: (bytes) => bytes.set(Array.from(bytes, () => Math.floor(options.random() * 256))),
    wakeAt: (atMs, wake) => {
      noteActivity()
      if (alarm !== null) clock.cancel(alarm)
      alarm = alive && atMs !== null ? clock.at(atMs, () => within(wake), self) : null
    },
    sleep: (ms) => new Promise((resolve) => scope.after(ms, () => resolve())),
    log: (...line) => void (alive && options.log(...line)),
  })
  const app = await within(async () => {
    const started = await createApp(config, ports, { version: '0', sandboxUrl: null, example: null, fixedEgress: true })
    started.outbox.wake()
    return started
  })
  return {
    app,
    store,
    within,
    storeCalls: () => storeCalls,
    ended,
    kill() {
      alive = false
      end()
      clock.cancelAll(self)
    },
  }
}

/** Makes every method of a store one of a process that can die. */
function mortalStore(
  store: Ports['store'],
  mortal: (call: (...values: unknown[]) => Promise<unknown>) => (...values: unknown[]) => Promise<unknown>,
  count: (change: 1 | -1) => void,
): Ports['store'] {
  const counted =
    (call: (...values: unknown[]) => Promise<unknown>) =>
    async (...values: unknown[]) => {
      count(1)
      try {
        return await call(...values)
      } finally {
        count(-1)
      }
    }
  const methods = Object.entries(store).map(([name, call]) => [name, mortal(counted(call))])
  return Object.fromEntries(methods) as Ports['store']
}
