/**
 * Runs the suite of every package on every runtime: `bun run conformance [package ...]`. Each suite is bundled once, and
 * that one file is what each runtime runs. Prints a row per package and runtime, and ends with one line of totals.
 *
 * `SIGV4_VECTORS` names a folder with the published signing vectors; without it only those in the suite are run.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installTools } from '../tools/install.ts'
import { bundleHarness, bundleSuite, suiteNames } from './bundles.ts'
import { startFaultServer } from './fault-server.ts'
import { whyNotWhole } from './published-vector.ts'
import { row, totals } from './report.ts'
import { runtimes } from './runtimes.ts'
import { readSigningVectors } from './signing-vectors.ts'
import type { Outcome } from './suite.ts'

const asked = process.argv.slice(2)
const names = suiteNames().filter((name) => asked.length === 0 || asked.includes(name))
const missing = asked.filter((name) => !names.includes(name))
if (missing.length > 0)
  throw new Error(`conformance: no suite ${missing.join(', ')}; there are ${suiteNames().join(', ')}`)

installTools()
const folder = mkdtempSync(join(tmpdir(), 'sluice-conformance-'))
const server = await startFaultServer()
try {
  await bundleHarness('process', folder)
  await bundleHarness('worker', folder)
  const signingVectors = readSigningVectors(process.env['SIGV4_VECTORS'])
  const all = runtimes()
  process.stdout.write(`${all.map(({ name, version }) => `${name} ${version}`).join(', ')}\n`)
  for (const vector of names.includes('sigv4') ? signingVectors : []) {
    const reason = whyNotWhole(vector)
    if (reason !== undefined) process.stdout.write(`${vector.name}: ${reason}\n`)
  }
  const outcomes: Outcome[] = []
  for (const name of names) {
    const suiteFile = await bundleSuite(name, join(folder, 'suites'))
    for (const runtime of all) {
      const outcome = await runtime.run({ suiteFile, folder, setting: { origins: server.origins, signingVectors } })
      outcomes.push(outcome)
      process.stdout.write(row(name, runtime.name, outcome))
    }
  }
  const { text, ok } = totals(outcomes)
  process.stdout.write(text)
  process.exitCode = ok ? 0 : 1
} finally {
  server.close()
  rmSync(folder, { recursive: true })
}
