import type { AnswerClaim, AnswerRequest, KeptAnswer } from './answer-port.ts'
import type { AttemptFilter, AttemptMatch, AttemptRow, AttemptSummary, Step } from './attempt-port.ts'
import type { AwaitedBatch, Batch, NewBatch, SettleRequest } from './batch-port.ts'
import type { ChangeMatch, ChangesRead } from './change-port.ts'
import type { Resolution } from './decision-port.ts'
import type { DeliveryCount, DeliveryFilter, DeliveryHistory, DeliveryMatch, DeliveryRow } from './delivery-port.ts'
import type {
  AcceptAllResult,
  AcceptMode,
  AcceptResult,
  EventFilter,
  EventMatch,
  EventRow,
  EventSummary,
  NewDelivery,
  NewEvent,
  Replay,
} from './event-port.ts'
import type { Job, JobStep, NewJob } from './job-port.ts'
import type { ExpiredLease, LeasedDelivery, RecordRequest } from './lease-port.ts'
import type { Page, PageRequest } from './page-port.ts'
import type { Found, IndexStep, SearchRequest } from './search-port.ts'
import type { Json, Reason } from './state-port.ts'

export * from './answer-port.ts'
export * from './attempt-port.ts'
export * from './batch-port.ts'
export * from './change-port.ts'
export * from './decision-port.ts'
export * from './delivery-port.ts'
export * from './event-port.ts'
export * from './job-port.ts'
export * from './lease-port.ts'
export * from './page-port.ts'
export * from './search-port.ts'
export * from './state-port.ts'

/**
 * Where events and deliveries are kept.
 *
 * Every method is one transaction, and its promise resolves only after the commit is durable. Every method may throw
 * StoreError `STORE_UNAVAILABLE` or `STORE_FULL`; then nothing of it was done.
 */
export interface Store {
  /** Stores an event and its deliveries, or finds what its key stored before. */
  accept(event: NewEvent): Promise<AcceptResult>
  /** Stores events that came together in one transaction; results in their order. */
  acceptAll(events: readonly NewEvent[], mode: AcceptMode): Promise<readonly AcceptAllResult[]>
  /**
   * Takes the deliveries of a destination that are due, the longest due first. With one that may share a call come those
   * that may share it with it, up to `batchRows`, and all of them have the same batch.
   *
   * @param request.limit - How many calls may be made.
   * @param request.maxBytes - How many bytes the payloads may have together; any number by default.
   */
  lease(request: {
    readonly destination: string
    readonly leaseId: string
    readonly nowMs: number
    readonly untilMs: number
    readonly limit: number
    readonly batchRows: number
    readonly maxBytes?: number
  }): Promise<readonly LeasedDelivery[]>
  /** Gives back deliveries on which no work was begun: they are due again at once, and no attempt was made. */
  release(request: { readonly ids: readonly string[]; readonly leaseId: string; readonly nowMs: number }): Promise<void>
  /**
   * Writes what an attempt made of a delivery, and of its destination's gate. False, and nothing written, when the lease
   * is no longer this one.
   */
  record(request: RecordRequest): Promise<boolean>
  /** Notes a batch before it is sent, so that whatever comes back about it finds it. */
  openBatch(batch: NewBatch): Promise<void>
  /** Writes what the one call of a batch made of each of its deliveries. Returns how many leases still held. */
  recordBatch(request: {
    readonly batchId: string
    readonly steps: readonly Step[]
    readonly deliveries: readonly RecordRequest[]
  }): Promise<number>
  /** Finds the batch that a callback's token belongs to, unless it is unknown or has expired. */
  findBatch(tokenHash: string, nowMs: number): Promise<AwaitedBatch | null>
  /** Reads a batch; null when it is unknown. */
  readBatch(id: string): Promise<Batch | null>
  /** Reads a batch whose callback came before its deliveries waited for it; null when none came. */
  readSettled(batchId: string): Promise<AwaitedBatch | null>
  /**
   * Writes a callback, and what it made of the deliveries that still wait for it. `repeated` when this very callback was
   * written before; `conflict`, and nothing written, when another one was.
   */
  settleBatch(request: SettleRequest): Promise<'settled' | 'repeated' | 'conflict'>
  /** Finds the batches whose callback is written, and whose deliveries still wait for what it says. */
  batchesToSettle(): Promise<readonly Pick<Batch, 'id' | 'destination'>[]>
  /**
   * Parks deliveries whose callback did not come in time.
   *
   * @returns how many, at most `limit`.
   */
  expireCallbacks(request: { readonly nowMs: number; readonly reason: Reason; readonly limit: number }): Promise<number>
  /** When the next callback is overdue, or null when none is waited for. */
  nextDeadlineAtMs(): Promise<number | null>
  /**
   * Finds the deliveries whose lease ran out: whoever held it died in the attempt.
   *
   * @param untilMs - Leases that end at or before this time. `Infinity` finds all: right at the start of the only process.
   */
  expiredLeases(untilMs: number): Promise<readonly ExpiredLease[]>
  /** The gates that were saved, by destination. */
  readGates(): Promise<ReadonlyMap<string, Json>>
  /**
   * Carries out a decision about a delivery that is `dead` or `parked`. To send it again begins the ten attempts anew; to
   * take it for delivered is for a parked one only; to acknowledge it changes nothing but that it may be removed some day.
   * False, and nothing written, when it is in no state for that, or acknowledged already.
   */
  resolve(request: Resolution & { readonly id: string }): Promise<boolean>
  /**
   * Counts the deliveries that a job would decide about now, a part of them at a time, and names the oldest of the part.
   *
   * @param job.after - Only deliveries with a higher id: where the part before came to.
   */
  countMatching(job: Pick<NewJob, 'action' | 'filter'> & { readonly after: string }): Promise<{
    readonly count: number
    readonly sample: readonly string[]
    /** The `after` of the next part; null when there is nothing more. */
    readonly next: string | null
  }>
  /**
   * Begins a job. It decides about deliveries that are dead or parked at this moment, and about none twice; about the first at
   * `firstAtMs`, which is now when left out.
   */
  addJob(job: NewJob, firstAtMs?: number): Promise<Job>
  /**
   * Goes on with the job that is due the longest: decides about at most `limit` of its deliveries, and notes how far it came
   * in the same transaction, so that a process that dies repeats and forgets nothing.
   */
  stepJobs(request: { readonly nowMs: number; readonly limit: number }): Promise<JobStep>
  /** Ends a job before it is done. False, and nothing written, when it has ended. */
  cancelJob(request: { readonly id: string; readonly by: string; readonly atMs: number }): Promise<boolean>
  readJob(id: string): Promise<Job | null>
  /** Lists jobs, the newest first. */
  listJobs(page: PageRequest): Promise<Page<Job>>
  /** Stores more deliveries of an event, which nobody was told of when it came. False, and nothing written, without the event. */
  replay(request: Replay & { readonly eventId: string; readonly deliveries: readonly NewDelivery[] }): Promise<boolean>
  /**
   * Removes events that were received, and whose deliveries all ended, before a time; with them go their deliveries,
   * attempts and decisions, batches that nothing refers to any more, and jobs that ended before it. A dead or parked
   * delivery counts as ended since it was acknowledged, and one that others wait for is not.
   *
   * @param request.after - Only events with a higher id: where the step before came to.
   * @param request.limit - About how many rows it removes; the rows of one event go together.
   */
  removeEnded(request: { readonly beforeMs: number; readonly after: string; readonly limit: number }): Promise<{
    readonly removed: number
    /** The `after` of the next step; null when there is nothing more. */
    readonly next: string | null
  }>
  /** Claims an idempotency key for a request, or says what became of the first one with it. */
  beginAnswer(request: AnswerRequest): Promise<AnswerClaim>
  /** Keeps the answer to the request that claimed a key; null forgets the claim, for what had no effect. */
  endAnswer(request: {
    readonly caller: string
    readonly key: string
    readonly answer: KeptAnswer | null
  }): Promise<void>
  /** Takes note that the requests that are being worked on died: right at the start of the only process. */
  abandonAnswers(): Promise<void>
  /** Removes answers to requests that began at or before a time. Returns how many, at most `limit`. */
  removeAnswers(request: { readonly beforeMs: number; readonly limit: number }): Promise<number>
  /** Saves the gate of a destination that a person opened. */
  saveGate(destination: string, gate: Json): Promise<void>
  /** When the next delivery of a destination is due, or null when none waits. */
  nextDueAtMs(destination: string): Promise<number | null>
  readEvent(id: string): Promise<EventRow | null>
  readDelivery(id: string): Promise<DeliveryHistory | null>
  listEvents(filter: EventFilter): Promise<Page<EventSummary>>
  listDeliveries(filter: DeliveryFilter): Promise<Page<DeliveryRow>>
  /** Lists attempts, the newest first. */
  listAttempts(filter: AttemptFilter): Promise<Page<AttemptSummary>>
  readAttempt(id: string): Promise<AttemptRow | null>
  /**
   * Goes on with the index, and notes how far it came in the same transaction.
   *
   * @param request.limit - How many changes it looks at.
   * @param request.maxBytes - About how many bytes of events it reads.
   */
  indexStep(request: { readonly limit: number; readonly maxBytes: number }): Promise<IndexStep>
  /** Searches events in the index, and brings that up to date before as far as it soon can. */
  searchEvents(request: SearchRequest<EventMatch>): Promise<Found<EventSummary>>
  /** Searches deliveries by what is known of their events and of all deliveries of those. */
  searchDeliveries(request: SearchRequest<DeliveryMatch>): Promise<Found<DeliveryRow>>
  /** The same of the attempts of deliveries. */
  searchAttempts(request: SearchRequest<AttemptMatch>): Promise<Found<AttemptSummary>>
  /**
   * Reads what became of deliveries, in the order of the commits: each came to be `pending`, and later came into another
   * state or to `pending` again. That it was leased is not told.
   *
   * @param request.after - The `position` of what was told last; null for now.
   */
  readChanges(request: {
    readonly after: string | null
    readonly match: ChangeMatch
    readonly limit: number
    readonly maxBytes: number
  }): Promise<ChangesRead>
  /** Resolves after the next commit, after which there may be changes. */
  changed(): Promise<void>
  countDeliveries(): Promise<readonly DeliveryCount[]>
  /** Writes the time, durably. Throws when the store cannot write. */
  check(nowMs: number): Promise<void>
}

/** What the HTTP surface needs of a store, which may be in other processes. */
export type HttpStore = Pick<
  Store,
  | 'readEvent'
  | 'readDelivery'
  | 'listEvents'
  | 'listDeliveries'
  | 'listAttempts'
  | 'readAttempt'
  | 'searchEvents'
  | 'searchDeliveries'
  | 'searchAttempts'
  | 'readChanges'
  | 'countDeliveries'
  | 'resolve'
  | 'replay'
  | 'countMatching'
  | 'addJob'
  | 'cancelJob'
  | 'readJob'
  | 'listJobs'
  | 'readBatch'
  | 'findBatch'
  | 'settleBatch'
  | 'beginAnswer'
  | 'endAnswer'
  | 'check'
>
