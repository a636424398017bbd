import { dirname, join, relative } from 'node:path'
import type { Job } from './runtimes.ts'
import type { Outcome, Setting } from './suite.ts'

/** No flag turns Node's modules on: the packages need nothing of them. */
const COMPATIBILITY_DATE = '2026-11-01'

/**
 * Runs a suite in a Worker, on a port that workerd chooses.
 *
 * @throws Error workerd did not start, or answered with something else than an outcome.
 */
export async function runInWorkerd(command: string, job: Job, maxRunMs: number): Promise<Outcome> {
  const configFile = join(job.folder, 'worker.capnp')
  await Bun.write(configFile, config(relative(dirname(configFile), job.suiteFile)))
  const child = Bun.spawn([command, 'serve', '--control-fd=1', configFile], {
    stdin: 'ignore',
    stdout: 'pipe',
    // It describes every fault of a connection at length; those that matter are in the outcome.
    stderr: 'ignore',
    timeout: maxRunMs,
    killSignal: 'SIGKILL',
  })
  try {
    const port = await portOf(child.stdout)
    const setting: Setting = { ...job.setting, runtime: 'workerd' }
    const reply = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: JSON.stringify(setting) })
    if (!reply.ok) throw new Error(`conformance: the Worker answered ${reply.status}: ${await reply.text()}`)
    return (await reply.json()) as Outcome
  } finally {
    child.kill('SIGKILL')
    await child.exited
  }
}

function config(suiteFile: string): string {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [
        (name = "worker", esModule = embed "worker.mjs"),
        (name = "suite", esModule = embed ${JSON.stringify(suiteFile)}),
      ],
      compatibilityDate = "${COMPATIBILITY_DATE}",
      globalOutbound = "network",
    )),
    (name = "network", network = (
      allow = ["public", "private"],
      tlsOptions = (trustBrowserCas = true),
    )),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`
}

/** Reads the line in which workerd tells that it listens. */
async function portOf(output: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<number> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of output) {
    text += decoder.decode(chunk, { stream: true })
    const port = /"event":"listen".*"port":(\d+)/.exec(text)?.[1]
    if (port !== undefined) return Number(port)
  }
  throw new Error('conformance: workerd did not start')
}
