import { join } from 'node:path'

/** A process that this one started. */
export interface Child {
  /** The address that it listens on, or null when it ended before it listened. */
  readonly url: Promise<string | null>
  /** How it ended: the name of the signal, or `exit` and its code. Resolves when all that it wrote was read. */
  readonly ended: Promise<string>
  /** Lines written so far. */
  readonly output: readonly string[]
  readonly errors: readonly string[]
  /** Ends it with SIGKILL. */
  kill(): void
}

/** One that listens to what it is told. */
export interface ToldChild extends Child {
  /** Writes a line to its standard input. */
  tell(line: string): void
}

/**
 * Starts a file in a process of its own.
 *
 * @param name - Its path from this folder; the file writes its address as a line to standard output once it listens.
 */
export function startChild(name: string, ...parameters: readonly string[]): ToldChild {
  const spawned = Bun.spawn([process.execPath, join(import.meta.dirname, name), ...parameters], {
    // Stays open as long as this process lives, and tells the child when it does not.
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const output: string[] = []
  const errors: string[] = []
  let listens: (url: string | null) => void = () => undefined
  const url = new Promise<string | null>((resolve) => {
    listens = resolve
  })
  const written = readLines(spawned.stdout, (line) => {
    output.push(line)
    if (line.startsWith('http://')) listens(line)
  }).then(() => listens(null))
  const logged = readLines(spawned.stderr, (line) => void errors.push(line))
  const ended = Promise.all([spawned.exited, written, logged]).then(([exitCode]) =>
    String(spawned.signalCode ?? `exit ${exitCode}`),
  )
  const tell = (line: string) => {
    void spawned.stdin.write(`${line}\n`)
    void spawned.stdin.flush()
  }
  return { url, ended, output, errors, tell, kill: () => spawned.kill('SIGKILL') }
}

async function readLines(stream: ReadableStream<Uint8Array>, take: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    lines.forEach(take)
  }
  if (rest !== '') take(rest)
}
