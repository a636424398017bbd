/** The tables of keys and aliases, as the steps that lead to them: see `store/schema.ts`. */
export const CONTROL_MIGRATIONS: readonly (readonly string[])[] = [
  [
    `CREATE TABLE keys (
      id TEXT NOT NULL PRIMARY KEY,
      name TEXT NOT NULL,
      scopes TEXT NOT NULL,
      sources TEXT,
      rate_per_minute INTEGER NOT NULL,
      created_at_ms INTEGER NOT NULL,
      created_by TEXT NOT NULL,
      expires_at_ms INTEGER,
      revoked_at_ms INTEGER,
      revoked_by TEXT,
      last_used_at_ms INTEGER,
      CHECK ((revoked_at_ms IS NULL) = (revoked_by IS NULL))
    ) STRICT`,
    // What operators did is told by the names of their keys, so no two that are not revoked share one.
    `CREATE UNIQUE INDEX keys_by_name ON keys (name) WHERE revoked_at_ms IS NULL`,
    // A digest that ended stays, so that it can never be another key's.
    `CREATE TABLE key_secrets (
      digest TEXT NOT NULL PRIMARY KEY,
      key_id TEXT NOT NULL REFERENCES keys (id),
      prefix TEXT NOT NULL,
      created_at_ms INTEGER NOT NULL,
      created_by TEXT NOT NULL,
      ends_at_ms INTEGER
    ) STRICT, WITHOUT ROWID`,
    `CREATE INDEX key_secrets_by_key ON key_secrets (key_id)`,
    `CREATE TABLE alias_changes (
      number INTEGER PRIMARY KEY,
      destination TEXT NOT NULL,
      alias TEXT NOT NULL,
      at_ms INTEGER NOT NULL,
      changed_by TEXT NOT NULL,
      why TEXT NOT NULL,
      id_before INTEGER,
      id_after INTEGER
    ) STRICT`,
    `CREATE INDEX alias_changes_by_alias ON alias_changes (destination, alias, number)`,
  ],
]
