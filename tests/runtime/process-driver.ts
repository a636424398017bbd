import { join, resolve } from 'node:path'
import { eventually } from '../stories/eventually.ts'
import type { Instance, RuntimeDriver, StartOptions } from './driver.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const CONFIG = join(import.meta.dirname, 'sluice.config.ts')
/** What the program prints last when it has started. */
const STARTED = 'Ctrl-C stops.'
const START_MS = 60_000
/** The program itself gives what is under way 3 s, and its record 1 s. */
const STOP_MS = 15_000

/** One life of the program. */
type Life = Bun.Subprocess<'ignore', 'pipe', 'pipe'>

/** Lives that have not ended: they end with this process. */
const alive = new Set<Life>()
process.on('exit', () => {
  for (const life of alive) life.kill('SIGKILL')
})

/**
 * Makes the driver of a runtime whose gateway is a process.
 *
 * @param command - Returns what runs a file on it.
 */
export function processDriver(name: string, command: () => readonly string[]): RuntimeDriver {
  return {
    name,
    async start(options) {
      const lives: Life[] = []
      const logs: string[] = []
      const begin = async () => {
        const at = logs.push('') - 1
        const life = spawn([...command(), `apps/gateway/src/runtime/${name}/main.ts`], options)
        lives.push(life)
        await started(life, (text) => {
          logs[at] += text
        })
      }
      const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
        const life = lives.at(-1)
        if (life === undefined) return
        life.kill(signal)
        const overdue = setTimeout(() => life.kill('SIGKILL'), STOP_MS)
        await life.exited
        clearTimeout(overdue)
      }
      await begin()
      return {
        url: `http://127.0.0.1:${options.port}`,
        log: () => logs.join(''),
        async stop() {
          await end('SIGTERM')
          const [code, signal] = [lives.at(-1)?.exitCode, lives.at(-1)?.signalCode]
          if (code !== 0) throw new Error(`${name} did not end in good order: ${signal ?? code}`)
        },
        kill: () => end('SIGKILL'),
        restart: begin,
      } satisfies Instance
    },
  }
}

function spawn(command: readonly string[], { port, folder, sandboxUrl, environment }: StartOptions): Life {
  const life = Bun.spawn([...command], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      ...environment,
      PORT: String(port),
      SLUICE_DATA: join(folder, 'data'),
      SLUICE_CONFIG: CONFIG,
      SLUICE_SANDBOX_URL: sandboxUrl,
    },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  alive.add(life)
  void life.exited.then(() => alive.delete(life))
  return life
}

/** Waits until a life listens, and hands on what it logs as long as it lasts. */
async function started(life: Life, logged: (text: string) => void): Promise<void> {
  let printed = ''
  let said = ''
  void take(life.stdout, (text) => {
    printed += text
  })
  void take(life.stderr, (text) => {
    said += text
    logged(text)
  })
  await eventually(
    'it listens',
    () => {
      if (life.exitCode !== null) throw new Error(`it ended with ${life.exitCode} before it listened: ${said}`)
      return printed.includes(STARTED) || undefined
    },
    START_MS,
  )
}

async function take(stream: ReadableStream<Uint8Array>, text: (part: string) => void): Promise<void> {
  const decoder = new TextDecoder()
  for await (const chunk of stream) text(decoder.decode(chunk, { stream: true }))
}
