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

/** How a list is made of what every shard has of it. */
export type MergeAll = <Row extends { readonly id: string }>(
  ask: (shard: RemoteShard) => Promise<Page<Row>>,
  limit: number,
  join?: (rows: readonly [Row, ...Row[]]) => Row,
) => Promise<Page<Row>>
