import { Control as Keys, DestinationGate as Gate, OutboxShard as Shard } from '@sluice/gateway/worker'
import { real } from './ambient.ts'
import { type Bindings, environmentOf, SEPARATOR } from './cells.ts'
import { alarmOf, began, counted, ended, now, setAlarm, touch } from './time.ts'

const NAME = 'matrix-name'

/** An object of a cell, before the gateway's own class gets to see it. */
interface Entered {
  readonly name: string
  readonly cell: string
  /** Has the platform ring the object's alarm. */
  ring(): Promise<void>
  /** Notes that its alarm began; false where nobody had it rung. */
  rang(): void
}

/** Gives an object the name that the gateway knows it by, and has its alarm ring at the time of the matrix. */
function enter(context: DurableObjectState): Entered {
  const { storage } = context
  // The platform does not always tell an object that its alarm wakes what it is called.
  const name = context.id.name ?? storage.kv.get<string>(NAME) ?? ''
  storage.kv.put(NAME, name)
  const [cell = '', own = ''] = name.split(SEPARATOR)
  const write = storage.setAlarm.bind(storage)
  let ringing = false
  const ring = async (): Promise<void> => {
    if (ringing) return
    ringing = true
    began()
    await write(real.now())
  }
  Object.defineProperties(storage, {
    getAlarm: { value: () => Promise.resolve(alarmOf(name)) },
    deleteAlarm: { value: async () => setAlarm(name, null) },
    setAlarm: {
      value: async (atMs: number) => {
        if (atMs <= now()) await ring()
        else setAlarm(name, atMs)
      },
    },
  })
  Object.defineProperties(context, { storage: { value: storage }, id: { value: { name: own } } })
  return {
    name,
    cell,
    ring,
    rang() {
      if (!ringing) return
      ringing = false
      ended()
    },
  }
}

/** A shard whose clock is the matrix's. Its alarm is the platform's own, told to ring when it is due. */
export class OutboxShard extends Shard {
  readonly #entered: Entered

  constructor(context: DurableObjectState, environment: Bindings) {
    const entered = enter(context)
    super(context, environmentOf(environment, entered.cell))
    this.#entered = entered
  }

  override async alarm(): Promise<void> {
    this.#entered.rang()
    try {
      await super.alarm()
    } finally {
      touch(this.#entered.cell)
    }
  }

  /** Has the platform ring the alarm, which is due. */
  ringNow(): Promise<void> {
    return counted(() => this.#entered.ring())
  }
}

/** The keys and aliases of a cell. */
export class Control extends Keys {
  constructor(context: DurableObjectState, environment: Bindings) {
    super(context, environmentOf(environment, enter(context).cell))
  }
}

/** A gate whose clock is the matrix's. */
export class DestinationGate extends Gate {
  constructor(context: DurableObjectState, environment: Bindings) {
    super(context, environmentOf(environment, enter(context).cell))
  }
}
