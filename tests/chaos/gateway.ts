import { join } from 'node:path'
import { loadConfig, sandboxEnvironment, startGateway } from '@sluice/gateway/bun'
import { SANDBOX } from '@sluice/upstream-mocks'
import { announceDeath } from './announce-death.ts'
import { armCommitDeath } from './commit-death.ts'
import { dieAtStep } from './die-at-step.ts'
import { endWithParent } from './end-with-parent.ts'
import { hurry } from './hurry.ts'
import type { OnUnsure, StepKill } from './plan.ts'

/** What one life of the gateway is given, as JSON. */
export interface Life {
  readonly dataPath: string
  readonly sandboxUrl: string
  /** Where the upstreams send callbacks. */
  readonly callbackUrl: string
  readonly onUnsure: OnUnsure
  /** The step that kills it, or null. */
  readonly kill: StepKill | null
}

/** One life of the gateway. */
endWithParent()
const { dataPath, sandboxUrl, callbackUrl, onUnsure, kill } = JSON.parse(process.argv[2] ?? '') as Life
const dieInCommit = kill?.step === 'in-commit' ? await armCommitDeath(kill.delayUs) : () => undefined

const gateway = await startGateway({
  configFile: await loadConfig(join(import.meta.dirname, 'sluice.config.ts')),
  environment: sandboxEnvironment(sandboxUrl, {
    CHAOS_CALLBACK_URL: callbackUrl,
    CHAOS_ON_UNSURE: onUnsure,
    CHAOS_TABLE: SANDBOX.danaconnect.tableCode,
  }),
  port: 0,
  dataPath,
  sandboxUrl,
  example: null,
  adapt: (ports) => (kill === null ? hurry(ports) : dieAtStep(hurry(ports), kill, deathOf(kill))),
})
process.stdout.write(`${gateway.url}\n`)

function deathOf({ step }: StepKill) {
  return {
    now() {
      announceDeath(step)
      process.kill(process.pid, 'SIGKILL')
    },
    soon() {
      announceDeath(step)
      dieInCommit()
    },
  }
}
