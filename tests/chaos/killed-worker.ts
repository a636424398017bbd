import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { openSqlite, sandboxEnvironment } from '@sluice/gateway/bun'
import { SANDBOX } from '@sluice/upstream-mocks'
import { startWorkerd, type Workerd } from '../runtime/workerd.ts'
import { builtWorker } from '../tools/built-worker.ts'
import { auditDatabase } from './audit.ts'
import type { Child } from './child.ts'
import type { Killed, KilledOptions } from './killed.ts'

/** More than one, so that gates and lists are shared. */
const SHARDS = 4
/** Where workerd keeps the schedule of the alarms: no object's own file. */
const SCHEDULE_FILE = 'metadata.sqlite'

/**
 * Creates the gateway as a Worker in workerd, which is killed from outside only, on the same storage in all of its lives.
 *
 * @throws Error the Worker cannot be bundled.
 */
export async function killedWorker(options: KilledOptions): Promise<Killed> {
  const { folder, sandboxUrl, callbackUrl, onUnsure } = options
  const workerPath = await builtWorker({
    configPath: join(import.meta.dirname, 'sluice.config.ts'),
    mainPath: join(import.meta.dirname, 'worker/main.ts'),
  })
  const storagePath = join(folder, 'storage')
  const environment = {
    ...sandboxEnvironment(sandboxUrl, {
      CHAOS_CALLBACK_URL: callbackUrl,
      CHAOS_ON_UNSURE: onUnsure,
      CHAOS_TABLE: SANDBOX.danaconnect.tableCode,
    }),
    SHARDS: String(SHARDS),
    // The sandbox is called from loopback, and always will be.
    FIXED_EGRESS: 'yes',
  }
  return {
    start: () => childOf(startWorkerd({ workerPath, storagePath, port: 0, environment })),
    async auditDisk() {
      const shards = join(storagePath, 'OutboxShard')
      const files = readdirSync(shards).filter((file) => file.endsWith('.sqlite') && file !== SCHEDULE_FILE)
      const missing = files.length === SHARDS ? [] : [`there are ${files.length} shards`]
      return [...missing, ...files.flatMap((file) => auditDatabase(openSqlite(join(shards, file))))]
    },
  }
}

/** A workerd that may still be starting. */
function childOf(starting: Promise<Workerd>): Child {
  const errors: string[] = []
  const started = starting.catch((error: unknown) => {
    errors.push(error instanceof Error ? error.message : 'unknown error')
    return null
  })
  const ended = started.then(async (workerd) => {
    if (workerd === null) return 'exit before it listened'
    const end = await workerd.ended
    errors.push(...workerd.output().split('\n').filter(isOfNote))
    return end
  })
  return {
    url: started.then((workerd) => workerd?.url ?? null),
    ended,
    output: [],
    errors,
    kill: () => void started.then((workerd) => workerd?.kill()),
  }
}

/** What workerd says of an alarm that was due while it was not there: after a kill there always is one. */
const OVERDUE = 'SQLite alarm overdue'
const isOfNote = (line: string): boolean =>
  line !== '' && !line.startsWith('{"event":"listen"') && !line.includes(OVERDUE)
