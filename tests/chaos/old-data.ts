import { openDataFolder } from '@sluice/gateway/bun'
import { createSqliteStore, MIGRATIONS } from '@sluice/gateway/store'

/** The version whose database is brought up to date: the first. */
const OLD_VERSION = 1
/** Statements that a death can fall on: those of all later steps, and two with which each step is noted. */
export const MIGRATION_STATEMENTS = MIGRATIONS.slice(OLD_VERSION).reduce((sum, step) => sum + step.length + 2, 0)

const NOW_MS = 1_700_000_000_000
/** One delivery in each of these states, as a killed process of the old version leaves them. */
const STATES = ['pending', 'leased', 'delivered', 'parked', 'dead'] as const

/** Makes a data folder as the old version left it: an event, deliveries in several states, and an attempt. */
export function writeOldData(dataPath: string): void {
  const database = openDataFolder(dataPath)
  try {
    for (const statement of MIGRATIONS.slice(0, OLD_VERSION).flat()) database.run(statement)
    database.run('CREATE TABLE schema_version (version INTEGER NOT NULL) STRICT')
    database.run('INSERT INTO schema_version (version) VALUES (?)', OLD_VERSION)
    database.run(
      `INSERT INTO events (id, source, idempotency_key, received_at_ms, content_type, body)
       VALUES ('evt_1', 'contacts', 'old', ?, 'application/json', x'7b7d')`,
      NOW_MS,
    )
    for (const state of STATES) {
      const leased = state === 'leased'
      database.run(
        `INSERT INTO deliveries (id, event_id, source, route, destination, operation, payload, state, created_at_ms,
           updated_at_ms, due_at_ms, attempts, lease_id, leased_at_ms, lease_until_ms)
         VALUES (?1, 'evt_1', 'contacts', 'old', 'datatalks', 'contacts.upsert', '{}', ?2, ?3, ?3, ?4, 1, ?5, ?6, ?6)`,
        idOf(state),
        state,
        NOW_MS,
        state === 'pending' ? NOW_MS : null,
        leased ? 'lse_1' : null,
        leased ? NOW_MS : null,
      )
      database.run(
        `INSERT INTO attempts (id, delivery_id, number, started_at_ms, ended_at_ms, outcome, counted, steps)
         VALUES (?1, ?2, 1, ?3, ?3, 'busy', 1, '[]')`,
        `att_${state}`,
        idOf(state),
        NOW_MS,
      )
    }
  } finally {
    database.close()
  }
}

/** Opens a data folder that {@link writeOldData} made, whatever happened to it since, and says what is missing. */
export async function auditOldData(dataPath: string): Promise<readonly string[]> {
  const database = openDataFolder(dataPath)
  try {
    const store = createSqliteStore({ database, newId: (prefix) => `${prefix}_new`, defer: setImmediate })
    const problems: string[] = []
    const [row] = database.all('SELECT version FROM schema_version')
    if (row?.['version'] !== MIGRATIONS.length) problems.push('an old database was not brought up to date')
    if ((await store.readEvent('evt_1')) === null) problems.push('an old event is gone')
    for (const state of STATES) {
      const delivery = await store.readDelivery(idOf(state))
      const isKept = delivery?.state === state && delivery.history.length === 1
      if (!isKept) problems.push(`an old delivery that was ${state} is not as it was`)
    }
    return problems
  } finally {
    database.close()
  }
}

const idOf = (state: (typeof STATES)[number]): string => `dlv_${state}`
