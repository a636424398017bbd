import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { SANDBOX_KEYS } from '@sluice/gateway/bun'
import { startWorkerd } from '../runtime/workerd.ts'
import { builtWorker } from '../tools/built-worker.ts'
import { filesOf } from './files.ts'
import { EDGE_CONFIG, edgeSettings } from './settings.ts'
import { type Edge, relayStories } from './stories.ts'

const SHARDS = '4'
/** The wait after one attempt is 5 s with its jitter, and workerd's clock cannot be put forward. */
const DEADLINE_MS = 15_000
/** To build both Workers, on a busy machine. */
const BUILD_MS = 120_000
const SHIPPED_CONFIG = join(import.meta.dirname, '../../sluice.config.ts')

const folder = mkdtempSync(join(tmpdir(), 'sluice-relay-worker-'))
let workers = 0
let edgePath = ''
let shippedPath = ''

beforeAll(async () => {
  edgePath = await builtWorker({ configPath: EDGE_CONFIG })
  shippedPath = await builtWorker({ configPath: SHIPPED_CONFIG })
}, BUILD_MS)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Settings = Readonly<Record<string, string | undefined>>

async function startWorker(workerPath: string, settings: Settings): Promise<Edge> {
  const storagePath = join(folder, `storage-${(workers += 1)}`)
  const environment = { ...settings, SHARDS }
  const workerd = await startWorkerd({ workerPath, storagePath, port: 0, environment })
  return {
    url: workerd.url,
    later: () => undefined,
    written: () => [workerd.output(), ...filesOf(storagePath)],
    stop: () => workerd.kill(),
  }
}

relayStories({
  name: 'workerd',
  // workerd does not tell a refused connection from one that was lost.
  nobodyListens: { outcome: 'unsure', code: 'CONNECTION_LOST' },
  deadlineMs: DEADLINE_MS,
  start: (sandboxUrl, fixedUrl) => startWorker(edgePath, edgeSettings(sandboxUrl, fixedUrl)),
})

test.each<[string, Settings, string[]]>([
  ['it calls ContactNow itself', {}, ['EGRESS_NOT_FIXED']],
  ['its account is said to have a fixed address', { FIXED_EGRESS: 'yes' }, []],
])('a Worker warns on /readyz where %s', async (_name, settings, expected) => {
  const worker = await startWorker(shippedPath, {
    ...edgeSettings('http://127.0.0.1:9', 'http://127.0.0.1:9'),
    ...SANDBOX_KEYS,
    ...settings,
  })
  try {
    const answer = await fetch(`${worker.url}/readyz`)
    const { status, warnings } = (await answer.json()) as { status: string; warnings: { code: string }[] }
    expect([status, ...warnings.map(({ code }) => code)]).toEqual(['ready', ...expected])
  } finally {
    await worker.stop()
  }
})
