import type { Ports } from '@sluice/gateway'
import { temporaryFolder } from '../stories/running.ts'
import { filesOf } from './files.ts'
import { startEdge } from './gateways.ts'
import { relayStories } from './stories.ts'

/** Beyond the wait after one attempt, 5 s and its jitter, and what a busy store asks for; within what a signature may be off. */
const LATER_MS = 10_000

relayStories({
  name: 'Bun',
  nobodyListens: { outcome: 'busy', code: 'CONNECTION_REFUSED' },
  deadlineMs: 5000,
  async start(sandboxUrl, fixedUrl) {
    const folder = temporaryFolder()
    let aheadMs = 0
    const adapt = (ports: Ports): Ports => ({ ...ports, nowMs: () => ports.nowMs() + aheadMs })
    const { url, gateway, log } = await startEdge({ sandboxUrl, fixedUrl, dataPath: folder.path, adapt })
    return {
      url,
      later() {
        aheadMs += LATER_MS
        gateway.app.outbox.wake()
      },
      written: () => [...log, ...filesOf(folder.path)],
      async stop() {
        await gateway.stop()
        folder.remove()
      },
    }
  },
})
