import type { Exchange } from '@sluice/http-client/observe'
import type { JsonValue } from '@sluice/json-codec'
import type { ChangeMatch, ChangesRead } from './change-port.ts'
import type { Found, IndexStep, SearchRequest } from './search-port.ts'

export type { Change, ChangeMatch, ChangesRead } from './change-port.ts'
export type { Found, IndexStep, Searched, SearchRequest } from './search-port.ts'

/** The states of a delivery. ARCHITECTURE.md draws the arrows between them. */
export const DELIVERY_STATES = [
  'pending',
  'leased',
  'delivered',
  'awaiting-callback',
  'parked',
  'dead',
  'dropped',
] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

/** How an attempt ended. */
export const OUTCOMES = ['delivered', 'accepted', 'partial', 'refused', 'busy', 'unauthorized', 'unsure'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** Any value that JSON can hold. */
export type Json = JsonValue

/** Why a delivery is where it is: a stable code, and a sentence for people. */
export interface Reason {
  readonly code: string
  readonly detail: string
}

/** An event about to be stored. */
export interface NewEvent {
  readonly id: string
  readonly source: string
  /** Null when the sender gave none: the event then repeats nothing. */
  readonly idempotencyKey: string | null
  readonly receivedAtMs: number
  readonly contentType: string
  readonly body: Uint8Array
  /** The trace of the request that brought it, as `keptTrace` writes it; none where nothing brought it. */
  readonly trace?: string
  /** For how long before this event its key is known: an older event with the key is another one. In milliseconds. */
  readonly keyWindowMs: number
  readonly deliveries: readonly NewDelivery[]
}

/** A delivery about to be stored with its event. It starts `pending`, or `dead` when its mapping failed. */
export interface NewDelivery {
  readonly id: string
  readonly route: string
  readonly destination: string
  readonly operation: string
  readonly payload: Json
  readonly reason: Reason | null
  /** Deliveries of one destination with the same key go one after the other, in the order they came; null for any order. */
  readonly orderingKey: string | null
  /** How it may share a call with others; null where each goes alone. */
  readonly gather: Gather | null
}

/** How deliveries of one destination are gathered into one call. */
export interface Gather {
  /** Deliveries with the same key may share a call. */
  readonly key: string
  /** So many are called for at once, however young. */
  readonly maxRows: number
  /** So long a delivery waits for others at the most, in milliseconds. */
  readonly maxAgeMs: number
}

/** What a sender is told: the ids of what was stored, now or at the first time. */
export interface Acceptance {
  readonly eventId: string
  readonly deliveries: readonly { readonly id: string; readonly destination: string; readonly operation: string }[]
}

export type AcceptResult =
  | { readonly kind: 'stored'; readonly acceptance: Acceptance }
  /** The key was seen before, with the same body: the first answer again. */
  | { readonly kind: 'repeated'; readonly acceptance: Acceptance }
  /** The key was seen before, with another body. */
  | { readonly kind: 'conflict' }

/** What becomes of one of several events that came together. */
export type AcceptAllResult =
  | AcceptResult
  /** It could be stored, and was not. */
  | { readonly kind: 'withheld' }

/**
 * How events that came together are taken: `lenient` stores what can be stored, `strict` all or nothing, and `look` tells
 * what would become of each and stores nothing.
 */
export type AcceptMode = 'lenient' | 'strict' | 'look'

/** A delivery that this process may work on until its lease runs out. */
export interface LeasedDelivery {
  readonly id: string
  readonly leaseId: string
  readonly eventId: string
  readonly route: string
  readonly destination: string
  readonly operation: string
  readonly payload: Json
  /** Attempts made so far, and how many of them count to the ten. */
  readonly attempts: number
  readonly countedAttempts: number
  /** When the attempt ended of which nobody knows whether it landed; null when there is none. */
  readonly unsureAtMs: number | null
  /** The trace of its event, as it was kept; none for an event from before traces were. */
  readonly trace?: string
  /** The batch whose call it shares, and what its members have in common; null for a call of its own. */
  readonly batch: { readonly id: string; readonly key: string } | null
}

/** A delivery whose lease ran out or whose process died. */
export interface ExpiredLease extends LeasedDelivery {
  readonly leasedAtMs: number
}

/** One HTTP exchange of an attempt: the delivery's own, one that fetched a token for it, or a look whether it landed. */
export type Step = Exchange & { readonly purpose: 'delivery' | 'token' | 'read-back' }

/** One exchange of a delivery's own operation, with the steps around it. */
export interface Attempt {
  readonly id: string
  readonly number: number
  readonly startedAtMs: number
  readonly endedAtMs: number
  readonly outcome: Outcome
  /** Stable code of the error, or null when delivered. */
  readonly code: string | null
  readonly detail: string | null
  /** Whether it counts to the ten attempts of the retry schedule. */
  readonly counted: boolean
  /** Those of its batch where it shared a call. */
  readonly steps: readonly Step[]
  readonly batchId: string | null
}

/** Where a delivery goes next. */
export interface Move {
  readonly state: Exclude<DeliveryState, 'leased'>
  /** When to try again; null in every state but `pending`. */
  readonly dueAtMs: number | null
  /** Since when it is not known whether the delivery landed; null when it is known. */
  readonly unsureAtMs: number | null
  /** Until when its callback is waited for; null in every state but `awaiting-callback`. */
  readonly deadlineAtMs: number | null
  readonly reason: Reason | null
  readonly receipt: Json
  /** With whom it may share its next call, where that is not with whom it shared the last one. */
  readonly batchKey?: string
}

/** What an attempt made of a delivery. */
export interface RecordRequest extends Move {
  readonly deliveryId: string
  readonly leaseId: string
  readonly attempts: readonly Attempt[]
  readonly nowMs: number
  /** The gate of the destination where this attempt changed it; null where it did not. */
  readonly gate: Json | null
}

/** A call that several deliveries share, about to be made. */
export interface NewBatch {
  readonly id: string
  readonly destination: string
  readonly operation: string
  readonly key: string
  /** How many deliveries share it. */
  readonly size: number
  readonly createdAtMs: number
  /** By what its callback is recognised, and until when; null where none was asked for. */
  readonly token: { readonly hash: string; readonly untilMs: number } | null
}

/** A call that several deliveries shared. */
export interface Batch extends Omit<NewBatch, 'token'> {
  /** What the upstream sent about it later; null while nothing came. */
  readonly callback: Json
  readonly callbackAtMs: number | null
}

/** A batch whose callback came, with the deliveries that wait for what it says. */
export interface AwaitedBatch extends Batch {
  /** The newest callback about a call of the same kind that was believed, or null. */
  readonly callbackBefore: Json
  readonly awaiting: readonly ExpiredLease[]
  /** Ids of those that wait to be sent again, which only proof that they landed can keep from it. */
  readonly pending: readonly string[]
}

/** What a callback made of the deliveries of its batch. */
export interface SettleRequest {
  readonly batchId: string
  readonly callback: Json
  readonly nowMs: number
  readonly moves: readonly (Move & { readonly deliveryId: string })[]
}

/** What a person decided about a delivery that the gateway could not: send it again, take it for done, or give it up. */
export const RESOLUTIONS = ['resend', 'delivered', 'drop'] as const
export type ResolveAs = (typeof RESOLUTIONS)[number]

/** Whatever a person can say about a delivery that is dead or parked: what becomes of it, or that it was seen as it is. */
export const DECISIONS = [...RESOLUTIONS, 'acknowledge'] as const
export type Decision = (typeof DECISIONS)[number]

/** A decision, and who took it and why. */
export interface Resolution {
  readonly atMs: number
  readonly as: Decision
  /** Name of the key that was used. */
  readonly by: string
  readonly why: string
}

/** A delivery with what was tried and what was decided. */
export interface DeliveryHistory extends DeliveryRow {
  /** The delivery that has to end before this one may begin; null when it waits for none. */
  readonly waitsFor: string | null
  /** The call that it last shared with others. */
  readonly batch: Batch | null
  readonly history: readonly Attempt[]
  /** Attempts older than these that the answer had no room for. */
  readonly attemptsOmitted: number
  /** Whether its payload and its receipt are null because the answer had no room for them. */
  readonly payloadOmitted: boolean
  readonly resolutions: readonly Resolution[]
}

export interface DeliveryRow {
  readonly id: string
  readonly eventId: string
  readonly source: string
  readonly route: string
  readonly destination: string
  readonly operation: string
  readonly payload: Json
  readonly state: DeliveryState
  readonly createdAtMs: number
  readonly updatedAtMs: number
  readonly dueAtMs: number | null
  readonly attempts: number
  readonly countedAttempts: number
  readonly reason: Reason | null
  readonly receipt: Json
  readonly orderingKey: string | null
  readonly deadlineAtMs: number | null
  /** When somebody said to have seen it dead or parked; null as long as nobody has, or when it went on since. */
  readonly acknowledgedAtMs: number | null
  /** The replay that made it; null for one that was made when its event came. */
  readonly replayId: string | null
}

/** An event as lists show it. */
export interface EventSummary {
  readonly id: string
  readonly source: string
  readonly idempotencyKey: string | null
  readonly receivedAtMs: number
  readonly contentType: string
  readonly bodyBytes: number
}

export interface EventRow extends Omit<EventSummary, 'bodyBytes'> {
  readonly body: Uint8Array
  readonly deliveries: readonly DeliveryHistory[]
  readonly replays: readonly Replay[]
}

/** That an event went once more through the routes, and who wanted it and why. */
export interface Replay {
  readonly id: string
  readonly atMs: number
  readonly by: string
  readonly why: string
}

/** Which deliveries are meant: those that are all of what is given. */
export interface DeliveryMatch {
  readonly state?: DeliveryState | undefined
  /** Any of these. */
  readonly states?: readonly DeliveryState[] | undefined
  readonly eventId?: string | undefined
  readonly orderingKey?: string | undefined
  /** That of its event. */
  readonly idempotencyKey?: string | undefined
  readonly destination?: string | undefined
  readonly source?: string | undefined
  readonly route?: string | undefined
  readonly operation?: string | undefined
  /** Code of its reason. */
  readonly code?: string | undefined
  /** Stands in its payload, its reason or its receipt, in letters of either case. */
  readonly text?: string | undefined
  /** Created at this time or later. */
  readonly createdAfterMs?: number | undefined
  /** Created before this time. */
  readonly createdBeforeMs?: number | undefined
}

/** Which part of a list is meant. */
export interface PageRequest {
  /** Only what has a lower id. */
  readonly before?: string | undefined
  readonly limit: number
}

/**
 * A part of a list, the newest first. Looking takes time in which nothing else is written, so a page may end early, even
 * empty: what is left is found from `next`.
 */
export interface Page<Row> {
  readonly rows: readonly Row[]
  /** The `before` of the next page; null on the last. */
  readonly next: string | null
}

export type DeliveryFilter = DeliveryMatch & PageRequest

/** Which events are meant: those that are all of what is given. */
export interface EventMatch {
  readonly source?: string | undefined
  readonly idempotencyKey?: string | undefined
  /** Received at this time or later. */
  readonly receivedAfterMs?: number | undefined
  /** Received before this time. */
  readonly receivedBeforeMs?: number | undefined
}

export type EventFilter = EventMatch & PageRequest

/** An attempt as lists show it. */
export interface AttemptSummary extends Omit<Attempt, 'steps'> {
  readonly deliveryId: string
  readonly eventId: string
  readonly source: string
  readonly route: string
  readonly destination: string
  readonly operation: string
}

/** An attempt with what was sent and answered, and what it was made for. */
export interface AttemptRow extends AttemptSummary {
  readonly steps: readonly Step[]
}

/** Which attempts are asked for. */
export interface AttemptMatch {
  readonly deliveryId?: string | undefined
  readonly eventId?: string | undefined
  readonly destination?: string | undefined
  readonly source?: string | undefined
  readonly route?: string | undefined
  /** Any of these. */
  readonly outcomes?: readonly Outcome[] | undefined
  readonly code?: string | undefined
  readonly counted?: boolean | undefined
  /** Started at this time or later. */
  readonly startedAfterMs?: number | undefined
  /** Started before this time. */
  readonly startedBeforeMs?: number | undefined
}

export interface AttemptFilter extends AttemptMatch, PageRequest {}

/** Which deliveries a job decides about: dead and parked ones only. */
export interface JobFilter extends DeliveryMatch {
  /** Dead or parked when left out; `pending` of one destination only. */
  readonly state?: 'dead' | 'parked' | 'pending' | undefined
}

/** One decision about every dead or parked delivery that fits a filter, about to be begun. */
export interface NewJob {
  readonly id: string
  readonly action: Decision
  readonly filter: JobFilter
  /** How many deliveries it may decide about in a second; null for as fast as it can. */
  readonly ratePerSecond: number | null
  /** Name of the key that was used. */
  readonly by: string
  readonly why: string
  readonly createdAtMs: number
  /** How many deliveries fitted right before it began; null for a job of an earlier version. */
  readonly expected: number | null
}

export const JOB_STATES = ['running', 'done', 'cancelled'] as const

export interface Job extends NewJob {
  readonly state: (typeof JOB_STATES)[number]
  /** Deliveries that were decided about. */
  readonly done: number
  /** Deliveries that fit the filter and that became dead or parked only after the job had begun: those are left alone. */
  readonly skipped: number
  /** When it goes on; null when it ended. */
  readonly nextAtMs: number | null
  readonly endedAtMs: number | null
  readonly cancelledBy: string | null
}

/** What one step of the jobs did. */
export interface JobStep {
  /** The destinations of deliveries that it decided about. */
  readonly destinations: readonly string[]
  /** When the next step is due; null when no job runs. */
  readonly nextAtMs: number | null
}

/** A request that is to have an effect once. */
export interface AnswerRequest {
  /** Name of the key of the API that was used: each has idempotency keys of its own. */
  readonly caller: string
  readonly key: string
  /** What makes the request the same. */
  readonly fingerprint: string
  /** Whether one that died in the middle may be done again. */
  readonly repeatable: boolean
  readonly nowMs: number
  /** After this time a request that is not answered has died. */
  readonly untilMs: number
  /** Only what began later is known by its key. */
  readonly knownSinceMs: number
  /** Whether the key is claimed only where it is known. */
  readonly onlyKnown: boolean
}

/** What was answered, or no body where that is not kept. */
export interface KeptAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

/** What became of the first request with a key: this is it, or it is being worked on, or died, or was another one. */
export type AnswerClaim =
  | { readonly kind: 'begun' | 'unknown' | 'running' | 'unsure' | 'conflict' }
  | { readonly kind: 'answered'; readonly answer: KeptAnswer }

export interface DeliveryCount {
  readonly destination: string
  readonly state: DeliveryState
  readonly count: number
}

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
  /** Begins a job. It decides about deliveries that are dead or parked at this moment, and about none twice. */
  addJob(job: NewJob): Promise<Job>
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
