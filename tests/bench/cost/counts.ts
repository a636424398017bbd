/** Where the counting Worker tells what it counted. */
export const COUNTS_PATH = '/_counts'

/** What the Worker did since it started. */
export interface Counts {
  /** Requests from outside. */
  readonly workerRequests: number
  /** Calls of Durable Objects, and their alarms. */
  readonly objectRequests: number
  /** Alarms alone. */
  readonly alarms: number
  /** Requests that an object sent by way of the Worker. */
  readonly relayed: number
  readonly rowsRead: number
  /** With one for each alarm that was set or taken away. */
  readonly rowsWritten: number
  /** Time in which a call or an alarm was under way, over all objects: calls at the same time in one object count once. */
  readonly activeMs: number
  /** Objects in which a call or an alarm is under way now. */
  readonly activeObjects: number
  /** Timers that were started. */
  readonly timersStarted: number
  /** Timers that have neither run nor been taken back, in all of the Worker. */
  readonly timers: number
}
