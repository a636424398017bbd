import { SENT_KEY_INDEX } from './sent-key.ts'

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
  [
    // A key is known for the window of its source; after that it is released, and the event keeps it to be shown.
    `ALTER TABLE events ADD COLUMN key_released_at_ms INTEGER`,
    `DROP INDEX events_by_key`,
    `CREATE UNIQUE INDEX events_by_key ON events (source, idempotency_key)
      WHERE idempotency_key IS NOT NULL AND key_released_at_ms IS NULL`,
    // Deliveries of one destination and ordering key go one after the other: all but the first unfinished one are blocked.
    `ALTER TABLE deliveries ADD COLUMN ordering_key TEXT`,
    `ALTER TABLE deliveries ADD COLUMN blocked INTEGER NOT NULL DEFAULT 0`,
    // Deliveries with the same batch key may share a call; the batch is the one that they last shared.
    `ALTER TABLE deliveries ADD COLUMN batch_key TEXT`,
    `ALTER TABLE deliveries ADD COLUMN batch_id TEXT`,
    // Until when the callback of a delivery that waits for one is waited for.
    `ALTER TABLE deliveries ADD COLUMN deadline_at_ms INTEGER`,
    `DROP INDEX deliveries_due`,
    `CREATE INDEX deliveries_due ON deliveries (destination, due_at_ms, id) WHERE state = 'pending' AND blocked = 0`,
    `CREATE INDEX deliveries_in_order ON deliveries (destination, ordering_key, id)
      WHERE ordering_key IS NOT NULL AND state <> 'delivered' AND state <> 'dead' AND state <> 'dropped'`,
    `CREATE INDEX deliveries_to_gather ON deliveries (destination, batch_key, id)
      WHERE batch_key IS NOT NULL AND state = 'pending' AND blocked = 0`,
    `CREATE INDEX deliveries_by_batch ON deliveries (batch_id) WHERE batch_id IS NOT NULL`,
    `CREATE INDEX deliveries_by_deadline ON deliveries (deadline_at_ms) WHERE state = 'awaiting-callback'`,
    // A trigger, so that no way in which a delivery can end forgets those that wait behind it.
    `CREATE TRIGGER deliveries_follow AFTER UPDATE OF state ON deliveries
      WHEN NEW.ordering_key IS NOT NULL
        AND (NEW.state = 'delivered' OR NEW.state = 'dead' OR NEW.state = 'dropped')
      BEGIN
        UPDATE deliveries SET blocked = 0 WHERE blocked = 1 AND id = (
          SELECT id FROM deliveries
          WHERE destination = NEW.destination AND ordering_key = NEW.ordering_key
            AND ordering_key IS NOT NULL AND state <> 'delivered' AND state <> 'dead' AND state <> 'dropped'
          ORDER BY id LIMIT 1);
      END`,
    // The steps of a batch are those of its one call; the attempts of its deliveries refer to them.
    `CREATE TABLE batches (
      id TEXT NOT NULL PRIMARY KEY,
      destination TEXT NOT NULL,
      operation TEXT NOT NULL,
      batch_key TEXT NOT NULL,
      size INTEGER NOT NULL,
      created_at_ms INTEGER NOT NULL,
      token_hash TEXT,
      token_until_ms INTEGER,
      steps TEXT,
      callback TEXT,
      callback_at_ms INTEGER
    ) STRICT`,
    `CREATE UNIQUE INDEX batches_by_token ON batches (token_hash) WHERE token_hash IS NOT NULL`,
    `CREATE INDEX batches_by_key ON batches (destination, batch_key, id) WHERE callback IS NOT NULL`,
    `ALTER TABLE attempts ADD COLUMN batch_id TEXT`,
  ],
  [
    // Whether somebody has seen that it is dead or parked: before that, nothing removes it.
    `ALTER TABLE deliveries ADD COLUMN acknowledged_at_ms INTEGER`,
    // A trigger, so that whatever moves a delivery makes its new state one that nobody has seen.
    `CREATE TRIGGER deliveries_unseen AFTER UPDATE OF state ON deliveries
      WHEN NEW.acknowledged_at_ms IS NOT NULL AND NEW.state <> OLD.state
      BEGIN
        UPDATE deliveries SET acknowledged_at_ms = NULL WHERE id = NEW.id;
      END`,
    `CREATE INDEX deliveries_unresolved ON deliveries (id) WHERE state = 'dead' OR state = 'parked'`,
    // A delivery that a replay made is none of those that the event's sender was told of.
    `ALTER TABLE deliveries ADD COLUMN replay_id TEXT`,
    `CREATE TABLE replays (
      id TEXT NOT NULL PRIMARY KEY,
      event_id TEXT NOT NULL REFERENCES events (id),
      at_ms INTEGER NOT NULL,
      replayed_by TEXT NOT NULL,
      why TEXT NOT NULL
    ) STRICT`,
    `CREATE INDEX replays_by_event ON replays (event_id)`,
    // A job walks through the deliveries by id, from its cursor to the last that there was when it began.
    `CREATE TABLE jobs (
      id TEXT NOT NULL PRIMARY KEY,
      decide TEXT NOT NULL,
      filter TEXT NOT NULL,
      rate_per_second REAL,
      asked_by TEXT NOT NULL,
      why TEXT NOT NULL,
      state TEXT NOT NULL,
      created_at_ms INTEGER NOT NULL,
      walked_to TEXT NOT NULL,
      walk_to TEXT NOT NULL,
      done INTEGER NOT NULL DEFAULT 0,
      skipped INTEGER NOT NULL DEFAULT 0,
      next_at_ms INTEGER,
      ended_at_ms INTEGER,
      cancelled_by TEXT,
      CHECK (state = 'running' OR state = 'done' OR state = 'cancelled'),
      CHECK ((state = 'running') = (next_at_ms IS NOT NULL))
    ) STRICT`,
    `CREATE INDEX jobs_running ON jobs (next_at_ms) WHERE state = 'running'`,
    // For what removes a batch when nothing refers to it any more.
    `CREATE INDEX attempts_by_batch ON attempts (batch_id) WHERE batch_id IS NOT NULL`,
  ],
  [
    // The trace of the request that brought the event, so that attempts made later belong to it: `trace.ts`.
    `ALTER TABLE events ADD COLUMN trace TEXT`,
  ],
  [
    // What was answered to a request of the API, by the key under which it has its effect once.
    `CREATE TABLE answers (
      caller TEXT NOT NULL,
      idempotency_key TEXT NOT NULL,
      fingerprint TEXT NOT NULL,
      state TEXT NOT NULL,
      begun_at_ms INTEGER NOT NULL,
      until_ms INTEGER NOT NULL,
      status INTEGER,
      headers TEXT,
      body TEXT,
      PRIMARY KEY (caller, idempotency_key),
      CHECK (state = 'running' OR state = 'answered' OR state = 'unsure'),
      CHECK ((state = 'answered') = (status IS NOT NULL))
    ) STRICT`,
    `CREATE INDEX answers_by_time ON answers (begun_at_ms)`,
    // Loads that were called by hand: no delivery has a part in them, so that nothing else would ever remove them.
    `CREATE INDEX batches_by_hand ON batches (created_at_ms) WHERE batch_key >= 'by hand ' AND batch_key < 'by hand!'`,
  ],
  [
    // What became of deliveries, in the order of the commits: a number that is given in the very transaction, and never twice,
    // since the newest row is never removed. A row stands for all deliveries of an event that came, or for one delivery
    // that came into a state. Triggers, so that no way in which that can happen forgets it.
    `CREATE TABLE changes (
      seq INTEGER PRIMARY KEY,
      event_id TEXT,
      delivery_id TEXT,
      state TEXT,
      at_ms INTEGER NOT NULL
    ) STRICT`,
    `CREATE TRIGGER events_told AFTER INSERT ON events
      BEGIN
        INSERT INTO changes (event_id, at_ms) VALUES (NEW.id, NEW.received_at_ms);
      END`,
    // That a delivery is leased is over before anybody reads of it; one that was given back unattempted never was anything else.
    `CREATE TRIGGER deliveries_told AFTER UPDATE OF state ON deliveries
      WHEN NEW.state <> 'leased' AND (OLD.state <> 'leased' OR NEW.state <> 'pending' OR NEW.attempts <> OLD.attempts)
      BEGIN
        INSERT INTO changes (delivery_id, state, at_ms) VALUES (NEW.id, NEW.state, NEW.updated_at_ms);
      END`,
    `CREATE TRIGGER deliveries_replayed AFTER UPDATE OF replay_id ON deliveries
      WHEN NEW.replay_id IS NOT NULL AND NEW.state = 'pending'
      BEGIN
        INSERT INTO changes (delivery_id, state, at_ms) VALUES (NEW.id, NEW.state, NEW.updated_at_ms);
      END`,
    // Events by what stands in them. Only words are kept, as `search-words.ts` makes
    // them: SQLite takes apart what is between blanks no further.
    `CREATE VIRTUAL TABLE search_words USING fts5 (
      words, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '@._#'"
    )`,
    // Which entry is which event. The newer it was indexed, the higher its number.
    `CREATE TABLE search_docs (docid INTEGER PRIMARY KEY, event_id TEXT NOT NULL UNIQUE) STRICT`,
    // How far the index came: all changes up to one, and of the events that there were before it all down to one.
    `CREATE TABLE search_state (read_to INTEGER NOT NULL, older_to TEXT NOT NULL, older_to_ms INTEGER NOT NULL) STRICT`,
    `INSERT INTO search_state (read_to, older_to, older_to_ms)
      SELECT 0, CASE count(*) WHEN 0 THEN '' ELSE '~' END, coalesce(max(received_at_ms), 0) + 1 FROM events`,
    // How many deliveries fitted a job when it began: how far it is, is told by it.
    `ALTER TABLE jobs ADD COLUMN expected INTEGER`,
    // To look for an event by a key that was released, and for the deliveries of one ordering key that ended, too.
    `CREATE INDEX events_released ON events (idempotency_key) WHERE key_released_at_ms IS NOT NULL`,
    `CREATE INDEX deliveries_by_ordering_key ON deliveries (ordering_key, id) WHERE ordering_key IS NOT NULL`,
  ],
  [
    // To look for an event by its key as its sender knows it, where a key of the gateway has keys of its own.
    SENT_KEY_INDEX,
  ],
]
