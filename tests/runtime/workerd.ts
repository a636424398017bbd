import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { installTools, toolPath } from '../tools/install.ts'

/** The date in `wrangler.toml`. */
const COMPATIBILITY_DATE = '2026-11-01'

export interface WorkerdOptions {
  /** The bundled Worker: see `bundleWorker`. */
  readonly workerPath: string
  /** Where its Durable Objects are kept. What an earlier run left there is found again. */
  readonly storagePath: string
  /** 0 for any that is free. */
  readonly port: number
  /** Its variables and secrets. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Classes of its Durable Objects, by binding: those of `wrangler.toml` by default. */
  readonly objects?: Readonly<Record<string, string>>
}

const OBJECTS = { OUTBOX_SHARDS: 'OutboxShard', DESTINATION_GATES: 'DestinationGate', CONTROL: 'Control' }

/** A workerd that serves the Worker. */
export interface Workerd {
  readonly url: string
  readonly pid: number
  /** How it ended: the name of the signal, or `exit` and its code. */
  readonly ended: Promise<string>
  /** What it has printed so far: its log, a line of JSON each. */
  output(): string
  /** Runs the cron trigger. */
  runScheduled(): Promise<void>
  /** Ends it with SIGKILL, as a crash would. */
  kill(): Promise<void>
}

/**
 * Starts the Worker in workerd alone, in one process, so that a SIGKILL ends all of it at once. It reaches nothing but
 * loopback, and may be killed and started again on the same storage.
 *
 * @throws Error workerd did not start.
 */
export async function startWorkerd(options: WorkerdOptions): Promise<Workerd> {
  installTools()
  mkdirSync(options.storagePath, { recursive: true })
  const configFile = join(dirname(options.workerPath), `workerd-${crypto.randomUUID()}.capnp`)
  await Bun.write(configFile, configOf(options))
  const child = Bun.spawn([toolPath('workerd'), 'serve', '--experimental', '--control-fd=1', configFile], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const kill = async () => {
    child.kill('SIGKILL')
    await child.exited
    rmSync(configFile, { force: true })
  }
  const printed = { text: '' }
  const ports = readPorts(child.stdout, printed)
  void gather(child.stderr, printed)
  try {
    const { http, control } = await ports
    const url = `http://127.0.0.1:${http}`
    return {
      url,
      pid: child.pid,
      ended: child.exited.then((exitCode) => String(child.signalCode ?? `exit ${exitCode}`)),
      output: () => printed.text,
      async runScheduled() {
        const reply = await fetch(`http://127.0.0.1:${control}/`, { method: 'POST' })
        if (!reply.ok) throw new Error(`workerd: the cron trigger failed: ${await reply.text()}`)
      },
      kill,
    }
  } catch (error) {
    await kill()
    throw error instanceof Error ? new Error(`${error.message}: ${printed.text}`) : error
  }
}

/** Runs the cron trigger of the Worker, which workerd by itself never does. */
const CONTROL = `export default {
  async fetch(request, { WORKER }) {
    const { outcome } = await WORKER.scheduled({ cron: '* * * * *', scheduledTime: new Date() })
    return new Response(outcome, { status: outcome === 'ok' ? 200 : 500 })
  },
}`

function configOf({ workerPath, storagePath, port, environment, objects = OBJECTS }: WorkerdOptions): string {
  const assetsPath = join(dirname(workerPath), 'assets')
  const hasAssets = existsSync(assetsPath)
  const variables = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined ? [] : [`(name = ${quoted(name)}, text = ${quoted(value)})`],
  )
  const classes = Object.values(objects).map(
    (name) => `(className = "${name}", uniqueKey = "${name}", enableSql = true)`,
  )
  const bindings = [
    ...Object.entries(objects).map(
      ([name, className]) => `(name = "${name}", durableObjectNamespace = "${className}")`,
    ),
    ...variables,
    ...(hasAssets ? ['(name = "ASSETS", service = "assets")'] : []),
  ]
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker", esModule = embed ${quoted(workerPath.slice(dirname(workerPath).length + 1))})],
      compatibilityDate = "${COMPATIBILITY_DATE}",
      globalOutbound = "network",
      durableObjectNamespaces = [${classes.join(', ')}],
      durableObjectStorage = (localDisk = "storage"),
      bindings = [
        ${bindings.join(',\n        ')}
      ],
    )),
    (name = "control", worker = (
      modules = [(name = "control", esModule = ${quoted(CONTROL)})],
      compatibilityDate = "${COMPATIBILITY_DATE}",
      compatibilityFlags = ["service_binding_extra_handlers"],
      bindings = [(name = "WORKER", service = "main")],
    )),
    ${hasAssets ? `(name = "assets", disk = (path = ${quoted(assetsPath)})),` : ''}
    (name = "storage", disk = (path = ${quoted(storagePath)}, writable = true)),
    (name = "network", network = (allow = ["local"])),
  ],
  sockets = [
    (name = "http", address = "127.0.0.1:${port}", http = (), service = "main"),
    (name = "control", address = "127.0.0.1:0", http = (), service = "control"),
  ],
);
`
}

const quoted = (text: string): string => JSON.stringify(text)

/** Reads the lines in which workerd tells on which ports it listens, and keeps on reading. */
async function readPorts(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  printed: { text: string },
): Promise<{ readonly http: number; readonly control: number }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ http: number; control: number }>()
  void gather(stream, printed, () => {
    const port = (socket: string) => new RegExp(`"socket":"${socket}","port":(\\d+)`).exec(printed.text)?.[1]
    const [http, control] = [port('http'), port('control')]
    if (http !== undefined && control !== undefined) resolve({ http: Number(http), control: Number(control) })
  }).then(() => reject(new Error('workerd did not start')))
  return promise
}

async function gather(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  into: { text: string },
  onMore: () => void = () => undefined,
): Promise<void> {
  const decoder = new TextDecoder()
  for await (const chunk of stream) {
    into.text += decoder.decode(chunk, { stream: true })
    onMore()
  }
}
