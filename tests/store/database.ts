import { describe, expect, test } from 'bun:test'
import { createSqliteStore, type SqlDatabase, type SqliteStoreOptions } from '@sluice/gateway/store'

/**
 * What a database must do for the store that stands on it.
 *
 * @param open - Opens an empty one.
 */
export function databaseContract(name: string, open: () => SqlDatabase, defer: SqliteStoreOptions['defer']): void {
  const newId = (prefix: string) => `${prefix}_1`

  describe(`${name}: database`, () => {
    test('refuses what a newer version wrote', () => {
      const database = open()
      createSqliteStore({ database, newId, defer })
      database.run('UPDATE schema_version SET version = 999')
      expect(() => createSqliteStore({ database, newId, defer })).toThrow(/newer version/)
    })

    test('a check writes', async () => {
      const database = open()
      const store = createSqliteStore({ database, newId, defer })
      await store.check(1)
      await store.check(2)
      expect(database.all('SELECT at_ms FROM heartbeat')).toEqual([{ at_ms: 2 }])
    })

    test('takes back what a transaction had begun, and says by its own name what went wrong', () => {
      const database = open()
      database.run('CREATE TABLE names (name TEXT PRIMARY KEY) STRICT')
      const insert = (one: string) => database.run('INSERT INTO names (name) VALUES (?)', one)
      insert('ada')
      const coded = (code: string) => expect.objectContaining({ code: expect.stringMatching(new RegExp(`^${code}`)) })
      expect(() => database.transaction(() => [insert('bea'), insert('ada')])).toThrow(coded('SQLITE_CONSTRAINT'))
      expect(database.all('SELECT name FROM names')).toEqual([{ name: 'ada' }])
      expect(() => database.run('SELECT nothing FROM nowhere')).toThrow(coded('SQLITE_ERROR'))
    })

    test('gives back what it was given, and counts what it changed', () => {
      const database = open()
      database.run('CREATE TABLE kept (at INTEGER PRIMARY KEY, value ANY) STRICT')
      const values = [
        null,
        0,
        -1,
        1.5,
        Number.MAX_SAFE_INTEGER,
        '',
        'Løv \u{1f33f}',
        new Uint8Array(),
        Uint8Array.of(0, 255),
      ]
      for (const [at, value] of values.entries()) {
        expect(database.run('INSERT INTO kept (at, value) VALUES (?, ?)', at, value)).toBe(1)
      }
      expect(database.all('SELECT value FROM kept ORDER BY at').map(({ value }) => value)).toEqual(values)
      expect(database.all('SELECT ?2 || ?1 || ?2 AS text', 'a', 'b')).toEqual([{ text: 'bab' }])
      expect(database.run('UPDATE kept SET value = 7 WHERE at > 3')).toBe(values.length - 4)
      expect(database.run('UPDATE kept SET value = 7 WHERE at > 99')).toBe(0)
      expect(database.run('INSERT INTO kept (at, value) VALUES (0, 1) ON CONFLICT DO NOTHING')).toBe(0)
      expect(database.all('UPDATE kept SET value = 8 WHERE at = 0 RETURNING at, value')).toEqual([{ at: 0, value: 8 }])
    })

    test('counts rows, and not entries of indexes', () => {
      const database = open()
      database.run('CREATE TABLE indexed (at INTEGER PRIMARY KEY, value TEXT NOT NULL) STRICT')
      database.run('CREATE UNIQUE INDEX indexed_value ON indexed (value)')
      expect(database.run('INSERT INTO indexed (at, value) VALUES (?, ?)', 1, 'a')).toBe(1)
      expect(database.run("INSERT INTO indexed (at, value) SELECT at + 1, value || 'b' FROM indexed")).toBe(1)
      expect(database.run("UPDATE indexed SET value = value || 'c'")).toBe(2)
      expect(database.run('DELETE FROM indexed')).toBe(2)
    })
  })
}
