import { ConfigError } from '@sluice/errors'
import type { Fetch } from '@sluice/http-client'
import type { z } from 'zod'
import { WaitMs } from '../config-shapes.ts'
import type { GateLimits } from '../flow/gate.ts'
import type { Now } from '../ports.ts'
import type { Json } from '../store/port.ts'
import type {
  BatchCall,
  Call,
  Calls,
  DeliverCall,
  FindCall,
  Finding,
  HandCall,
  Operation,
  Operations,
  Receipt,
  Taken,
  UpstreamCall,
} from './operation.ts'

export * from './operation.ts'

/** Calls under way at once to one destination, where the configuration says nothing else. */
const DEFAULT_CONCURRENCY = 16

/** What a callback says about the call of a batch. */
export type CallbackVerdict =
  | { readonly verdict: 'landed'; readonly receipt: Receipt }
  /** Some rows are not there, and nobody says which. */
  | { readonly verdict: 'partial'; readonly code: string; readonly detail: string }
  /** It is about the call, and not as it should be: a person has to look. */
  | { readonly verdict: 'unclear'; readonly code: string; readonly detail: string }
  | { readonly verdict: 'failed'; readonly code: string; readonly detail: string }
  /** It is about something else: nothing of it is believed. */
  | { readonly verdict: 'mismatch' }

/** How a kind of upstream reports by callback. */
export interface Callbacks {
  /** Where the upstream reaches this gateway: an origin, with or without a path. */
  readonly baseUrl: string
  /** How long a callback is waited for, in milliseconds. */
  readonly waitMs: number
  /**
   * Judges a callback.
   *
   * @param before - The newest callback about a call of the same kind, or null.
   * @throws SchemaError `SCHEMA_MISMATCH` it is no callback at all.
   */
  readonly judge: (
    body: unknown,
    batch: { readonly id: string; readonly size: number },
    before: Json,
  ) => CallbackVerdict
}

/** How many deliveries may share a call, and how long the first of them waits for others. */
export interface BatchLimits {
  readonly maxRows: number
  readonly maxAgeMs: number
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
   * Calls the upstream once for several deliveries.
   *
   * @throws SluiceError whose `retry` says what may be done about it.
   */
  deliverBatch(operation: string, payloads: readonly Json[], call: BatchCall): Promise<Taken>
  /**
   * Calls the upstream by hand, and resolves with its whole result.
   *
   * @throws SluiceError whose `retry` says what may be done about it.
   */
  call(name: string, input: unknown, call: HandCall): Promise<unknown>
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
  /**
   * Makes a call that changes nothing, to see whether the credentials are accepted; null where the upstream has none.
   *
   * @throws SluiceError they are not, or nobody can say.
   */
  readonly test: ((call: UpstreamCall) => Promise<void>) | null
}

/** Tokens of one destination that several processes share, so that they are not fetched by each. */
export interface SharedTokens {
  /**
   * Returns the token that is valid, or has one fetched: by one process, while the others wait for it.
   *
   * @throws whatever `fetchToken` throws, where it was this process that fetched.
   */
  get(fetchToken: () => Promise<{ readonly token: string; readonly expiresAtMs: number }>): Promise<string>
  /** Forgets a token that was not accepted. */
  refuse(token: string): void
}

/** What every destination needs from outside. */
export interface DestinationPorts {
  readonly fetch: Fetch
  readonly nowMs: Now
  /** Where its tokens are, if they are not its own. */
  readonly tokens?: SharedTokens
  /**
   * What an operator set an alias to, or null. Absent where nobody can have: then those of the configuration hold.
   *
   * @throws StoreError it cannot be looked up now.
   */
  readonly readAlias?: (alias: string) => Promise<number | null>
}

/**
 * Answers a call for a token as the upstream would, with a token that is none: a preview has to get past it to the
 * request itself. Null for every other request.
 */
export type TokenReply = (request: Request, nowMs: number) => Response | null

/** A destination as the configuration declares it. */
export interface DestinationFactory<Known extends Operations = Operations> {
  readonly kind: string
  readonly operations: Known
  /** What can be called by hand. */
  readonly calls: Calls
  readonly limits: GateLimits
  readonly batches: BatchLimits
  /** Null where the upstream is not asked for callbacks. */
  readonly callbacks: Callbacks | null
  /** Whether its credentials can be tested without an effect. */
  readonly testable: boolean
  /** Whether its upstream works only for a caller whose address stays the same. */
  readonly needsFixedAddress: boolean
  /** What is wrong with the options, in words. */
  readonly faults: readonly string[]
  /** Names that the configuration gives to what has a new number now and then; null where nothing has. */
  readonly aliases: Readonly<Record<string, number>> | null
  /** Absent where no call for a token is ever made. */
  readonly tokenReply?: TokenReply
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
  /** Requests per second, any number by default. What an attempt needs beside its own request is counted too. */
  readonly ratePerSecond?: number
}

/** Deliveries that share a call, where the configuration says nothing else. */
const DEFAULT_BATCHES: BatchLimits = { maxRows: 1000, maxAgeMs: 5000 }

/** Makes a destination of one kind: its operations, its client, and the codes that its client mends by itself. */
export function destination<Client, Known extends Readonly<Record<string, Operation<Client>>>>(declared: {
  readonly kind: string
  readonly operations: Known
  readonly calls?: Readonly<Record<string, Call<Client>>>
  readonly options: DestinationOptions
  readonly baseUrls: readonly (string | undefined)[]
  readonly renewable: readonly string[]
  readonly tokenReply?: TokenReply
  readonly connect: (ports: DestinationPorts) => Client
  readonly test?: (client: Client, call: UpstreamCall) => Promise<void>
  readonly batches?: BatchLimits
  readonly callbacks?: Callbacks | null
  readonly needsFixedAddress?: boolean
  readonly aliases?: Readonly<Record<string, number>>
  /** What is wrong with the options that only this kind has. */
  readonly faults?: readonly string[]
}): DestinationFactory<Known> {
  const { kind, operations, calls = {}, options, baseUrls, renewable, connect, test, tokenReply } = declared
  const {
    batches = DEFAULT_BATCHES,
    callbacks = null,
    needsFixedAddress = false,
    aliases = null,
    faults = [],
  } = declared
  return {
    kind,
    operations,
    calls,
    limits: {
      concurrency: options.concurrency ?? DEFAULT_CONCURRENCY,
      ratePerSecond: options.ratePerSecond ?? null,
    },
    batches,
    callbacks,
    testable: test !== undefined,
    needsFixedAddress,
    aliases,
    faults: [
      ...[...baseUrls, callbacks?.baseUrl].flatMap((url) => baseUrlFaults(kind, url)),
      ...limitFaults(kind, options, batches),
      ...(callbacks === null || isWait(callbacks.waitMs, 1) ? [] : [`${kind}: callback.waitMs must be ${WAIT}, not 0`]),
      ...faults.map((fault) => `${kind}: ${fault}`),
    ],
    ...(tokenReply === undefined ? {} : { tokenReply }),
    create(ports) {
      const client = connect(ports)
      return {
        async deliver(name, payload, call) {
          const send = operations[name]?.deliver
          if (send === undefined) throw new ConfigError([`${kind} has no operation ${name}`])
          return send(client, payload, call)
        },
        async call(name, input, call) {
          const send = calls[name]?.send
          if (send === undefined) throw new ConfigError([`${kind} has no operation ${name}`])
          return send(client, input, call)
        },
        async find(name, payload, { place, id }, call) {
          const readBack = operations[name]?.readBack
          return readBack === undefined ? { verdict: 'unclear' } : readBack.find(client, payload, place, id, call)
        },
        async deliverBatch(name, payloads, call) {
          const batching = operations[name]?.batching
          if (batching === undefined) throw new ConfigError([`${kind} has no operation ${name}`])
          return batching.deliver(client, payloads, call)
        },
        renews: (code) => renewable.includes(code),
        test: test === undefined ? null : (call) => test(client, call),
      }
    },
  }
}

function limitFaults(kind: string, options: DestinationOptions, batches: BatchLimits): readonly string[] {
  const { concurrency = 1, ratePerSecond = 1 } = options
  const faults = [
    isCount(concurrency) ? null : 'concurrency must be a whole number from 1',
    ratePerSecond > 0 && ratePerSecond < Infinity ? null : 'ratePerSecond must be a number above 0',
    isCount(batches.maxRows) ? null : 'batches.maxRows must be a whole number from 1',
    isWait(batches.maxAgeMs, 0) ? null : `batches.maxAgeMs must be ${WAIT}`,
  ]
  return faults.flatMap((fault) => (fault === null ? [] : [`${kind}: ${fault}`]))
}

const WAIT = 'whole milliseconds, at most 30 days'
const isWait = (value: number, least: number): boolean => value >= least && WaitMs.safeParse(value).success

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1

/** Checks a base URL: https, or http on loopback for the sandbox. */
function baseUrlFaults(kind: string, baseUrl: string | undefined): readonly string[] {
  if (baseUrl === undefined) return []
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null
  if (url === null) return [`${kind}: base URL cannot be read`]
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  if (url.protocol === 'https:' || (url.protocol === 'http:' && loopback)) return []
  return [`${kind}: base URL must be https (http is allowed on loopback only)`]
}
