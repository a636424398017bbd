import { OutboxShard as Shard } from '@sluice/gateway/worker'

export { Control, default, DestinationGate, Egress } from '@sluice/gateway/worker'

/** The longest that a delivery waits for its next attempt, in place of minutes and hours: see `../hurry.ts`. */
const MAX_WAIT_MS = 2000

/**
 * The Worker that is killed over and over: the one that is deployed, but for its retries, which are brought forward. It
 * differs by what this file says, so nothing of it is in a Worker that is built from the gateway alone.
 */
export class OutboxShard extends Shard {
  override async alarm(): Promise<void> {
    await super.alarm()
    for (const destination of this.#bringForward()) await this.reopened(destination)
  }

  /** Has nothing wait longer than is bearable. Returns for which destinations something is due sooner. */
  #bringForward(): ReadonlySet<string> {
    const soonMs = Date.now() + MAX_WAIT_MS
    const brought = this.ctx.storage.sql.exec<{ destination: string }>(
      "UPDATE deliveries SET due_at_ms = ? WHERE state = 'pending' AND due_at_ms > ? RETURNING destination",
      soonMs,
      soonMs,
    )
    return new Set(brought.toArray().map(({ destination }) => destination))
  }
}
