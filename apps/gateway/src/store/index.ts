export { createGroupCommit } from './group-commit.ts'
export type {
  Attempt,
  DeliveryState,
  AwaitedBatch,
  Gather,
  LeasedDelivery,
  NewBatch,
  NewDelivery,
  NewEvent,
  Outcome,
  RecordRequest,
  Store,
} from './port.ts'
export { MIGRATIONS } from './schema.ts'
export { createSqliteStore, type SqliteStoreOptions } from './sqlite.ts'
export type { SqlDatabase, SqlRow, SqlValue } from './sql.ts'
