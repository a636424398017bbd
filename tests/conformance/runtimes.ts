import { join } from 'node:path'
import { toolPath } from '../tools/install.ts'
import type { Outcome, Runtime, Setting } from './suite.ts'
import { runInWorkerd } from './workerd.ts'

/** A runtime as it is printed and run. */
export interface RunnableRuntime {
  /** `node-20` for the machine's own Node, where it is another one than the pinned `node`. */
  readonly name: string
  readonly version: string
  run(job: Job): Promise<Outcome>
}

/** A suite that is to be run, and with what. */
export interface Job {
  readonly suiteFile: string
  readonly setting: Omit<Setting, 'runtime'>
  /** Where files of this job may be written, and where the harnesses lie. */
  readonly folder: string
}

/** Longer than any suite takes on any runtime. */
const MAX_RUN_MS = 60_000

/** Lists the runtimes: the pinned ones, and the machine's own Node where that is another one. */
export function runtimes(): RunnableRuntime[] {
  const bun = processRuntime('bun', 'bun', [process.execPath, 'run'], Bun.version)
  const node = toolPath('node')
  const nodeVersion = versionOf(node)
  const all = [bun, processRuntime('node', 'node', [node], nodeVersion)]
  const ownNode = Bun.which('node')
  const ownVersion = ownNode === null ? nodeVersion : versionOf(ownNode)
  if (ownNode !== null && ownVersion !== nodeVersion) {
    all.push(processRuntime(`node-${ownVersion.split('.')[0]}`, 'node', [ownNode], ownVersion))
  }
  const deno = toolPath('deno')
  const denoCommand = [deno, 'run', '--quiet', '--no-config', '--no-lock', '--allow-read', '--allow-net', '--allow-env']
  all.push(processRuntime('deno', 'deno', denoCommand, versionOf(deno)))
  const workerd = toolPath('workerd')
  const run = (job: Job) => runInWorkerd(workerd, job, MAX_RUN_MS).catch(failedRun)
  return [...all, { name: 'workerd', version: versionOf(workerd), run }]
}

function processRuntime(name: string, runtime: Runtime, command: string[], version: string): RunnableRuntime {
  const run = async (job: Job): Promise<Outcome> => {
    const settingFile = join(job.folder, `setting-${name}.json`)
    await Bun.write(settingFile, JSON.stringify({ ...job.setting, runtime } satisfies Setting))
    const child = Bun.spawn([...command, join(job.folder, 'process.mjs'), job.suiteFile, settingFile], {
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
      timeout: MAX_RUN_MS,
      killSignal: 'SIGKILL',
    })
    const [text, said] = await Promise.all([child.stdout.text(), child.stderr.text()])
    return readOutcome(text, said)
  }
  return { name, version, run }
}

/** @param said - What the runtime wrote to its error output: shown only when the run came to nothing. */
function readOutcome(text: string, said: string): Outcome {
  try {
    const outcome: Outcome = JSON.parse(text)
    return outcome
  } catch {
    return failedRun(`it ended without a result. ${said.trim()}`)
  }
}

function failedRun(reason: unknown): Outcome {
  return { passed: 0, failures: [{ name: 'the run', message: String(reason) }], vectors: 0 }
}

function versionOf(command: string): string {
  const text = Bun.spawnSync([command, '--version']).stdout.toString()
  return /\d+[.\-\d]*\d/.exec(text)?.[0] ?? 'unknown'
}
