/**
 * The Worker, counting what Cloudflare bills: its classes are those of the gateway, each call of which is counted and timed,
 * on a storage whose methods count too. `GET /_counts` tells how much it was since the start.
 */
import worker, {
  Control as Keys,
  DestinationGate as Gate,
  Egress as Way,
  OutboxShard as Shard,
} from '@sluice/gateway/worker'
import { COUNTS_PATH, type Counts } from './counts.ts'

/** What the platform hands to the classes. */
type Bindings = ConstructorParameters<typeof Shard>[1]

/** A method of the platform, or of a class. */
type Method = (this: object, ...values: readonly unknown[]) => unknown

const counts = {
  workerRequests: 0,
  objectRequests: 0,
  alarms: 0,
  relayed: 0,
  rowsRead: 0,
  rowsWritten: 0,
  activeMs: 0,
  activeObjects: 0,
  timersStarted: 0,
}
/** Calls under way in each object, and since when there are any. */
const active = new Map<object, { calls: number; sinceMs: number }>()
/** What the last statement read and wrote is known when its rows were read. */
let lastCursor: Pick<SqlStorageCursor<Record<string, SqlStorageValue>>, 'rowsRead' | 'rowsWritten'> | null = null

function addLastCursor(): void {
  if (lastCursor === null) return
  counts.rowsRead += lastCursor.rowsRead
  counts.rowsWritten += lastCursor.rowsWritten
  lastCursor = null
}

/** Puts `by` in the place of a method of whatever shares this prototype. */
function replace(prototype: object, name: string, by: (original: Method) => Method): void {
  const original: unknown = Reflect.get(prototype, name)
  if (typeof original !== 'function') throw new TypeError(`there is no method ${name}`)
  Object.defineProperty(prototype, name, { value: by(original as Method), configurable: true, writable: true })
}

const prototypeOf = (value: object): object => Reflect.getPrototypeOf(value) ?? value

/** Timers that have neither run nor been taken back. */
const timers = new Set<unknown>()
replace(
  globalThis,
  'setTimeout',
  (original) =>
    function setTimeout(work, ...values) {
      const run = (): void => {
        timers.delete(timer)
        Reflect.apply(work as Method, undefined, [])
      }
      const timer: unknown = Reflect.apply(original, globalThis, [run, ...values])
      timers.add(timer)
      counts.timersStarted += 1
      return timer
    },
)
replace(
  globalThis,
  'clearTimeout',
  (original) =>
    function clearTimeout(timer) {
      timers.delete(timer)
      return Reflect.apply(original, globalThis, [timer])
    },
)

let isCounted = false
/** Counts what is done with the storage of any object: all have the same prototypes. */
function countStorage({ storage }: DurableObjectState): void {
  if (isCounted) return
  isCounted = true
  replace(
    prototypeOf(storage.sql),
    'exec',
    (original) =>
      function exec(...values) {
        addLastCursor()
        const cursor = Reflect.apply(original, this, values)
        lastCursor = cursor as typeof lastCursor
        return cursor
      },
  )
  const counting = (prototype: object, name: string, row: 'rowsRead' | 'rowsWritten') =>
    replace(
      prototype,
      name,
      (original) =>
        function counted(...values) {
          counts[row] += 1
          return Reflect.apply(original, this, values)
        },
    )
  const kv = prototypeOf(storage.kv)
  counting(kv, 'get', 'rowsRead')
  // At the start of an object only, and hardly ever with more than one row.
  counting(kv, 'list', 'rowsRead')
  counting(kv, 'put', 'rowsWritten')
  counting(kv, 'delete', 'rowsWritten')
  counting(prototypeOf(storage), 'setAlarm', 'rowsWritten')
  counting(prototypeOf(storage), 'deleteAlarm', 'rowsWritten')
}

/** Counts the calls of a class's objects, and the time in which any is under way. */
function countCalls(counted: object, original: object): void {
  for (const name of Object.getOwnPropertyNames(original)) {
    if (name === 'constructor') continue
    Object.defineProperty(counted, name, { value: Reflect.get(original, name), configurable: true, writable: true })
    replace(
      counted,
      name,
      (method) =>
        async function call(...values) {
          counts.objectRequests += 1
          if (name === 'alarm') counts.alarms += 1
          const object = active.get(this) ?? { calls: 0, sinceMs: 0 }
          active.set(this, object)
          if (object.calls === 0) {
            object.sinceMs = Date.now()
            counts.activeObjects += 1
          }
          object.calls += 1
          try {
            return await Reflect.apply(method, this, values)
          } finally {
            object.calls -= 1
            if (object.calls === 0) {
              counts.activeMs += Date.now() - object.sinceMs
              counts.activeObjects -= 1
            }
          }
        },
    )
  }
}

export class OutboxShard extends Shard {
  constructor(context: DurableObjectState, environment: Bindings) {
    countStorage(context)
    super(context, environment)
  }
}
countCalls(OutboxShard.prototype, Shard.prototype)

export class DestinationGate extends Gate {
  constructor(context: DurableObjectState, environment: Bindings) {
    countStorage(context)
    super(context, environment)
  }
}
countCalls(DestinationGate.prototype, Gate.prototype)

export class Control extends Keys {
  constructor(context: DurableObjectState, environment: Bindings) {
    countStorage(context)
    super(context, environment)
  }
}
countCalls(Control.prototype, Keys.prototype)

export class Egress extends Way {
  override fetch(request: Request): Promise<Response> {
    counts.relayed += 1
    return super.fetch(request)
  }
}

// oxlint-disable-next-line import/no-default-export -- a Worker is what its module exports by default
export default {
  ...worker,
  fetch(request, environment, execution) {
    if (new URL(request.url).pathname === COUNTS_PATH) {
      addLastCursor()
      return Response.json({ ...counts, timers: timers.size } satisfies Counts)
    }
    counts.workerRequests += 1
    return worker.fetch(request, environment, execution)
  },
} satisfies ExportedHandler<Bindings>
