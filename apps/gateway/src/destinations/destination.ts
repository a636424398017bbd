import { ConfigError } from '@sluice/errors'
import type { Fetch } from '@sluice/http-client'
import type { Exchange } from '@sluice/http-client/observe'
import type { z } from 'zod'
import type { Now } from '../ports.ts'
import type { Json } from '../store/port.ts'

/** Calls under way at once to one destination, where the configuration says nothing else. */
const DEFAULT_CONCURRENCY = 16

/** What an operation gets besides its payload. */
export interface DeliverCall {
  /** Told about the exchange of the operation itself. */
  readonly observe: (exchange: Exchange) => void
  /** Told about an exchange that fetched a token for it. */
  readonly observeToken: (exchange: Exchange) => void
  /** Ends the call early, when the process has to stop. */
  readonly signal: AbortSignal
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
export type FindCall = DeliverCall

/** One operation of a destination, over that destination's client. */
export interface Operation<Client = never, Schema extends z.ZodType = z.ZodType> {
  /** What a mapping must yield. */
  readonly payload: Schema
  /** Whether sending this payload twice has the effect of sending it once. */
  readonly idempotent: (payload: Json) => boolean
  readonly deliver: (client: Client, payload: Json, call: DeliverCall) => Promise<Receipt>
  /** Absent where the upstream cannot be asked. */
  readonly readBack?: ReadBack<Client>
}

/** What an upstream's client says about an operation. */
interface OperationFacts {
  readonly idempotent: boolean
  /** Fields of the payload that take its idempotency away. */
  readonly unlessFields?: readonly string[]
}

/** Declares an operation: its payload, what the client says about it, and the call. */
export function operation<Client, Schema extends z.ZodType>(
  payload: Schema,
  facts: OperationFacts,
  send: (client: Client, payload: z.input<Schema>, call: DeliverCall) => Promise<object>,
  readBack?: ReadBack<Client>,
): Operation<Client, Schema> {
  const { idempotent, unlessFields = [] } = facts
  return {
    payload,
    idempotent: (stored) => idempotent && !unlessFields.some((field) => holdsField(stored, field)),
    // A stored payload passed this very schema when it was mapped; the client checks it once more.
    deliver: async (client, stored, call) => toReceipt(await send(client, stored as z.input<Schema>, call)),
    ...(readBack === undefined ? {} : { readBack }),
  }
}

function holdsField(payload: Json, field: string): boolean {
  return (
    typeof payload === 'object' && payload !== null && Object.keys(payload).some((key) => key.toLowerCase() === field)
  )
}

/** Keeps of a client's result what identifies it: scalars, by name. */
function toReceipt(result: object): Receipt {
  return Object.fromEntries(
    Object.entries(result).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value)),
  )
}

/** One configured upstream account, ready to be called. */
export interface Destination {
  /**
   * Calls the upstream, and resolves when the upstream says in its body that the work is done.
   *
   * @throws SluiceError whose `retry` says what may be done about it.
   */
  deliver(operation: string, payload: Json, call: DeliverCall): Promise<Receipt>
  /**
   * Looks whether an earlier call landed.
   *
   * @throws SluiceError when the look itself failed.
   */
  find(
    operation: string,
    payload: Json,
    marker: { readonly place: string; readonly id: string },
    call: FindCall,
  ): Promise<Finding>
  /** Whether an error is mended by calling again at once: a token was dropped, a clock skew was learned. */
  renews(code: string): boolean
}

/** What every destination needs from outside. */
export interface DestinationPorts {
  readonly fetch: Fetch
  readonly nowMs: Now
}

/** Operations by name. */
export type Operations = Readonly<Record<string, Operation>>

/** A destination as the configuration declares it. */
export interface DestinationFactory<Known extends Operations = Operations> {
  readonly kind: string
  readonly operations: Known
  readonly concurrency: number
  /** What is wrong with the options, in words. */
  readonly faults: readonly string[]
  create(ports: DestinationPorts): Destination
}

/** Names of a destination's operations. */
export type OperationsOf<Factory extends DestinationFactory> = keyof Factory['operations'] & string

/** What a mapping to one operation must return. */
export type PayloadOf<Factory extends DestinationFactory, Name extends OperationsOf<Factory>> = z.input<
  Factory['operations'][Name]['payload']
>

/** Settings that every kind of destination takes. */
export interface DestinationOptions {
  /** Calls that are under way at once, 16 by default. */
  readonly concurrency?: number
}

/** Makes a destination of one kind: its operations, its client, and the codes that its client mends by itself. */
export function destination<Client, Known extends Readonly<Record<string, Operation<Client>>>>(declared: {
  readonly kind: string
  readonly operations: Known
  readonly options: DestinationOptions
  readonly baseUrls: readonly (string | undefined)[]
  readonly renewable: readonly string[]
  readonly connect: (ports: DestinationPorts) => Client
}): DestinationFactory<Known> {
  const { kind, operations, options, baseUrls, renewable, connect } = declared
  return {
    kind,
    operations,
    concurrency: options.concurrency ?? DEFAULT_CONCURRENCY,
    faults: [...baseUrls.flatMap((url) => baseUrlFaults(kind, url)), ...concurrencyFaults(kind, options)],
    create(ports) {
      const client = connect(ports)
      return {
        async deliver(name, payload, call) {
          const found = operations[name]
          if (found === undefined) throw new ConfigError([`${kind} has no operation ${name}`])
          return found.deliver(client, payload, call)
        },
        async find(name, payload, { place, id }, call) {
          const readBack = operations[name]?.readBack
          return readBack === undefined ? { verdict: 'unclear' } : readBack.find(client, payload, place, id, call)
        },
        renews: (code) => renewable.includes(code),
      }
    },
  }
}

function concurrencyFaults(kind: string, { concurrency = 1 }: DestinationOptions): readonly string[] {
  return Number.isInteger(concurrency) && concurrency >= 1 ? [] : [`${kind}: concurrency must be a whole number from 1`]
}

/** Checks a base URL: https, or http on loopback for the sandbox. */
function baseUrlFaults(kind: string, baseUrl: string | undefined): readonly string[] {
  if (baseUrl === undefined) return []
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null
  if (url === null) return [`${kind}: base URL cannot be read`]
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  if (url.protocol === 'https:' || (url.protocol === 'http:' && loopback)) return []
  return [`${kind}: base URL must be https (http is allowed on loopback only)`]
}
