import type { Instance } from './driver.ts'
import type { GatewayClient } from './gateway-client.ts'
import type { SandboxClient } from './sandbox-client.ts'

/** What a story plays on: a gateway of its own that just started, and a sandbox of its own. All of it is HTTP. */
export interface Stage {
  readonly gateway: GatewayClient
  readonly sandbox: SandboxClient
  readonly process: Pick<Instance, 'stop' | 'kill' | 'restart' | 'log'>
  /** Sees that a text is the same on every runtime that this run plays the story on. */
  readonly sameEverywhere: (text: string) => void
}

/** Something that is so on every runtime: a row of the table. */
export interface Story {
  readonly name: string
  /** Whether every test run plays it: a few of each kind, and none that has to wait. */
  readonly short?: boolean
  play(stage: Stage): Promise<void>
}
