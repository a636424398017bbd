import type { HttpPorts } from '../ports.ts'
import type { ReceivedRequest } from '../sources/scheme.ts'
import type { NewEvent } from '../store/port.ts'
import type { Outbox } from './lease.ts'
import { type ConfiguredSource, map, shardKeyOf } from './map.ts'
import type { Address, Intake } from './store.ts'
import type { IntakeAll } from './store-all.ts'
import type { SentKeys } from './verify.ts'

const MS_PER_HOUR = 3_600_000

/** What taking in needs of the gateway. */
export interface TakeInParts {
  readonly intake: Intake
  readonly intakeAll: IntakeAll
  readonly outbox: Pick<Outbox, 'wake'>
  readonly log: HttpPorts['log']
}

/** A request whose sender was verified. */
export interface VerifiedRequest {
  readonly source: ConfiguredSource
  readonly received: ReceivedRequest
  readonly keys: SentKeys
  readonly receivedAtMs: number
  /** Id of the gateway's own key that let it in; null where its source asks for none. */
  readonly keyId: string | null
  /** The trace that it goes on with, as it is kept. */
  readonly trace: string
}

/** What a sender is told. */
export interface TakenIn {
  readonly status: 202 | 207 | 422
  readonly body: object
  readonly headers: Readonly<Record<string, string>>
}

/** What was read of one event. */
interface ReadEvent {
  readonly contentType: string
  readonly body: Uint8Array
  readonly data: unknown
  readonly idempotencyKey: string | null
}

/**
 * An idempotency key among those of one key of the gateway: two senders do not know of each other's. The id of a key stays
 * when its secret is replaced. A blank in it, as a name of the configuration may have, is written `%20`: the first one ends it.
 */
export function keyIn(keyId: string | null, sent: string | null): string | null {
  if (keyId === null || sent === null) return sent
  return `${keyId.replaceAll('%', '%25').replaceAll(' ', '%20')} ${sent}`
}

/** Says where an event belongs, and how it is made: with the inflated bytes, which is what everybody reads later. */
export async function eventOf(
  { source, receivedAtMs, keyId, trace }: Pick<VerifiedRequest, 'source' | 'receivedAtMs' | 'keyId' | 'trace'>,
  { contentType, body, data, idempotencyKey: sent }: ReadEvent,
): Promise<{ readonly address: Address; readonly make: Parameters<Intake>[1] }> {
  const idempotencyKey = keyIn(keyId, sent)
  const address = { source: source.name, idempotencyKey, shardKey: await shardKeyOf(source, data, idempotencyKey) }
  const { tryCount } = source.scheme
  const make = async (newId: HttpPorts['newId']): Promise<NewEvent> => ({
    id: newId('evt'),
    source: source.name,
    idempotencyKey,
    keyWindowMs: source.idempotencyHours * MS_PER_HOUR,
    receivedAtMs,
    contentType,
    body,
    ...(tryCount === undefined ? {} : { tryCount }),
    trace,
    deliveries: await map(source, data, newId),
  })
  return { address, make }
}
