/**
 * Runs a bundled suite on Bun, Node or Deno, and prints how it went as one line of JSON. Arguments: the file of the
 * suite, the file of the setting. Bundled before it is run, and then the same file for all of them.
 */
import { readFile } from 'node:fs/promises'
import { argv, exit, stdout } from 'node:process'
import { pathToFileURL } from 'node:url'
import { type Context, runSuite, type Setting, type Suite } from '../suite.ts'

const [suiteFile = '', settingFile = ''] = argv.slice(2)
const { suite }: { suite: Suite } = await import(pathToFileURL(suiteFile).href)
const setting: Setting = JSON.parse(await readFile(settingFile, 'utf8'))
const outcome = await runSuite(suite, { ...setting, fetch: fetchOfRuntime() })
// A connection that hangs on purpose would keep the process alive.
stdout.write(`${JSON.stringify(outcome)}\n`, () => exit(0))

interface DenoClients {
  createHttpClient(options: { readonly poolMaxIdlePerHost: number }): object
}

/** Sets `fetch` up as the README of http-client says for each runtime. */
function fetchOfRuntime(): Context['fetch'] {
  const deno: DenoClients | undefined = Object.getOwnPropertyDescriptor(globalThis, 'Deno')?.value
  if (deno === undefined) return (request, init) => fetch(request, init)
  const withClient: object = { client: deno.createHttpClient({ poolMaxIdlePerHost: 0 }) }
  return (request) => fetch(request, withClient)
}
