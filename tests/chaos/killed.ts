import type { Child } from './child.ts'
import type { OnUnsure, StepKill } from './plan.ts'

/** What is killed over and over: a gateway in some runtime, with what it keeps. */
export interface Killed {
  /** Starts it on what its last life left. */
  start(kill: StepKill | null): Child
  /** Checks what its last life left, once no process works on it. */
  auditDisk(): Promise<readonly string[]>
}

/** What any gateway that is killed is given. */
export interface KilledOptions {
  /** Where it keeps all that it has. */
  readonly folder: string
  readonly sandboxUrl: string
  /** Where the upstreams send callbacks. */
  readonly callbackUrl: string
  readonly onUnsure: OnUnsure
}
