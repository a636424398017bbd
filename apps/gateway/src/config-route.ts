import { type Naming, namingRule, typed } from './config-naming.ts'
import type { Source } from './config-source.ts'
import type { DestinationFactory, OperationsOf, PayloadOf } from './destinations/destination.ts'
import { compileCondition } from './expression/condition.ts'
import { compileExpression } from './expression/expression.ts'

/** What becomes of a delivery of which nobody knows whether it landed, and which must not simply be sent again. */
export type OnUnsure = 'park' | 'resend' | 'drop'

/** How long after an attempt a record that it made can be expected to show: 60 s. */
const DEFAULT_SETTLE_MS = 60_000

/** A source, a condition and a mapping that lead to one operation of one destination. */
export interface Route {
  readonly source: Source
  readonly destination: DestinationFactory
  readonly operation: string
  readonly when: (data: unknown) => boolean | Promise<boolean>
  /** Yields the payload, or a promise of it. */
  readonly map: (data: unknown) => unknown
  /** What is wrong with its expressions. */
  readonly faults: readonly string[]
  readonly onUnsure: OnUnsure
  /** Where the upstream keeps the delivery's id, so that a read finds what an unsure attempt made; null for nowhere. */
  readonly marker: string | null
  /** How long after an unsure attempt its absence proves that it did not land, in milliseconds. */
  readonly settleMs: number
  /** Names what has to be kept in order, such as the contact; null for deliveries that may overtake each other. */
  readonly orderingKey: Naming | null
  /** The function or the expression that is its ordering key, as the configuration holds it. */
  readonly orderedBy: unknown
  /** What its deliveries are known by; `<source>.<destination>.<operation>` when null. */
  readonly name: string | null
}

/**
 * Declares a route: what an event of `source` means to one operation of `destination`.
 *
 * `when` and `map` get the data that the source's schema describes, and must depend on nothing else. What `map` returns
 * is checked against the operation's payload schema; a wrong one makes a dead delivery with the path, never a lost event.
 * Each may be a JSONata expression as text, for those who keep their configuration as data: it sees the data as JSON;
 * a condition has to yield true, false or nothing, an ordering key text, a number or nothing.
 *
 * @param options.marker - For operations that can be read back: a column of the records' table that is given to the
 * delivery's id, or `description` of a dataset, at whose end it then stands. After an attempt of which nobody knows
 * whether it landed, the gateway looks for it before it sends again.
 * @param options.settleMs - How long after such an attempt an absence is believed. Default 60,000.
 * @param options.orderingKey - Names what has to be kept in order, such as the contact's email. Deliveries to one
 * destination with the same key go one after the other, also over retries, whatever their routes; null for no order.
 */
export function route<Data, Factory extends DestinationFactory, Operation extends OperationsOf<Factory>>(
  from: Source<Data>,
  destination: Factory,
  operation: Operation,
  options: {
    readonly when?: ((data: Data) => boolean) | string
    readonly map: ((data: Data) => PayloadOf<Factory, Operation>) | string
    readonly onUnsure?: OnUnsure
    readonly marker?: string
    readonly settleMs?: number
    readonly orderingKey?: ((data: Data) => string | null) | string
    readonly name?: string
  },
): Route {
  const {
    when = () => true,
    map,
    onUnsure = 'park',
    marker = null,
    settleMs = DEFAULT_SETTLE_MS,
    orderingKey,
    name = null,
  } = options
  // The schema of the same source made the data, so what comes in is what the mapping was typed with.
  const condition = typeof when === 'string' ? compileCondition(when) : typed((data) => when(data as Data))
  const mapping = typeof map === 'string' ? compileExpression(map) : typed((data) => map(data as Data))
  const key = orderingKey === undefined ? null : namingRule(orderingKey)
  return {
    source: from,
    destination,
    operation,
    when: condition.evaluate,
    map: mapping.evaluate,
    faults: [
      ...condition.faults.map((fault) => `when: ${fault}`),
      ...mapping.faults.map((fault) => `map: ${fault}`),
      ...(key?.faults ?? []).map((fault) => `orderingKey: ${fault}`),
    ],
    onUnsure,
    marker,
    settleMs,
    orderingKey: key?.evaluate ?? null,
    orderedBy: orderingKey,
    name,
  }
}
