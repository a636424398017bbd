import { DurableObject } from 'cloudflare:workers'
import configFile from 'sluice:config'
import { type Admission, createKeyDesk, type KeyDesk } from '../../control/desk.ts'
import type { ControlStore } from '../../control/port.ts'
import { createControlStore } from '../../control/sqlite.ts'
import { createAmbient, startTimer } from './ambient.ts'
import { type Answer, answer } from './answer.ts'
import type { Bindings } from './bindings.ts'
import { readSettings } from './environment.ts'
import { ANSWER_MS, inTime } from './in-time.ts'
import { PLATFORM_LIMITS } from './limits.ts'
import { databaseOf } from './sqlite.ts'

/** What the one object is called by. */
const NAME = 'control'

/** Finds the one object that keeps keys and aliases for all. */
export function controlOf({ CONTROL }: Pick<Bindings, 'CONTROL'>): DurableObjectStub<Control> {
  return inTime(CONTROL.getByName(NAME), ANSWER_MS.control, startTimer)
}

/** Keeps keys and aliases, and counts what each key is used for. */
export class Control extends DurableObject<Bindings> {
  readonly #control: ControlStore
  readonly #desk: KeyDesk

  constructor(context: DurableObjectState, environment: Bindings) {
    super(context, environment)
    const { config } = readSettings(configFile, environment, PLATFORM_LIMITS)
    this.#control = createControlStore(databaseOf(context.storage))
    this.#desk = createKeyDesk(config.keys, this.#control, createAmbient())
  }

  admit(digest: string, wanted: number): Promise<Answer<Admission | null>> {
    return answer(() => this.#desk.admit(digest, wanted))
  }

  ask(method: keyof ControlStore, parameters: readonly unknown[]): Promise<Answer<unknown>> {
    // The caller's types are those of the method: see `createRemoteControl`.
    return answer(() => (this.#control[method] as (...of: readonly unknown[]) => Promise<unknown>)(...parameters))
  }
}
