import {
  createDanaconnect,
  type Danaconnect,
  DANACONNECT_BASE_URLS,
  operations as facts,
  startDataByProjectSchema,
  triggerSchema,
} from '@sluice/danaconnect'
import { DANACONNECT_CALLS } from './danaconnect-calls.ts'
import {
  type Account,
  aliasFaults,
  conversationsBy,
  startDataPayload,
  startListPayload,
  startNamed,
} from './danaconnect-alias.ts'
import {
  contactRowSchema,
  type DanaconnectCallback,
  LOAD_BATCHING,
  loadCallbacks,
  mayLoadTwice,
} from './danaconnect-load.ts'
import {
  type BatchLimits,
  destination,
  type DestinationOptions,
  type DestinationPorts,
  operation,
} from './destination.ts'

/** A DANAConnect account. */
export interface DanaconnectDestinationOptions extends DestinationOptions {
  readonly user: string
  readonly company: string
  readonly password: string
  /** Host of the conversations, the vendor's by default. */
  readonly appservUrl?: string | undefined
  /** Host of the contact lists, the vendor's by default. */
  readonly wsUrl?: string | undefined
  /** Rows of one list that share a bulk load, 1,000 by default, and how long the first waits for others, 5 s by default. */
  readonly batches?: Partial<BatchLimits>
  /** How a load's result is asked for. Without it a load that was taken counts as delivered, *unconfirmed*. */
  readonly callback?: DanaconnectCallback
  /** Conversations by name, where no operator has set the alias to another one. */
  readonly aliases?: Readonly<Record<string, number>>
}

const OPERATIONS = {
  'conversations.startData': operation(
    startDataPayload,
    facts['conversations.startData'],
    (client: Account, { fields, ...named }, call) =>
      startNamed(client, named, (conversationID) => client.conversations.startData({ conversationID, fields }, call)),
  ),
  'conversations.startDataByProject': operation(
    startDataByProjectSchema,
    facts['conversations.startDataByProject'],
    (client: Danaconnect, payload, call) => client.conversations.startDataByProject(payload, call),
  ),
  'triggers.fire': operation(triggerSchema, facts['triggers.fire'], async (client: Danaconnect, payload, call) => {
    await client.triggers.fire(payload, call)
    return {}
  }),
  'conversations.startList': operation(
    startListPayload,
    facts['conversations.startList'],
    (client: Account, named, call) =>
      startNamed(client, named, (conversationID) => client.conversations.startList({ conversationID }, call)),
  ),
  'contacts.load': { payload: contactRowSchema, idempotent: mayLoadTwice, batching: LOAD_BATCHING },
} as const

/** Declares a DANAConnect account as a destination. */
export function danaconnect(options: DanaconnectDestinationOptions) {
  const { user, company, password, appservUrl, wsUrl, batches, callback, aliases = {} } = options
  return destination({
    kind: 'danaconnect',
    operations: OPERATIONS,
    calls: DANACONNECT_CALLS,
    options,
    baseUrls: [appservUrl, wsUrl],
    renewable: [],
    batches: { maxRows: 1000, maxAgeMs: 5000, ...batches },
    callbacks: callback === undefined ? null : loadCallbacks(company, callback),
    aliases,
    faults: [
      ...(callback?.parameter === '' ? ['callback.parameter must be the name of a part'] : []),
      ...aliasFaults(aliases),
    ],
    connect: ({ readAlias, ...ports }: DestinationPorts): Account => ({
      conversationOf: conversationsBy(aliases, readAlias),
      ...createDanaconnect({
        ...ports,
        credentials: { user, company, password },
        ...(callback === undefined ? {} : { callbackParameter: callback.parameter }),
        baseUrls: {
          appserv: appservUrl ?? DANACONNECT_BASE_URLS.appserv,
          ws: wsUrl ?? DANACONNECT_BASE_URLS.ws,
        },
      }),
    }),
  })
}
