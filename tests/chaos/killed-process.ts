import { join } from 'node:path'
import { auditFile } from './audit.ts'
import { startChild } from './child.ts'
import { auditEnded, writeEnded } from './ended-data.ts'
import type { Life } from './gateway.ts'
import type { Killed, KilledOptions } from './killed.ts'
import { auditOldData, writeOldData } from './old-data.ts'

/** Creates the gateway as a process, which is killed at its steps too. */
export function killedProcess({ folder, ...life }: KilledOptions): Killed {
  const dataPath = join(folder, 'data')
  const oldPaths: string[] = []
  let endedEvents = 0
  return {
    start(kill) {
      if (kill?.step === 'in-migration') {
        const oldPath = join(folder, `old-${oldPaths.length}`)
        oldPaths.push(oldPath)
        writeOldData(oldPath)
        return startChild('migration.ts', oldPath, String(kill.occurrence))
      }
      // Every such life finds something to remove.
      if (kill?.step === 'before-retention' || kill?.step === 'after-retention')
        endedEvents += writeEnded(dataPath, endedEvents)
      const given: Life = { ...life, dataPath, kill }
      return startChild('gateway.ts', JSON.stringify(given))
    },
    async auditDisk() {
      const problems = [...auditFile(dataPath), ...auditEnded(dataPath)]
      for (const oldPath of oldPaths) problems.push(...(await auditOldData(oldPath)))
      return problems
    },
  }
}
