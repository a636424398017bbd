import { writeSync } from 'node:fs'
import type { Step } from './plan.ts'

/** Says at which step this process dies. Written synchronously: nothing that is queued survives what follows. */
export function announceDeath(step: Step): void {
  writeSync(process.stdout.fd, `dies at ${step}\n`)
}
