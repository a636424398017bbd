import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDataFolder } from '@sluice/gateway/bun'
import { createSqliteStore } from '@sluice/gateway/store'
import { auditEnded, RETENTION_SLICES, writeEnded } from './ended-data.ts'

/** As the gateway does. */
const LIMIT = 200

test('what ended long ago takes a few slices to be removed, and is missed as long as it is there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-ended-'))
  try {
    const known = writeEnded(folder, 0)
    writeEnded(folder, known)
    expect(auditEnded(folder)).toEqual([`${2 * known} events that ended long ago were not removed`])
    const database = openDataFolder(folder)
    const store = createSqliteStore({ database, newId: (prefix) => prefix, defer: setImmediate })
    let after: string | null = ''
    let slices = 0
    while (after !== null) {
      const { removed, next } = await store.removeEnded({ beforeMs: Date.now(), after, limit: LIMIT })
      slices += removed > 0 ? 1 : 0
      after = next
    }
    database.close()
    expect(slices).toBeGreaterThanOrEqual(2 * RETENTION_SLICES - 1)
    expect(auditEnded(folder)).toEqual([])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
