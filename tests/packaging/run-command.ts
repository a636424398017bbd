/** How a command ended, and all that it wrote. */
export interface CommandResult {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
}

/** Longer than an installation takes. */
const MAX_RUN_MS = 120_000

/** Runs a command to its end. */
export async function runCommand(command: readonly string[], cwd: string): Promise<CommandResult> {
  const child = Bun.spawn([...command], { cwd, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe', timeout: MAX_RUN_MS })
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()])
  return { stdout, stderr, exitCode: await child.exited }
}

/**
 * Runs a command that has to succeed. @returns What it printed.
 *
 * @throws Error it failed; with what it wrote.
 */
export async function runToOutput(command: readonly string[], cwd: string): Promise<string> {
  const { stdout, stderr, exitCode } = await runCommand(command, cwd)
  if (exitCode !== 0) throw new Error(`${command.slice(0, 2).join(' ')} ended with ${exitCode}\n${stdout}${stderr}`)
  return stdout
}
