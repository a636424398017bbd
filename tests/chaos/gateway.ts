import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { loadConfig, sandboxEnvironment, startGateway } from '@sluice/gateway/bun'
import { armCommitDeath } from './commit-death.ts'
import { dieAtStep } from './die-at-step.ts'
import { endWithParent } from './end-with-parent.ts'
import type { StepKill } from './plan.ts'

/**
 * One life of the gateway, on the data folder of the first argument, against the sandbox at the second. The third is the
 * step that kills it, as JSON, or `null`.
 */
endWithParent()
const [dataPath = '', sandboxUrl = '', kill = 'null'] = process.argv.slice(2)
const stepKill = JSON.parse(kill) as StepKill | null
const dieInCommit = stepKill?.step === 'in-commit' ? await armCommitDeath(stepKill.delayUs) : () => undefined

const gateway = await startGateway({
  configFile: await loadConfig(join(import.meta.dirname, '..', '..', 'sluice.config.ts')),
  environment: sandboxEnvironment(sandboxUrl),
  port: 0,
  dataPath,
  sandboxUrl,
  example: null,
  adapt: (ports) => (stepKill === null ? ports : dieAtStep(ports, stepKill, deathOf(stepKill))),
})
process.stdout.write(`${gateway.url}\n`)

function deathOf({ step }: StepKill) {
  // Written synchronously: nothing that is queued survives what follows.
  const announce = () => void writeSync(process.stdout.fd, `dies at ${step}\n`)
  return {
    now() {
      announce()
      process.kill(process.pid, 'SIGKILL')
    },
    soon() {
      announce()
      dieInCommit()
    },
  }
}
