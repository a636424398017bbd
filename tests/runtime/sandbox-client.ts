import type { FaultOrder, LoggedRequest, UpstreamName } from '@sluice/upstream-mocks'
import { same } from './same.ts'

/** The sandbox of the upstreams, by its control calls. */
export type SandboxClient = ReturnType<typeof createSandboxClient>

/** Makes a client of the sandbox at an address. */
export function createSandboxClient(url: string) {
  const read = async <Body>(path: string): Promise<Body> => (await (await fetch(`${url}${path}`)).json()) as Body
  return {
    /** Makes the next calls of an upstream fail. */
    async arm(upstream: UpstreamName, fault: FaultOrder['fault'], more: Partial<FaultOrder> = {}): Promise<void> {
      const body = JSON.stringify({ upstream, fault, times: 1, ...more })
      const reply = await fetch(`${url}/_sandbox/faults`, { method: 'POST', body })
      same(reply.status, 201, await reply.text())
    },
    /** Lists what came in, the oldest first. */
    async requests(upstream: UpstreamName, operation?: string): Promise<readonly LoggedRequest[]> {
      const query = `upstream=${upstream}&limit=10000${operation === undefined ? '' : `&operation=${operation}`}`
      return (await read<{ readonly requests: readonly LoggedRequest[] }>(`/_sandbox/requests?${query}`)).requests
    },
    state: () => read<Readonly<Record<UpstreamName, unknown>>>('/_sandbox/state'),
    async expireTokens(): Promise<void> {
      await fetch(`${url}/_sandbox/tokens/expire`, { method: 'POST' })
    },
  }
}
