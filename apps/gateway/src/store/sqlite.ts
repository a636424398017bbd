import { StoreError } from '@sluice/errors'
import type { NewId } from '../ports.ts'
import { accept } from './accept.ts'
import { acceptAll } from './accept-all.ts'
import { abandonAnswers, beginAnswer, endAnswer, removeAnswers } from './answers.ts'
import { listAttempts, readAttempt } from './attempts.ts'
import {
  batchesToSettle,
  expireCallbacks,
  findBatch,
  nextDeadlineAtMs,
  openBatch,
  readBatch,
  readSettled,
  recordBatch,
  settleBatch,
} from './batch.ts'
import { readChanges } from './changes.ts'
import { type Commit, createGroupCommit, storeError } from './group-commit.ts'
import { addJob, cancelJob, countMatching, listJobs, readJob, stepJobs } from './job.ts'
import { expiredLeases, lease, release } from './lease.ts'
import { listDeliveries, listEvents } from './list.ts'
import { migrate } from './migrate.ts'
import type { Store } from './port.ts'
import { countDeliveries, nextDueAtMs, readDelivery, readEvent, readGates } from './read.ts'
import { record, writeGate } from './record.ts'
import { replay } from './replay.ts'
import { READ_LIMITS, type ReadLimits } from './read-limits.ts'
import { NO_RESERVE, type Reserve } from './reserve.ts'
import { resolve } from './resolve.ts'
import { removeEnded } from './retention.ts'
import { searchAttempts, searchDeliveries, searchEvents } from './search.ts'
import { indexStep } from './search-index.ts'
import type { SqlDatabase } from './sql.ts'

/** What a search indexes before it looks, in steps that each hold up others for some milliseconds. */
const CATCH_UP_STEPS = 10
export const INDEX_STEP = { limit: 100, maxBytes: 262_144 } as const

export interface SqliteStoreOptions {
  readonly database: SqlDatabase
  readonly newId: NewId
  /** See {@link createGroupCommit}. */
  readonly defer: (callback: () => void) => void
  /** Room that is kept for delivering what was accepted; by default none. */
  readonly reserve?: Reserve
  /** How much one answer reads. */
  readonly limits?: ReadLimits
}

/**
 * Creates the store on a SQLite database, and brings its schema up to date.
 *
 * @throws StoreError `MIGRATION_FAILED` the database was written by a newer version, or a migration cannot run.
 */
export function createSqliteStore({
  database,
  newId,
  defer,
  reserve = NO_RESERVE,
  limits = READ_LIMITS,
}: SqliteStoreOptions): Store {
  migrate(database)
  let told: (() => void)[] = []
  const commitAny: Commit = createGroupCommit(database, defer, () => {
    const those = told
    told = []
    for (const tell of those) tell()
  })
  const commit: Commit = (work) =>
    commitAny(work).catch((error: unknown) => {
      if (error instanceof StoreError && error.code === 'STORE_FULL') reserve.giveUp()
      throw error
    })
  /** Writes what is new: only while there is room left to deliver it. */
  const commitNew: Commit = async (work) => {
    if (!reserve.isThere()) throw new StoreError('STORE_FULL', 'store: the disk is full')
    return commit(work)
  }
  /** Brings the index up to date, as far as a few steps go: a search says how far that was. */
  const catchUp = async (): Promise<void> => {
    for (let step = 0; step < CATCH_UP_STEPS; step += 1) {
      if (!(await commit(() => indexStep(database, INDEX_STEP))).isBehind) return
    }
  }
  /** Where nothing can be written what is in the index is found all the same. */
  const searched = async <Result>(look: () => Result): Promise<Result> => {
    await catchUp().catch((error: unknown) => {
      if (!(error instanceof StoreError)) throw error
    })
    return read(look)
  }
  return {
    accept: (event) => commitNew(() => accept(database, event)),
    acceptAll: (events, mode) => commitNew(() => acceptAll(database, events, mode)),
    lease: (request) => commit(() => lease(database, newId, request)),
    record: (request) => commit(() => record(database, request)),
    release: (request) => commit(() => release(database, request)),
    openBatch: (batch) => commit(() => openBatch(database, batch)),
    recordBatch: (request) => commit(() => recordBatch(database, request)),
    settleBatch: (request) => commit(() => settleBatch(database, request)),
    expireCallbacks: (request) => commit(() => expireCallbacks(database, request)),
    resolve: (request) => commit(() => resolve(database, request)),
    countMatching: async (job) => read(() => countMatching(database, job)),
    addJob: (job, firstAtMs) => commit(() => addJob(database, job, firstAtMs)),
    stepJobs: (request) => commit(() => stepJobs(database, request)),
    cancelJob: (request) => commit(() => cancelJob(database, request)),
    readJob: async (id) => read(() => readJob(database, id)),
    listJobs: async (page) => read(() => listJobs(database, page)),
    replay: (request) => commitNew(() => replay(database, request)),
    removeEnded: (request) => commit(() => removeEnded(database, request)),
    beginAnswer: (request) => commitNew(() => beginAnswer(database, request)),
    endAnswer: (request) => commit(() => endAnswer(database, request)),
    abandonAnswers: () => commit(() => abandonAnswers(database)),
    removeAnswers: (request) => commit(() => removeAnswers(database, request)),
    saveGate: (destination, gate) => commit(() => writeGate(database, destination, gate)),
    readBatch: async (id) => read(() => readBatch(database, id)),
    findBatch: async (tokenHash, nowMs) => read(() => findBatch(database, tokenHash, nowMs)),
    readSettled: async (batchId) => read(() => readSettled(database, batchId)),
    batchesToSettle: async () => read(() => batchesToSettle(database)),
    nextDeadlineAtMs: async () => read(() => nextDeadlineAtMs(database)),
    expiredLeases: async (untilMs) => read(() => expiredLeases(database, untilMs)),
    readGates: async () => read(() => readGates(database)),
    nextDueAtMs: async (destination) => read(() => nextDueAtMs(database, destination)),
    readEvent: async (id) => read(() => readEvent(database, id, limits)),
    readDelivery: async (id) => read(() => readDelivery(database, id, limits)),
    listEvents: async (filter) => read(() => listEvents(database, filter)),
    listDeliveries: async (filter) => read(() => listDeliveries(database, filter, limits)),
    listAttempts: async (filter) => read(() => listAttempts(database, filter)),
    readAttempt: async (id) => read(() => readAttempt(database, id)),
    indexStep: (request) => commit(() => indexStep(database, request)),
    searchEvents: (request) => searched(() => searchEvents(database, request)),
    searchDeliveries: (request) => searched(() => searchDeliveries(database, request)),
    searchAttempts: (request) => searched(() => searchAttempts(database, request)),
    readChanges: async (request) => read(() => readChanges(database, request)),
    changed: () => new Promise((resolve) => told.push(resolve)),
    countDeliveries: async () => read(() => countDeliveries(database)),
    check: (nowMs) => commitNew(() => beat(database, nowMs)),
  }
}

function read<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw storeError(error)
  }
}

/** Writes a value that differs each time: SQLite leaves a page alone that would not change, and proves nothing. */
function beat(database: SqlDatabase, nowMs: number): void {
  database.run('INSERT INTO heartbeat (id, at_ms) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET at_ms = ?1', nowMs)
}
