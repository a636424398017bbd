import { StoreError } from '@sluice/errors'
import type { Called, HandRequest } from '../../flow/call.ts'
import type { Address } from '../../flow/store.ts'
import type { AcceptAllResult, AcceptMode, AcceptResult, HttpStore, NewEvent, Page } from '../../store/port.ts'
import { type Answer, resultOf } from './answer.ts'
import type { Place } from './places.ts'

/** A shard as the edge calls it. */
export interface RemoteShard {
  accept(event: NewEvent): Promise<Answer<AcceptResult>>
  acceptAll(events: readonly NewEvent[], mode: AcceptMode): Promise<Answer<readonly AcceptAllResult[]>>
  findHeld(addresses: readonly Address[]): Promise<Answer<readonly boolean[]>>
  acceptHeld(event: NewEvent, shardKey: string | null): Promise<Answer<AcceptResult | null>>
  call(request: HandRequest): Promise<Answer<unknown>>
  ask(method: keyof HttpStore, parameters: readonly unknown[]): Promise<Answer<unknown>>
}

/** Asks every shard, always in the same order. */
export type AskAll = <Result>(ask: (shard: RemoteShard, index: number) => Promise<Result>) => Promise<readonly Result[]>

/** Where the shards are. */
export type ShardAt = (place: Place) => RemoteShard

/** Asks a shard's store. */
export function askShard<Method extends keyof HttpStore>(
  shard: RemoteShard,
  method: Method,
  ...parameters: Parameters<HttpStore[Method]>
): ReturnType<HttpStore[Method]> {
  return resultOf(shard.ask(method, parameters)) as ReturnType<HttpStore[Method]>
}

/**
 * Has a shard call a destination. Where its answer is lost nobody knows what came of the call.
 *
 * @param repeatable - Whether the same call twice has the effect of one.
 * @throws StoreError the shard could not store what it needs before it calls: nothing was sent.
 */
export async function callByShard(
  shard: RemoteShard,
  request: HandRequest,
  repeatable: boolean,
): Promise<Called | null> {
  try {
    return (await resultOf(shard.call(request))) as Called | null
  } catch (error) {
    // One of the shard's own store has no cause: it travelled as a value.
    if (!(error instanceof StoreError) || error.cause === undefined) throw error
    const detail = 'The part of the gateway that made the call was lost before it answered.'
    return {
      kind: 'failed',
      cause: 'failed',
      repeatable,
      code: 'SHARD_LOST',
      detail,
      retryAfterMs: null,
      loadId: null,
    }
  }
}

/** How a list is made of what every shard has of it. */
export type MergeAll = <Row extends { readonly id: string }>(
  ask: (shard: RemoteShard) => Promise<Page<Row>>,
  limit: number,
  join?: (rows: readonly [Row, ...Row[]]) => Row,
) => Promise<Page<Row>>
