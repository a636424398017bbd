/**
 * Checks the packages as their users get them: `bun run packaging [package ...]`, after `bun run build`. Packs each, lints the
 * tarball, installs it in an empty folder, compiles and runs the example of its README there, and measures its size. Ends
 * with one line, `N passed, N failed`.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installTools } from '../tools/install.ts'
import { checkTypesResolve, compileExample, install, lintPackage, pack, runExample } from './checks.ts'
import { measure } from './measure.ts'
import { bundlesOf, chosenPackages, type Package, publishedPackages } from './packages.ts'
import { limitFault, sizeFault } from './sizes.ts'

installTools()
const all = publishedPackages()
const chosen = chosenPackages(all, process.argv.slice(2))
const folder = mkdtempSync(join(tmpdir(), 'sluice-packaging-'))
const tarballs = new Map<Package, string>()
let passed = 0
let failed = 0

try {
  mkdirSync(join(folder, 'tarballs'))
  for (const packed of all) tarballs.set(packed, await pack(packed, join(folder, 'tarballs')))
  for (const checked of chosen) await checkPackage(checked)
} finally {
  rmSync(folder, { recursive: true })
}
process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1

async function checkPackage(checked: Package): Promise<void> {
  const tarball = tarballs.get(checked) ?? ''
  await check(checked, 'publint', () => lintPackage(tarball, folder))
  await check(checked, 'types resolve', () => checkTypesResolve(tarball, folder))
  const consumer = join(folder, checked.folder)
  await check(checked, 'installs alone', () => install(checked, all, tarballs, folder))
  await check(checked, 'example compiles', () => compileExample(checked, consumer))
  await check(checked, 'example runs', () => runExample(checked, consumer))
  await check(checked, 'size', () => checkSize(checked))
}

function checkSize(checked: Package): void {
  const faults = bundlesOf(checked).flatMap((bundle) => {
    const sizes = measure(bundle)
    return [limitFault(bundle.name, sizes), sizeFault(checked.readme, bundle.name, sizes)].filter(
      (fault) => fault !== undefined,
    )
  })
  if (faults.length > 0) throw new Error(faults.join('; '))
}

async function check({ folder: name }: Package, what: string, run: () => unknown): Promise<void> {
  try {
    await run()
    passed += 1
    process.stdout.write(`${name} ${what}: passed\n`)
  } catch (error) {
    failed += 1
    process.stdout.write(`${name} ${what}: FAILED\n${error instanceof Error ? error.message : String(error)}\n`)
  }
}
