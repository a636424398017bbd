import { WorkerEntrypoint } from 'cloudflare:workers'
import configFile from 'sluice:config'
import type { Http } from '../../app.ts'
import { startTimer } from './ambient.ts'
import { createEdge } from './edge.ts'
import type { Bindings } from './bindings.ts'
import { writeLog } from './log.ts'
import { runWatchdog } from './watchdog.ts'

export { Control } from './control.ts'
export { DestinationGate } from './destination-gate.ts'
export { OutboxShard } from './outbox-shard.ts'

/** Sends a request for a shard that has as many connections open as one invocation may. Only this Worker can call it. */
export class Egress extends WorkerEntrypoint<Bindings> {
  override fetch(request: Request): Promise<Response> {
    return fetch(request)
  }
}

/** One per isolate: the settings of an isolate never change. */
let edge: Http | null = null

export default {
  async fetch(request, environment, execution) {
    edge ??= createEdge(configFile, environment)
    const answer = Promise.resolve(edge.fetch(request))
    // What was begun goes on when the caller goes away, so that what came of it is known to a repeat.
    execution.waitUntil(answer)
    return answer
  },

  scheduled(_controller, environment) {
    return runWatchdog(configFile, environment, writeLog, startTimer)
  },
} satisfies ExportedHandler<Bindings>
