import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Address, createAddress } from './address.ts'
import { auditGateway, type GatewayAudit, NOTHING } from './audit.ts'
import { startCallbackRelay } from './callback-relay.ts'
import { type Child, startChild } from './child.ts'
import { type Counter, createCounter } from './counter.ts'
import { isBusy } from './gateway-api.ts'
import { killedProcess } from './killed-process.ts'
import { killedWorker } from './killed-worker.ts'
import type { Killed, KilledOptions } from './killed.ts'
import { liveAndDie } from './lives.ts'
import { type ChaosRuntime, type OnUnsure, planKills, type StepKill } from './plan.ts'
import { readReceived } from './received.ts'
import { type ChaosResult, countLost, summarise } from './result.ts'
import { sendEvents } from './sender.ts'

/** How often it is looked whether deliveries wait. */
const LOOK_EVERY_MS = 50

export interface ChaosOptions {
  readonly seed: number
  readonly kills: number
  readonly events: number
  /** What becomes of a delivery of which nobody knows whether it landed. */
  readonly onUnsure: OnUnsure
  /** Where the gateway runs that is killed; `bun` by default. */
  readonly runtime?: ChaosRuntime
  /** Time until everything must be delivered or parked. */
  readonly timeoutSeconds: number
  /** Ends the run early, without a result. */
  readonly signal: AbortSignal
  /** Told what happens, a line each. */
  readonly note: (line: string) => void
}

/**
 * Sends events to a gateway that is killed over and over, and counts what became of them. Leaves no process and no file
 * behind, however it ends.
 *
 * @throws Error the upstreams could not be started or asked, or the run was ended from outside.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-chaos-'))
  const children: Child[] = []
  const keep = (start: () => Child) => {
    options.signal.throwIfAborted()
    const child = start()
    children.push(child)
    return child
  }
  try {
    return await Promise.race([runIn(folder, keep, options), rejectWhenAborted(options.signal)])
  } finally {
    for (const child of children) child.kill()
    await Promise.all(children.map((child) => child.ended))
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Starts a process that is ended when the run is. */
type Keep = (start: () => Child) => Child

async function runIn(folder: string, keep: Keep, options: ChaosOptions): Promise<ChaosResult> {
  const sandboxUrl = await keep(() => startChild('sandbox.ts', String(options.events))).url
  if (sandboxUrl === null) throw new Error('the sandbox of the upstreams did not start')
  const run = createRun()
  const relay = startCallbackRelay(run.address)
  try {
    const { onUnsure, runtime } = options
    const killed = await createKilled({ folder, sandboxUrl, callbackUrl: relay.url, onUnsure }, runtime)
    return await runAgainst(sandboxUrl, killed, run, keep, options)
  } finally {
    relay.stop()
  }
}

async function createKilled(options: KilledOptions, runtime: ChaosRuntime = 'bun'): Promise<Killed> {
  switch (runtime) {
    case 'bun':
      return killedProcess(options)
    case 'worker':
      return killedWorker(options)
  }
}

async function runAgainst(
  sandboxUrl: string,
  killed: Killed,
  run: Run,
  keep: Keep,
  options: ChaosOptions,
): Promise<ChaosResult> {
  const lives: Child[] = []
  const startGateway = (kill: StepKill | null) => {
    const gateway = keep(() => killed.start(kill))
    lives.push(gateway)
    return gateway
  }
  const problems: string[] = []
  const attempt = async (work: () => Promise<void>) => {
    await work().catch((error: unknown) => problems.push(error instanceof Error ? error.message : 'unknown error'))
  }
  await attempt(() => sendAndKill(run, startGateway, options))
  let audit: GatewayAudit = NOTHING
  await attempt(async () => {
    const url = await livingUrl(run, lives, startGateway, options)
    audit = await auditGateway(url, run.ids, await readReceived(sandboxUrl))
  })
  await attempt(async () => {
    lives.at(-1)?.kill()
    await lives.at(-1)?.ended
    problems.push(...(await killed.auditDisk()))
  })
  noteWarnings(lives, options.note)
  const accepted = run.ids.size
  return {
    ...audit,
    accepted,
    kills: run.kills.value,
    lost: countLost(accepted, audit),
    problems: summarise([...problems, ...audit.problems]),
  }
}

/** Where the gateway lives on after the last kill. A run that did not come so far is asked in a life of its own. */
async function livingUrl(
  run: Run,
  lives: readonly Child[],
  start: (kill: StepKill | null) => Child,
  { kills }: ChaosOptions,
): Promise<string> {
  const known = run.kills.value === kills ? run.address.now() : null
  if (known !== null) return known
  lives.at(-1)?.kill()
  await lives.at(-1)?.ended
  const url = await start(null).url
  if (url === null) throw new Error('the gateway did not start to be asked')
  return url
}

/** How far a run is. */
interface Run {
  readonly ids: Map<number, string>
  readonly address: Address
  readonly allowed: Counter
  readonly accepted: Counter
  readonly kills: Counter
}

function createRun(): Run {
  return {
    ids: new Map(),
    address: createAddress(),
    allowed: createCounter(),
    accepted: createCounter(),
    kills: createCounter(),
  }
}

async function sendAndKill(run: Run, start: (kill: StepKill | null) => Child, options: ChaosOptions): Promise<void> {
  const { events, note, timeoutSeconds } = options
  const startedAtMs = performance.now()
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(timeoutSeconds * 1000)])
  const work = async () => {
    const sent = sendEvents({ ...run, events, signal })
    await Promise.all([sent, liveAndDie({ ...run, plan: planKills(options), events, start, note })])
    note(`all accepted after ${Math.round(performance.now() - startedAtMs)} ms`)
    await waitUntilIdle(await run.address.current(), signal)
    note(`all at an end after ${Math.round(performance.now() - startedAtMs)} ms`)
  }
  await Promise.race([work(), rejectWhenAborted(signal)])
}

async function waitUntilIdle(url: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await isBusy(url))) await Bun.sleep(LOOK_EVERY_MS)
}

function rejectWhenAborted(signal: AbortSignal): Promise<never> {
  const reason = () =>
    signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError'
      ? new Error('the time is up, and not everything is at an end')
      : new Error('the run was ended from outside')
  return new Promise((_, reject) => {
    if (signal.aborted) reject(reason())
    else signal.addEventListener('abort', () => reject(reason()), { once: true })
  })
}

/** Notes what the gateway logged about anything but its own recovery, which every kill causes. */
function noteWarnings(lives: readonly Child[], note: (line: string) => void): void {
  for (const line of lives.flatMap(({ errors }) => errors)) {
    if (!line.includes('took back deliveries')) note(`gateway: ${line}`)
  }
}
