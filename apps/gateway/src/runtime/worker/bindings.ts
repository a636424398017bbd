import type { Control } from './control.ts'
import type { DestinationGate } from './destination-gate.ts'
import type { OutboxShard } from './outbox-shard.ts'

/** What `wrangler.toml` binds; its variables and secrets are read by name. */
export interface Bindings {
  readonly OUTBOX_SHARDS: DurableObjectNamespace<OutboxShard>
  readonly DESTINATION_GATES: DurableObjectNamespace<DestinationGate>
  readonly CONTROL: DurableObjectNamespace<Control>
  /** What was made when the Worker was built: the document of its API. */
  readonly ASSETS: Fetcher
}
