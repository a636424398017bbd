/**
 * The schema, as the steps that lead to it. A step that was released is never changed: a new one is added. Each step
 * runs once, in one transaction with the note that it ran.
 */
export const MIGRATIONS: readonly (readonly string[])[] = [
  [
    `CREATE TABLE events (
      id TEXT NOT NULL PRIMARY KEY,
      source TEXT NOT NULL,
      idempotency_key TEXT,
      received_at_ms INTEGER NOT NULL,
      content_type TEXT NOT NULL,
      body BLOB NOT NULL
    ) STRICT`,
    `CREATE UNIQUE INDEX events_by_key ON events (source, idempotency_key) WHERE idempotency_key IS NOT NULL`,
    // The states are compared one by one: for an `IN` list SQLite builds a temporary index anew for each row it writes.
    `CREATE TABLE deliveries (
      id TEXT NOT NULL PRIMARY KEY,
      event_id TEXT NOT NULL REFERENCES events (id),
      source TEXT NOT NULL,
      route TEXT NOT NULL,
      destination TEXT NOT NULL,
      operation TEXT NOT NULL,
      payload TEXT NOT NULL,
      state TEXT NOT NULL,
      created_at_ms INTEGER NOT NULL,
      updated_at_ms INTEGER NOT NULL,
      due_at_ms INTEGER,
      attempts INTEGER NOT NULL DEFAULT 0,
      counted_attempts INTEGER NOT NULL DEFAULT 0,
      lease_id TEXT,
      leased_at_ms INTEGER,
      lease_until_ms INTEGER,
      unsure_at_ms INTEGER,
      reason_code TEXT,
      reason_detail TEXT,
      receipt TEXT,
      CHECK (state = 'pending' OR state = 'leased' OR state = 'delivered' OR state = 'awaiting-callback'
        OR state = 'parked' OR state = 'dead' OR state = 'dropped'),
      CHECK ((state = 'pending') = (due_at_ms IS NOT NULL)),
      CHECK ((state = 'leased') = (lease_id IS NOT NULL))
    ) STRICT`,
    `CREATE INDEX deliveries_by_event ON deliveries (event_id)`,
    `CREATE INDEX deliveries_due ON deliveries (destination, due_at_ms, id) WHERE state = 'pending'`,
    `CREATE INDEX deliveries_leased ON deliveries (lease_until_ms) WHERE state = 'leased'`,
    `CREATE INDEX deliveries_by_state ON deliveries (state, destination, id)`,
    `CREATE TABLE attempts (
      id TEXT NOT NULL PRIMARY KEY,
      delivery_id TEXT NOT NULL REFERENCES deliveries (id),
      number INTEGER NOT NULL,
      started_at_ms INTEGER NOT NULL,
      ended_at_ms INTEGER NOT NULL,
      outcome TEXT NOT NULL,
      code TEXT,
      detail TEXT,
      counted INTEGER NOT NULL,
      steps TEXT NOT NULL,
      UNIQUE (delivery_id, number)
    ) STRICT`,
    `CREATE TABLE resolutions (
      delivery_id TEXT NOT NULL REFERENCES deliveries (id),
      at_ms INTEGER NOT NULL,
      resolve_as TEXT NOT NULL,
      resolved_by TEXT NOT NULL,
      why TEXT NOT NULL
    ) STRICT`,
    `CREATE INDEX resolutions_by_delivery ON resolutions (delivery_id, at_ms)`,
    `CREATE TABLE gates (destination TEXT NOT NULL PRIMARY KEY, state TEXT NOT NULL) STRICT`,
    `CREATE TABLE heartbeat (id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1), at_ms INTEGER NOT NULL) STRICT`,
  ],
]
