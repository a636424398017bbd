import { expect, test } from 'bun:test'
import { resolve } from 'node:path'
import { temporaryFolder } from '../stories/running.ts'
import { COMMITTED_PATH } from './document.ts'

const REDOCLY = resolve(import.meta.dir, '../node_modules/.bin/redocly')
/** It is a program of its own, and a machine may be busy. */
const SLOW_MS = 60_000
/** It neither reports what it is used for nor asks for a newer version of itself. */
const SILENT = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }

interface Report {
  readonly totals: { readonly errors: number; readonly warnings: number; readonly ignored: number }
  readonly problems: readonly { readonly ruleId: string; readonly message: string }[]
}

async function lint(path: string, cwd: string): Promise<Report> {
  const lint = Bun.spawn(['node', REDOCLY, 'lint', path, '--extends', 'recommended', '--format', 'json'], {
    // Where no configuration file of its own and no list of exceptions lies.
    cwd,
    env: { ...process.env, ...SILENT },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [text] = await Promise.all([lint.stdout.text(), lint.stderr.text(), lint.exited])
  return JSON.parse(text) as Report
}

test(
  'the committed document keeps the recommended rules of Redocly, without an exception',
  async () => {
    const folder = temporaryFolder()
    const { totals, problems } = await lint(COMMITTED_PATH, folder.path)
    folder.remove()
    expect(problems.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([])
    expect(totals).toEqual({ errors: 0, warnings: 0, ignored: 0 })
  },
  SLOW_MS,
)

test(
  'Redocly finds what is wrong with a document that has an operation without an answer',
  async () => {
    const folder = temporaryFolder()
    const path = `${folder.path}/openapi.json`
    await Bun.write(
      path,
      '{"openapi":"3.1.0","info":{"title":"x","version":"1"},"paths":{"/x":{"get":{"responses":{}}}}}',
    )
    const { totals } = await lint(path, folder.path)
    folder.remove()
    expect(totals.errors + totals.warnings).toBeGreaterThan(0)
  },
  SLOW_MS,
)
