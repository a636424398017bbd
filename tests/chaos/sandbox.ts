import { startSandbox } from '@sluice/gateway/bun'
import { endWithParent } from './end-with-parent.ts'

/** Serves the upstreams, in a process that outlives every kill of the gateway. */
endWithParent()
const sandbox = await startSandbox(0)
process.stdout.write(`${sandbox.url}\n`)
