import { afterEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDataFolder } from '@sluice/gateway/bun'
import { MIGRATIONS } from '@sluice/gateway/store'
import { startChild } from './child.ts'
import { auditOldData, MIGRATION_STATEMENTS, writeOldData } from './old-data.ts'

const SLOW_MS = 60_000

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function oldData(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-old-'))
  folders.push(folder)
  writeOldData(folder)
  return folder
}

describe('data of an older version', () => {
  test('is there after the migration', async () => {
    expect(await auditOldData(oldData())).toEqual([])
  })

  test(
    'is at the step before when the process is killed at the last statement of the migration, and is then brought up to date',
    async () => {
      const folder = oldData()
      const child = startChild('migration.ts', folder, String(MIGRATION_STATEMENTS))
      expect(await child.ended).toBe('SIGKILL')
      expect(child.output).toEqual(['dies at in-migration'])
      expect(versionOf(folder)).toBe(MIGRATIONS.length - 1)
      expect(await auditOldData(folder)).toEqual([])
    },
    SLOW_MS,
  )

  test('is missed when it is gone', async () => {
    const folder = oldData()
    const database = openDataFolder(folder)
    database.run(`DELETE FROM attempts WHERE delivery_id = 'dlv_parked'`)
    database.run(`UPDATE deliveries SET state = 'dropped', due_at_ms = NULL WHERE id = 'dlv_pending'`)
    database.close()
    expect(await auditOldData(folder)).toEqual([
      'an old delivery that was pending is not as it was',
      'an old delivery that was parked is not as it was',
    ])
  })
})

function versionOf(folder: string): unknown {
  const database = openDataFolder(folder)
  const [row] = database.all('SELECT version FROM schema_version')
  database.close()
  return row?.['version']
}
