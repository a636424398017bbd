import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { temporaryFolder } from '../../stories/running.ts'
import { denoCommand } from '../../tools/deno.ts'
import { INSTALL_MS, installTools } from '../../tools/install.ts'
import { bundleContract } from '../elsewhere/bundle.ts'
import type { Ended } from '../elsewhere/stand-in.ts'

/** Fewer than the contract has: a bundle in which tests were lost shows nothing. */
const LEAST_TESTS = 100

const folder = temporaryFolder()
let ended: readonly Ended[]

beforeAll(async () => {
  installTools()
  const entry = join(import.meta.dirname, 'contract-process.ts')
  const bundle = await bundleContract({ entry, folder: folder.path, target: 'node', external: ['node:*'] })
  const child = Bun.spawn([...denoCommand(), bundle, folder.path], { stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' })
  const [text, said] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited])
  if (text === '') throw new Error(`it ended without a result: ${said}`)
  ended = JSON.parse(text) as readonly Ended[]
}, INSTALL_MS)
afterAll(() => folder.remove())

test('the store on Deno does what every store must do', () => {
  expect(ended.filter(({ failure }) => failure !== null)).toEqual([])
  expect(ended.length).toBeGreaterThan(LEAST_TESTS)
})
