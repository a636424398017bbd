import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { startWorkerd, type Workerd } from '../../runtime/workerd.ts'
import { temporaryFolder } from '../../stories/running.ts'
import { INSTALL_MS, installTools } from '../../tools/install.ts'
import { bundleContract } from '../elsewhere/bundle.ts'
import type { Ended } from '../elsewhere/stand-in.ts'

/** Fewer than the contract has: a bundle in which tests were lost shows nothing. */
const LEAST_TESTS = 105

const folder = temporaryFolder()
let workerd: Workerd | undefined
let ended: readonly Ended[]

beforeAll(async () => {
  installTools()
  const entry = join(import.meta.dirname, 'contract-object.ts')
  const workerPath = await bundleContract({ entry, folder: folder.path, target: 'browser', external: ['cloudflare:*'] })
  workerd = await startWorkerd({
    workerPath,
    storagePath: join(folder.path, 'storage'),
    port: 0,
    environment: {},
    objects: { CONTRACT_OBJECTS: 'ContractObject' },
  })
  const reply = await fetch(workerd.url)
  if (!reply.ok) throw new Error(`the contract did not run: ${await reply.text()} ${workerd.output()}`)
  ended = (await reply.json()) as readonly Ended[]
}, INSTALL_MS)
afterAll(async () => {
  await workerd?.kill()
  folder.remove()
})

test('the store in a Durable Object does what every store must do', () => {
  expect(ended.filter(({ failure }) => failure !== null)).toEqual([])
  expect(ended.length).toBeGreaterThan(LEAST_TESTS)
})
