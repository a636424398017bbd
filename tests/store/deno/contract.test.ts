import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { temporaryFolder } from '../../stories/running.ts'
import { denoCommand } from '../../tools/deno.ts'
import { INSTALL_MS, installTools, toolModule } from '../../tools/install.ts'
import type { Ended } from './deno-test.ts'

/** Fewer than the contract has: a bundle in which tests were lost shows nothing. */
const LEAST_TESTS = 100

const folder = temporaryFolder()
let ended: readonly Ended[]

beforeAll(async () => {
  installTools()
  const bundle = await bundled(folder.path)
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

/** Bundles the contract with a stand-in for `bun:test`, whose `expect` is that of the package of this name. */
async function bundled(into: string): Promise<string> {
  const standIn = [
    `export * from ${JSON.stringify(join(import.meta.dirname, 'deno-test.ts'))}`,
    `export { expect } from ${JSON.stringify(toolModule('expect'))}`,
  ].join('\n')
  const built = await Bun.build({
    entrypoints: [join(import.meta.dirname, 'contract-process.ts')],
    outdir: into,
    naming: '[name].mjs',
    format: 'esm',
    target: 'node',
    external: ['node:*'],
    plugins: [
      {
        name: 'bun:test on Deno',
        setup(build) {
          build.onResolve({ filter: /^bun:test$/ }, () => ({ path: 'bun-test', namespace: 'stand-in' }))
          build.onLoad({ filter: /.*/, namespace: 'stand-in' }, () => ({ contents: standIn, loader: 'ts' }))
        },
      },
    ],
  })
  const [output] = built.outputs
  if (output === undefined) throw new Error('the contract was not bundled')
  return output.path
}
