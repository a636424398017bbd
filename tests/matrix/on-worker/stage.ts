import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sandboxEnvironment } from '@sluice/gateway/bun'
import { startWorkerd, type Workerd } from '../../runtime/workerd.ts'
import { builtWorker } from '../../tools/built-worker.ts'
import { UPSTREAMS_URL } from '../../world/addresses.ts'
import { CANARY_ENVIRONMENT } from '../canaries.ts'

/** Where there is one, files in memory, which outlive a kill as those on a disk do: nobody has to wait for a disk here. */
const IN_MEMORY = '/dev/shm'

/** How far the Worker is: see `worker/time.ts`. */
export interface Stand {
  readonly busy: number
  readonly activity: number
  readonly requests: readonly number[]
  readonly nextDueMs: number | null
  readonly touched: readonly string[]
}

/** A workerd with the Worker of the matrix, in which every cell has a gateway of its own. */
export interface Stage {
  readonly storagePath: string
  /** Sends a request to the gateway of a cell. */
  request(cell: string, path: string, init?: RequestInit): Promise<Response>
  stand(): Promise<Stand>
  /** Moves the time of the Worker. */
  moveTo(atMs: number): Promise<void>
  forget(cell: string): Promise<void>
  /** Ends workerd with SIGKILL. */
  kill(): Promise<void>
  /** Starts it again on the same storage. */
  restart(nowMs: number): Promise<void>
  /** What it logged so far, in all its lives. */
  log(): string
  /** Ends it, and removes all that it kept. */
  close(): Promise<void>
}

/** Builds the Worker, and starts it at a time. */
export async function setStage(startMs: number): Promise<Stage> {
  const folder = mkdtempSync(join(existsSync(IN_MEMORY) ? IN_MEMORY : tmpdir(), 'sluice-matrix-'))
  const storagePath = join(folder, 'storage')
  const workerPath = await builtWorker({
    configPath: join(import.meta.dirname, '../sluice.config.ts'),
    mainPath: join(import.meta.dirname, '../worker/main.ts'),
  })
  const start = (nowMs: number): Promise<Workerd> => {
    const environment = {
      ...sandboxEnvironment(UPSTREAMS_URL),
      ...CANARY_ENVIRONMENT,
      MATRIX_NOW_MS: String(nowMs),
      FIXED_EGRESS: 'yes',
    }
    return startWorkerd({ workerPath, storagePath, port: 0, environment })
  }
  const lives: Workerd[] = []
  // However this process ends, neither workerd nor its folder outlives it.
  const endAtOnce = (): void => {
    void lives.at(-1)?.kill()
    rmSync(folder, { recursive: true, force: true })
  }
  process.on('exit', endAtOnce)
  lives.push(await start(startMs))
  const alive = (): Workerd => {
    const workerd = lives.at(-1)
    if (workerd === undefined) throw new Error('workerd was never started')
    return workerd
  }
  const tell = async (path: string): Promise<Response> => {
    const response = await fetch(`${alive().url}${path}`)
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}\n${alive().output()}`)
    return response
  }
  return {
    storagePath,
    request(cell, path, init = {}) {
      const headers = new Headers(init.headers)
      headers.set('x-matrix-cell', cell)
      return fetch(`${alive().url}${path}`, { ...init, headers })
    },
    stand: async () => (await (await tell('/_time')).json()) as Stand,
    moveTo: async (atMs) => void (await (await tell(`/_time/move?to=${atMs}`)).text()),
    forget: async (cell) => void (await tell(`/_time/forget?cell=${cell}`)),
    kill: () => alive().kill(),
    restart: async (nowMs) => void lives.push(await start(nowMs)),
    log: () => lives.map((life) => life.output()).join(''),
    async close() {
      await alive().kill()
      process.off('exit', endAtOnce)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
