import { join } from 'node:path'

/** No child takes longer than this over what it was asked, plus the time that it was told to run. */
const GRACE_MS = 10_000

/** A server that runs in a process of its own. */
export interface ServerProcess {
  readonly url: string
  /** Ends it with SIGKILL: what it accepted must be on disk already. */
  kill(): Promise<void>
}

/**
 * Starts a file of this folder that serves, and resolves when it listens: it then writes its URL as one line. Its log, a
 * line for each request, is written to a file, as it would be in earnest.
 *
 * @param folder - Where it keeps its data and its log.
 * @throws Error it ended instead.
 */
export async function startServer(file: string, folder: string): Promise<ServerProcess> {
  const log = join(folder, 'log')
  const child = spawn(file, [folder], Bun.file(log))
  const kill = async () => {
    child.kill('SIGKILL')
    await child.exited
  }
  let line = ''
  const decoder = new TextDecoder()
  for await (const chunk of child.stdout) {
    line += decoder.decode(chunk, { stream: true })
    if (line.includes('\n')) return { url: line.trim(), kill }
  }
  throw new Error(`bench: ${file} did not start: ${await Bun.file(log).text()}`)
}

/**
 * Runs a file of this folder that prints one JSON text and ends.
 *
 * @param seconds - How long it was told to run.
 * @throws Error it failed, or did not end in time.
 */
export async function runToResult(file: string, seconds: number, ...args: readonly string[]): Promise<unknown> {
  const child = spawn(file, args)
  const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000 + GRACE_MS)
  const [text, exitCode] = await Promise.all([child.stdout.text(), child.exited])
  clearTimeout(timer)
  if (exitCode !== 0) throw new Error(`bench: ${file} failed`)
  return JSON.parse(text)
}

function spawn(file: string, args: readonly string[], stderr: 'inherit' | Bun.BunFile = 'inherit') {
  return Bun.spawn([process.execPath, join(import.meta.dirname, file), ...args], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr,
  })
}
