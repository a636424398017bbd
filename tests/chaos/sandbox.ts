import { startSandbox } from '@sluice/gateway/bun'
import { SANDBOX } from '@sluice/upstream-mocks'
import { endWithParent } from './end-with-parent.ts'
import { datasetsOf } from './gateway-api.ts'

/** So short that tokens expire in calls, and are renewed, all the time. */
const TOKEN_LIFE_SECONDS = 2
const LOAD_DELAY_MS = 20
/** A callback is repeated until some life of the gateway takes it: for a minute. */
const CALLBACK_TRIES = 1200
const CALLBACK_RETRY_MS = 50

/** Serves the upstreams, in a process that outlives every kill of the gateway. The argument is the number of events. */
endWithParent()
const { table } = SANDBOX.contactnow
const sandbox = await startSandbox(0, {
  contactnow: {
    tokenLifeSeconds: TOKEN_LIFE_SECONDS,
    datasets: datasetsOf(Number(process.argv[2])).map((dataset) => ({ dataset, status: 'LIVE' as const, table })),
  },
  danaconnect: { loadDelayMs: LOAD_DELAY_MS, callbackTries: CALLBACK_TRIES, callbackRetryMs: CALLBACK_RETRY_MS },
})
process.stdout.write(`${sandbox.url}\n`)
