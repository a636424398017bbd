import type { Address } from './address.ts'
import type { Child } from './child.ts'
import type { Counter } from './counter.ts'
import { describeKill, type OutsideKill, type PlannedKill, type StepKill } from './plan.ts'

export interface LivesOptions {
  readonly plan: readonly PlannedKill[]
  readonly events: number
  /** Starts the gateway on the data that the life before left. */
  readonly start: (kill: StepKill | null) => Child
  readonly address: Address
  readonly allowed: Counter
  readonly accepted: Counter
  readonly kills: Counter
  readonly note: (line: string) => void
}

/**
 * Lets the gateway live and die as planned, and then live on.
 *
 * @throws Error it ended otherwise than planned.
 */
export async function liveAndDie(options: LivesOptions): Promise<void> {
  for (const [index, planned] of options.plan.entries()) {
    const startedAtMs = performance.now()
    await liveOnce(planned, options)
    options.kills.raiseTo(index + 1)
    const { accepted } = options
    options.note(
      `kill ${index + 1}: ${describeKill(planned)}: ${Math.round(performance.now() - startedAtMs)} ms, ${accepted.value} accepted`,
    )
  }
  const url = await options.start(null).url
  if (url === null) throw new Error('the gateway did not start after the last kill')
  options.address.arrive(url)
  options.allowed.raiseTo(options.events)
}

async function liveOnce({ kill, eventsAllowed }: PlannedKill, options: LivesOptions): Promise<void> {
  const { start, address, allowed } = options
  const gateway = start(kill.kind === 'step' ? kill : null)
  const url = await gateway.url
  if (url !== null) address.arrive(url)
  allowed.raiseTo(eventsAllowed)
  if (kill.kind === 'outside') await killFromOutside(gateway, kill, options.accepted)
  const end = await gateway.ended
  address.leave()
  if (end !== 'SIGKILL') throw new Error(`the gateway ended by itself (${end}): ${gateway.errors.slice(-3).join('\n')}`)
  if (kill.kind === 'step' && gateway.output.at(-1) !== `dies at ${kill.step}`) {
    throw new Error(`the gateway was killed, but not at ${kill.step}`)
  }
}

async function killFromOutside(gateway: Child, kill: OutsideKill, accepted: Counter): Promise<void> {
  await Promise.race([accepted.reached(kill.afterAccepted).then(() => Bun.sleep(kill.delayMs)), gateway.ended])
  gateway.kill()
}
