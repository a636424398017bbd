/**
 * Runs the test suite, and ends with one plain line: `N passed, N failed`. Arguments go to `bun test` as they are.
 */
import { spawn } from 'bun'

/** How long one test may take where it says nothing itself: no test is about speed, and a machine may be busy. */
const TIMEOUT_MS = 30_000
/** So many processes share the files: more would have tests that start servers wait for each other. Each keeps what it loaded. */
const PROCESSES = ['--parallel=2', '--no-isolate']

const tests = spawn([process.execPath, 'test', `--timeout=${TIMEOUT_MS}`, ...PROCESSES, ...process.argv.slice(2)], {
  stdin: 'ignore',
  stdout: 'inherit',
  stderr: 'pipe',
  env: { ...process.env, FORCE_COLOR: process.stderr.isTTY ? '1' : '0' },
})

let tail = ''
const decoder = new TextDecoder()
for await (const chunk of tests.stderr) {
  process.stderr.write(chunk)
  tail = (tail + decoder.decode(chunk, { stream: true })).slice(-4000)
}
const exitCode = await tests.exited

const passed = readCount('pass')
const failed = readCount('fail')
// A run that ended without its counts, or passed nothing, has not shown anything.
const ok = exitCode === 0 && failed === 0 && passed > 0
process.stdout.write(`\n${passed} passed, ${ok ? 0 : Math.max(failed, 1)} failed\n`)
process.exit(ok ? 0 : 1)

function readCount(word: 'pass' | 'fail'): number {
  const colours = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g')
  const counts = [...tail.replaceAll(colours, '').matchAll(new RegExp(`^\\s*(\\d+) ${word}$`, 'gm'))]
  return Number(counts.at(-1)?.[1] ?? 0)
}
