/**
 * Runs a program on Deno, which is installed where it is not there yet: `bun tests/tools/run-deno.ts <file>`. The program
 * gets the environment, the terminal and the signals of this process, and its exit code is this one's.
 */
import { denoCommand } from './deno.ts'
import { installTools } from './install.ts'

installTools()
const child = Bun.spawn([...denoCommand(), ...process.argv.slice(2)], {
  stdin: 'inherit',
  stdout: 'inherit',
  stderr: 'inherit',
})
// Ctrl-C reaches both; what is sent to this process alone is passed on.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => child.kill('SIGTERM'))
process.exit(await child.exited)
