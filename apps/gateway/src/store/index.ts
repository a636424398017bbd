export { createControlStore } from '../control/sqlite.ts'
export { createGroupCommit } from './group-commit.ts'
export type {
  AcceptMode,
  Attempt,
  AttemptFilter,
  Change,
  DeliveryMatch,
  DeliveryState,
  AwaitedBatch,
  Gather,
  Job,
  LeasedDelivery,
  NewBatch,
  NewDelivery,
  NewEvent,
  NewJob,
  Outcome,
  RecordRequest,
  Store,
} from './port.ts'
export { MIGRATIONS } from './schema.ts'
export { createSqliteStore, type SqliteStoreOptions } from './sqlite.ts'
export type { SqlDatabase, SqlRow, SqlValue } from './sql.ts'
