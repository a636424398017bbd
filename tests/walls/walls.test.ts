import { afterAll, afterEach, describe, expect, test } from 'bun:test'
import { copyRepository } from './repository-copy.ts'

/** Where the core is, which knows no runtime, no clock and no network. */
const CORE = 'apps/gateway/src/flow'
const RUNTIMES = 'apps/gateway/src/runtime'
const SLOW_MS = 120_000

const copy = copyRepository()
afterEach(() => copy.undo())
afterAll(() => copy.remove())

describe('turbo boundaries', () => {
  const boundaries = () => copy.run('turbo', 'boundaries', '--no-color')

  test(
    'finds nothing wrong with the repository as it is',
    async () => {
      const { exitCode, output } = await boundaries()
      expect(output).toContain('no issues found')
      expect(exitCode).toBe(0)
    },
    SLOW_MS,
  )

  const arrows: readonly [name: string, folder: string, imported: string][] = [
    ['a vendor package imports another vendor package', 'packages/danaconnect', '@sluice/contactnow'],
    ['a client imports the gateway', 'packages/datatalks', '@sluice/gateway'],
    ['the client of another gateway imports this one', 'packages/sluice-client', '@sluice/gateway'],
    ['a mock imports a client', 'packages/upstream-mocks', '@sluice/contactnow'],
    ['a client imports the mocks', 'packages/contactnow', '@sluice/upstream-mocks'],
    ['a protocol package imports another protocol package', 'packages/json-codec', '@sluice/xml-codec'],
    ['a protocol package imports a client', 'packages/token-auth', '@sluice/danaconnect'],
    ['the kernel imports a protocol package', 'packages/errors', '@sluice/http-client'],
    ['the gateway imports the tests', 'apps/gateway', '@sluice/tests'],
    ['a package imports the tests', 'packages/sigv4', '@sluice/tests'],
  ]
  test.each([...arrows])(
    'refuses that %s',
    async (_name, folder, imported) => {
      copy.addDependency(folder, imported)
      copy.plant(`${folder}/src/planted.ts`, `export * as planted from '${imported}'\n`)
      const { exitCode, output } = await boundaries()
      expect(exitCode).not.toBe(0)
      const importing = `@sluice/${folder.split('/')[1]}`
      expect(unwrapped(output)).toContain(
        `Package \`${imported}\` found without any tag listed in allowlist for \`${importing}\``,
      )
    },
    SLOW_MS,
  )

  const undeclared: readonly [name: string, imported: string, says: string][] = [
    [
      'another package that its package.json does not name',
      '@sluice/contactnow',
      'cannot import package `@sluice/contactnow` because it is not a dependency',
    ],
    [
      'a file of another package by its path',
      '../../contactnow/src/index.ts',
      'import `../../contactnow/src/index.ts` leaves the package',
    ],
  ]
  test.each([...undeclared])(
    'refuses an import of %s',
    async (_name, imported, says) => {
      copy.plant('packages/danaconnect/src/planted.ts', `export * as planted from '${imported}'\n`)
      const { exitCode, output } = await boundaries()
      expect(exitCode).not.toBe(0)
      expect(unwrapped(output)).toContain(says)
    },
    SLOW_MS,
  )
})

describe('the compiler', () => {
  const types = () => copy.run('tsc', '--noEmit', '-p', 'tsconfig.json')

  test(
    'knows neither process, Bun nor the types of Workers in the core and in the packages, and refuses a core that reaches for a runtime',
    async () => {
      const planted = [
        [`${CORE}/planted-process.ts`, 'export const home = process.env.HOME\n', "Cannot find name 'process'"],
        [`${CORE}/planted-bun.ts`, "export const file = Bun.file('x')\n", "Cannot find name 'Bun'"],
        [`${CORE}/planted-worker.ts`, 'export type Kept = KVNamespace\n', "Cannot find name 'KVNamespace'"],
        [`${CORE}/planted-node.ts`, "export { readFileSync } from 'node:fs'\n", "Cannot find name 'node:fs'"],
        [`${CORE}/planted-page.ts`, 'export const title = document.title\n', "Cannot find name 'document'"],
        ['packages/sigv4/src/planted.ts', 'export const file = Buffer.from([])\n', "Cannot find name 'Buffer'"],
      ] as const
      for (const [path, text] of planted) copy.plant(path, text)
      // In the same run, which takes long: a core that reaches for a runtime has all of it compiled.
      copy.plant(`${CORE}/planted-runtime.ts`, "export { BUN } from '../runtime/bun/runtime.ts'\n")
      const { exitCode, output } = await types()
      expect(exitCode).not.toBe(0)
      for (const [path, , message] of planted) expect(linesAbout(path, output)).toContain(message)
      expect(linesAbout(`${RUNTIMES}/bun/runtime.ts`, output)).toContain("Cannot find name 'Bun'")
      // Nothing else is wrong, so it is the planted lines that were refused.
      const errors = output.split('\n').filter((line) => line.includes('error TS') && !line.includes('/planted'))
      expect(errors.filter((line) => !line.startsWith(`${RUNTIMES}/`))).toEqual([])
    },
    SLOW_MS,
  )

  test(
    'knows no other runtime in the program of each, and neither in what they share',
    async () => {
      const bun = `${RUNTIMES}/bun/planted.ts`
      const deno = `${RUNTIMES}/deno/planted.ts`
      const shared = `${RUNTIMES}/process/planted.ts`
      copy.plant(bun, 'export const pid = () => Deno.pid\n')
      copy.plant(deno, 'export const sleep = Bun.sleep\n')
      copy.plant(shared, 'export const both = () => [Deno.pid, Bun.sleep]\n')
      const ofBun = (await copy.run('tsc', '--noEmit', '-p', 'apps/gateway/tsconfig.bun.json')).output
      const ofDeno = (await copy.run('tsc', '--noEmit', '-p', 'apps/gateway/tsconfig.deno.json')).output
      for (const path of [bun, shared]) expect(linesAbout(path, ofBun)).toContain("Cannot find name 'Deno'")
      for (const path of [deno, shared]) expect(linesAbout(path, ofDeno)).toContain("Cannot find name 'Bun'")
    },
    SLOW_MS,
  )
})

describe('the linter', () => {
  const planted = [
    [
      'an ambient fetch',
      `${CORE}/planted-fetch.ts`,
      "export const reply = fetch('https://example.com')\n",
      'no-restricted-globals',
    ],
    [
      'the mocks in the core',
      `${CORE}/planted-mocks.ts`,
      "export { SANDBOX } from '@sluice/upstream-mocks'\n",
      'no-restricted-imports',
    ],
    [
      'a runtime in the core',
      `${CORE}/planted-runtime.ts`,
      "export { VERSION } from '../runtime/process/version.ts'\n",
      'no-restricted-imports',
    ],
    [
      'Deno in what processes share',
      `${RUNTIMES}/process/planted-deno.ts`,
      'export const pid = () => Deno.pid\n',
      'no-restricted-globals',
    ],
    [
      'a module of Bun in what processes share',
      `${RUNTIMES}/process/planted-bun.ts`,
      "export { Database } from 'bun:sqlite'\n",
      'no-restricted-imports',
    ],
    [
      'Deno in the folder of Bun',
      `${RUNTIMES}/bun/planted-deno.ts`,
      "export { DENO } from '../deno/runtime.ts'\n",
      'no-restricted-imports',
    ],
    [
      'Bun in the folder of Deno',
      `${RUNTIMES}/deno/planted-bun.ts`,
      "export { BUN } from '../bun/runtime.ts'\n",
      'no-restricted-imports',
    ],
    [
      'what processes share in the folder of Workers',
      `${RUNTIMES}/worker/planted-process.ts`,
      "export { createLog } from '../process/log.ts'\n",
      'no-restricted-imports',
    ],
    [
      'a module of Node in the folder of Workers',
      `${RUNTIMES}/worker/planted-node.ts`,
      "export { join } from 'node:path'\n",
      'no-restricted-imports',
    ],
    ['console', `${CORE}/planted-console.ts`, "export const say = () => console.log('x')\n", 'no-console'],
    [
      'a promise that nobody waits for',
      `${CORE}/planted-promise.ts`,
      'const work = async () => 1\nexport function start(): void {\n  work()\n}\n',
      'no-floating-promises',
    ],
    [
      'one half of a cycle',
      `${CORE}/planted-one.ts`,
      "import { two } from './planted-two.ts'\nexport const one = () => two\n",
      'no-cycle',
    ],
    [
      'the other half',
      `${CORE}/planted-two.ts`,
      "import { one } from './planted-one.ts'\nexport const two = () => one\n",
      'no-cycle',
    ],
    [
      'any',
      'packages/sigv4/src/planted-any.ts',
      'export const loose = (value: any): string => String(value)\n',
      'no-explicit-any',
    ],
    ['a default export', 'packages/sigv4/src/planted-default.ts', 'export default 1\n', 'no-default-export'],
    [
      'a file of more than 400 lines',
      'packages/sigv4/src/planted-long.ts',
      Array.from({ length: 401 }, (_, index) => `export const line${index} = ${index}\n`).join(''),
      'max-lines',
    ],
  ] as const

  test(
    'refuses each thing that is planted, and names it',
    async () => {
      for (const [, path, text] of planted) copy.plant(path, text)
      const paths = planted.map(([, path]) => path)
      const { exitCode, output } = await copy.run(
        'oxlint',
        '--type-aware',
        '--deny-warnings',
        '--format=unix',
        ...paths,
      )
      expect(exitCode).not.toBe(0)
      for (const [name, path, , rule] of planted)
        expect([name, linesAbout(path, output)]).toEqual([name, expect.stringContaining(rule)])
    },
    SLOW_MS,
  )

  test(
    'has nothing against the same things where they belong',
    async () => {
      const runtime = 'apps/gateway/src/runtime/bun/planted.ts'
      copy.plant(
        runtime,
        "export const say = () => console.log('x')\nexport const reply = () => fetch('https://example.com')\n",
      )
      const { exitCode, output } = await copy.run('oxlint', '--type-aware', '--deny-warnings', runtime)
      expect(output).toContain('0 errors')
      expect(exitCode).toBe(0)
    },
    SLOW_MS,
  )
})

/** Undoes the line breaks, and their signs, with which turbo fits a sentence to the width of a terminal. */
function unwrapped(output: string): string {
  return output.replaceAll(/[\s|]+/g, ' ')
}

/** Returns the lines of a tool's output that are about a file. */
function linesAbout(path: string, output: string): string {
  return output
    .split('\n')
    .filter((line) => line.includes(path))
    .join('\n')
}
