import type { Exchange } from '@sluice/http-client/observe'
import type { z } from 'zod'
import type { Json } from '../store/port.ts'

/** What every call of an upstream gets. */
export interface UpstreamCall {
  /** Told about the exchange of the operation itself. */
  readonly observe: (exchange: Exchange) => void
  /** Told about an exchange that fetched a token for it. */
  readonly observeToken: (exchange: Exchange) => void
  /** Ends the call early, when the process has to stop. */
  readonly signal: AbortSignal
}

/** What an operation gets besides its payload. */
export interface DeliverCall extends UpstreamCall {
  /** Names the delivery, the same at every attempt: a key by which an upstream that takes one knows a repeat. */
  readonly deliveryId: string
  /** Headers that tell of the trace: for another gateway of ours, and for no vendor, whose contracts know none of them. */
  readonly traceHeaders?: Readonly<Record<string, string>>
}

/** What identifies the result at the upstream. */
export type Receipt = Readonly<Record<string, Json>>

/** What a look at the upstream says about an earlier call. */
export type Finding =
  | { readonly verdict: 'landed'; readonly receipt: Receipt }
  | { readonly verdict: 'absent' }
  | { readonly verdict: 'unclear' }

/** How an operation is found again: its payload carries the delivery's id in a place that can be read. */
export interface ReadBack<Client = never> {
  /** What is wrong with a marker's place, or null. */
  readonly fault: (place: string) => string | null
  readonly mark: (payload: Json, place: string, id: string) => Json
  readonly find: (client: Client, payload: Json, place: string, id: string, call: FindCall) => Promise<Finding>
}

/** What a look gets besides: as a call, and its own exchange is told of apart. */
export type FindCall = UpstreamCall

/** What a call for several deliveries gets besides. */
export interface BatchCall extends UpstreamCall {
  /** Names this call and no other. */
  readonly batchId: string
  /** Where the upstream is to send the result; null where nothing is asked for. */
  readonly callbackUrl: string | null
}

/** How an operation takes several deliveries in one call. */
export interface Batching<Client = never> {
  /** Payloads with the same key can share a call. */
  readonly key: (payload: Json) => string
  /** Resolves when the upstream took the call; whether the rows are there is told by a callback, or by nobody. */
  readonly deliver: (client: Client, payloads: readonly Json[], call: BatchCall) => Promise<Taken>
}

/** What an upstream said to a call. */
export interface Taken {
  /** Whether the upstream will tell by a callback how it ended. */
  readonly awaitsCallback: boolean
  readonly receipt: Receipt
}

/** One operation of a destination, over that destination's client. */
export interface Operation<Client = never, Schema extends z.ZodType = z.ZodType> {
  /** What a mapping must yield. */
  readonly payload: Schema
  /** Whether sending this payload twice has the effect of sending it once. */
  readonly idempotent: (payload: Json) => boolean
  /** Calls the upstream for one delivery; absent where deliveries share calls. */
  readonly deliver?: (client: Client, payload: Json, call: DeliverCall) => Promise<Receipt>
  /** Absent where each delivery has a call of its own. */
  readonly batching?: Batching<Client>
  /** Absent where the upstream cannot be asked. */
  readonly readBack?: ReadBack<Client>
}

/** What a call by hand gets besides its input. */
export interface HandCall extends UpstreamCall {
  /** Names this call and no other. */
  readonly callId: string
  /** Where the upstream is to send the result; null where nothing is asked for. */
  readonly callbackUrl: string | null
}

/** One operation of an upstream as a person or a program calls it by hand: reads too, and with the whole result. */
export interface Call<Client = never, Input extends z.ZodType = z.ZodType, Result extends z.ZodType = z.ZodType> {
  readonly effect: 'read' | 'write'
  /** What it takes: the client's own schema. */
  readonly input: Input
  /** What it answers, for the document and the types of the API. */
  readonly result: Result
  /** Whether the same call twice has the effect of one. */
  readonly idempotent: (input: unknown) => boolean
  /** The call that shows whether an earlier one landed; null where the upstream has none. */
  readonly readBack: string | null
  readonly send: (client: Client, input: unknown, call: HandCall) => Promise<unknown>
  /** What is stored of it where it is to be delivered: a payload of its operation for each delivery. */
  readonly payloads: (input: unknown) => readonly unknown[]
  /** What it loads into, and how much, where the upstream may tell by a callback how that ended. */
  readonly load?: (input: unknown) => { readonly key: string; readonly size: number }
}

/** Calls by the name of their operation. */
export type Calls = Readonly<Record<string, Call>>

/** What an upstream's client says about an operation. */
interface OperationFacts {
  readonly idempotent: boolean
  /** Fields of the payload that take its idempotency away. */
  readonly unlessFields?: readonly string[]
}

/** Declares a call by hand: what it takes and answers, what the client says about it, and the call itself. */
export function call<Client, Input extends z.ZodType, Result extends z.ZodType>(
  input: Input,
  result: Result,
  facts: OperationFacts & { readonly effect: 'read' | 'write'; readonly readBack?: string | null },
  send: (client: Client, input: z.input<Input>, call: HandCall) => Promise<z.input<Result>>,
): Call<Client, Input, Result> {
  const { effect, readBack = null } = facts
  return {
    effect,
    input,
    result,
    idempotent: (given) => isIdempotent(facts, given),
    readBack,
    payloads: (given) => [given],
    // It passed this very schema where it came in; the client checks it once more.
    send: (client, given, watch) => send(client, given as z.input<Input>, watch),
  }
}

function isIdempotent({ idempotent, unlessFields = [] }: OperationFacts, given: unknown): boolean {
  return idempotent && !unlessFields.some((field) => holdsField(given, field))
}

/** Declares an operation: its payload, what the client says about it, and the call. */
export function operation<Client, Schema extends z.ZodType>(
  payload: Schema,
  facts: OperationFacts,
  send: (client: Client, payload: z.input<Schema>, call: DeliverCall) => Promise<object>,
  readBack?: ReadBack<Client>,
): Operation<Client, Schema> {
  return {
    payload,
    idempotent: (stored) => isIdempotent(facts, stored),
    // A stored payload passed this very schema when it was mapped; the client checks it once more.
    deliver: async (client, stored, call) => toReceipt(await send(client, stored as z.input<Schema>, call)),
    ...(readBack === undefined ? {} : { readBack }),
  }
}

function holdsField(payload: unknown, field: string): boolean {
  return (
    typeof payload === 'object' && payload !== null && Object.keys(payload).some((key) => key.toLowerCase() === field)
  )
}

/** Keeps of a client's result what identifies it: scalars, by name. */
export function toReceipt(result: object): Receipt {
  return Object.fromEntries(
    Object.entries(result).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value)),
  )
}

/** Operations by name. */
export type Operations = Readonly<Record<string, Operation>>
