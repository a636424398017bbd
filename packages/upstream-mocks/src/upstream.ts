import type { FaultName } from './fault-table.ts'
import type { Received } from './received.ts'
import type { Answer, Reply } from './reply.ts'
import type { UpstreamName } from './upstream-name.ts'

/** One request to an upstream, understood as far as needed to name its operation. */
export interface Call {
  /** Such as `start-data` or `ecnow_datasets.create`; `unknown` where the upstream has no such operation. */
  readonly operation: string
  /** Does the work. A fault that spoils the work itself (not only the reply) is given by name. */
  answer(fault: FaultName | null): Promise<Answer> | Answer
  /** Writes an error page or body as this upstream would with that status. */
  errorReply(status: number): Reply
  /**
   * Writes the reply of a fault that only this upstream has.
   *
   * @param real - The reply that the fault spoils, where the work was done before it.
   * @returns Null when the fault is none of this upstream's own.
   */
  faultReply(fault: FaultName, real: Reply | null): Reply | null
}

/** A mocked upstream. */
export interface Upstream {
  readonly name: UpstreamName
  open(received: Received): Promise<Call> | Call
  /** Forgets everything but what its settings plant. */
  reset(): void
  /** Shows what it holds, as plain data. */
  state(): Readonly<Record<string, unknown>>
}
