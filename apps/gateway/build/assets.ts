import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createApp } from '../src/app.ts'
import { createControlStore } from '../src/control/sqlite.ts'
import type { Ports } from '../src/ports.ts'
import { openSqlite } from '../src/runtime/bun/sqlite.ts'
import { VERSION } from '../src/runtime/process/version.ts'
import { createSqliteStore } from '../src/store/sqlite.ts'

/** What the Worker serves as it was made here. No `.html` or `.txt`: wrangler takes such a file for a part of the Worker. */
const PATHS = ['/openapi.json', '/docs']

/**
 * Writes what a gateway answers that is the same for all of them: the Worker need not be able to make it.
 *
 * @throws Error the gateway does not answer it.
 */
export async function writeAssets(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const path of PATHS) await Bun.write(join(folder, path), await makeAsset(path))
}

/**
 * Makes what a gateway answers at a path, by asking one that has no configuration.
 *
 * @throws Error the gateway does not answer it.
 */
export async function makeAsset(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const database = openSqlite(':memory:')
  try {
    const app = await createApp(
      { sources: new Map(), destinations: new Map(), keys: [], retentionDays: 1 },
      portsOf(createSqliteStore({ database, newId: refuse, defer: queueMicrotask }), createControlStore(database)),
      { version: VERSION, sandboxUrl: null, example: null, fixedEgress: true },
    )
    const reply = await app.fetch(new Request(`http://localhost${path}`))
    if (!reply.ok) throw new Error(`the gateway answers ${path} with ${reply.status}: ${await reply.text()}`)
    return await reply.bytes()
  } finally {
    database.close()
  }
}

/** Ports of a gateway that nobody sends anything to. */
function portsOf(store: Ports['store'], control: Ports['control']): Ports {
  return {
    store,
    control,
    fetch: refuse,
    nowMs: Date.now,
    newId: refuse,
    newToken: refuse,
    random: Math.random,
    fillRandom: refuse,
    wakeAt: () => undefined,
    sleep: refuse,
    log: () => undefined,
  }
}

function refuse(): never {
  throw new Error('a gateway that only writes its own document does nothing else')
}
