import { afterAll, describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openSqlite, type Sandbox, startSandbox } from '@sluice/gateway/bun'
import { createSqliteStore, type Store } from '@sluice/gateway/store'
import { eventually } from '../stories/eventually.ts'
import {
  allDelivered,
  contactOf,
  listDeliveries,
  postContact,
  type Running,
  startRunning,
  temporaryFolder,
} from '../stories/running.ts'
import { REMOVAL_ROWS } from './cost/scenario.ts'
import { type CountingDatabase, countRowsWritten } from './count-rows-written.ts'

const DELIVERIES = 3
/** Beyond the wait after one attempt, 5 s and its jitter. */
const LATER_MS = 10_000

const running: Running[] = []
const sandboxes: Sandbox[] = []
const folders: { remove(): void }[] = []
afterAll(async () => {
  await Promise.all(running.map(({ gateway }) => gateway.stop()))
  for (const sandbox of sandboxes) sandbox.stop()
  for (const folder of folders) folder.remove()
})

/** A gateway whose store counts, and whose clock can be put forward. */
async function countingGateway() {
  const sandbox = await startSandbox(0)
  const folder = temporaryFolder()
  sandboxes.push(sandbox)
  folders.push(folder)
  const database: CountingDatabase = countRowsWritten(openSqlite(':memory:'))
  let store: Store | undefined
  let aheadMs = 0
  const started = await startRunning({
    sandboxUrl: sandbox.url,
    dataPath: folder.path,
    adapt: (ports) => ({
      ...ports,
      nowMs: () => ports.nowMs() + aheadMs,
      store: (store = createSqliteStore({ database, newId: ports.newId, defer: setImmediate })),
    }),
  })
  running.push(started)
  const later = () => {
    aheadMs += LATER_MS
    started.gateway.app.outbox.wake()
  }
  let posted = 0
  /** Posts a contact, waits until it is delivered to all three, and returns how many rows were written meanwhile. */
  const rowsOf = async (
    headers: Record<string, string> = {},
    meanwhile: () => Promise<void> | void = () => undefined,
  ) => {
    database.take()
    posted += 1
    expect((await postContact(started.url, contactOf(posted), headers)).status).toBe(202)
    await meanwhile()
    await eventually('all are delivered', () => allDelivered(started.url, posted * DELIVERIES))
    return database.take()
  }
  /** Removes everything, and returns how many rows were written by that. */
  const rowsOfRemoval = async () => {
    database.take()
    await store?.removeEnded({ beforeMs: Number.MAX_SAFE_INTEGER, after: '', limit: 1000 })
    return database.take()
  }
  return { rowsOf, rowsOfRemoval, later, sandbox, url: started.url }
}

/** Numbers of a row of the table of rows in the document. */
function documented(row: string): number {
  const text = readFileSync(join(import.meta.dirname, '../../docs/cloudflare.md'), 'utf8')
  const line = text.split('\n').find((candidate) => candidate.startsWith(`| ${row} |`))
  return Number(line?.split('|')[2])
}

describe('rows written', () => {
  test('by an event and its three deliveries are as many as docs/cloudflare.md says', async () => {
    const { rowsOf, rowsOfRemoval } = await countingGateway()
    const [event, key] = [documented('an event'), documented('its idempotency key')]
    const delivery = documented('a delivery, accepted') + documented('each attempt') + documented('its end')
    const told = 1 + DELIVERIES
    const removed = 1 + 2 * DELIVERIES + told
    const removal = documented('removed: the event, each delivery, each attempt, and what was told of each') * removed
    expect(await rowsOf()).toBe(event + DELIVERIES * delivery)
    expect(await rowsOf({ 'idempotency-key': 'a-key' })).toBe(event + key + DELIVERIES * delivery)
    // What was told last is never removed: from there the numbers go on.
    expect(await rowsOfRemoval()).toBe(2 * removal - 1)
    expect(removal).toBe(REMOVAL_ROWS)
    const all = documented('**an event with its key and three deliveries, until it is removed**')
    expect(all).toBe(event + key + DELIVERIES * delivery + removal)
  })

  test('by another attempt are as many as it says', async () => {
    const { rowsOf, later, sandbox, url } = await countingGateway()
    const first = await rowsOf()
    sandbox.mocks.setFault({ upstream: 'datatalks', fault: 'status-500', times: 1 })
    const again = await rowsOf({}, async () => {
      await eventually('one waits for its next attempt', async () => {
        const [waiting] = await listDeliveries(url, '&state=pending')
        return waiting?.attemptCount === 1 || undefined
      })
      later()
    })
    expect(again - first).toBe(documented('each attempt') + documented('another one is due'))
  })
})
