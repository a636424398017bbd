import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Address, createAddress } from './address.ts'
import { auditFile, auditGateway } from './audit.ts'
import { type Child, startChild } from './child.ts'
import { type Counter, createCounter } from './counter.ts'
import { otherStates } from './gateway-api.ts'
import { liveAndDie } from './lives.ts'
import { planKills, type StepKill } from './plan.ts'
import { readReceived } from './received.ts'
import { type ChaosResult, countArrivals, summarise } from './result.ts'
import { sendEvents } from './sender.ts'

/** How often it is looked whether deliveries wait. */
const LOOK_EVERY_MS = 50

export interface ChaosOptions {
  readonly seed: number
  readonly kills: number
  readonly events: number
  /** Time until everything must be delivered. */
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
  const start = (file: string, ...parameters: readonly string[]) => {
    options.signal.throwIfAborted()
    const child = startChild(file, ...parameters)
    children.push(child)
    return child
  }
  try {
    return await Promise.race([runIn(folder, start, options), rejectWhenAborted(options.signal)])
  } finally {
    for (const child of children) child.kill()
    await Promise.all(children.map((child) => child.ended))
    rmSync(folder, { recursive: true, force: true })
  }
}

type Start = (file: string, ...parameters: readonly string[]) => Child

async function runIn(folder: string, start: Start, options: ChaosOptions): Promise<ChaosResult> {
  const sandboxUrl = await start('sandbox.ts').url
  if (sandboxUrl === null) throw new Error('the sandbox of the upstreams did not start')
  const lives: Child[] = []
  const startGateway = (kill: StepKill | null) => {
    const gateway = start('gateway.ts', folder, sandboxUrl, JSON.stringify(kill))
    lives.push(gateway)
    return gateway
  }
  const run = createRun()
  const problems: string[] = []
  const attempt = async (work: () => Promise<void>) => {
    await work().catch((error: unknown) => problems.push(error instanceof Error ? error.message : 'unknown error'))
  }
  await attempt(() => sendAndKill(run, startGateway, options))
  const received = await readReceived(sandboxUrl)
  const arrivals = countArrivals(run.ids.keys(), received)
  let unknownEvents = 0
  // Before the last kill the gateway may die while it is asked; and a run without all of its kills has failed anyway.
  if (run.kills.value === options.kills) {
    await attempt(async () => {
      const audit = await auditGateway(await run.address.current(), run.ids, received)
      unknownEvents = audit.unknownEvents
      problems.push(...audit.problems)
    })
  }
  await attempt(async () => {
    lives.at(-1)?.kill()
    await lives.at(-1)?.ended
    problems.push(...auditFile(folder))
  })
  noteWarnings(lives, options.note)
  return { ...arrivals, kills: run.kills.value, lost: arrivals.lost + unknownEvents, problems: summarise(problems) }
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
    await waitUntilDelivered(await run.address.current(), signal)
    note(`all delivered after ${Math.round(performance.now() - startedAtMs)} ms`)
  }
  await Promise.race([work(), rejectWhenAborted(signal)])
}

async function waitUntilDelivered(url: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const states = await otherStates(url)
    // What is parked or dead stays so; waiting would not help.
    if (!states.includes('pending') && !states.includes('leased')) return
    await Bun.sleep(LOOK_EVERY_MS)
  }
}

function rejectWhenAborted(signal: AbortSignal): Promise<never> {
  const reason = () =>
    signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError'
      ? new Error('the time is up, and not everything is delivered')
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
