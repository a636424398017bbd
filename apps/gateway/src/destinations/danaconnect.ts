import {
  createDanaconnect,
  type Danaconnect,
  DANACONNECT_BASE_URLS,
  operations as facts,
  startDataByProjectSchema,
  startDataSchema,
  startListSchema,
  triggerSchema,
} from '@sluice/danaconnect'
import { destination, type DestinationOptions, type DestinationPorts, operation } from './destination.ts'

/** A DANAConnect account. */
export interface DanaconnectDestinationOptions extends DestinationOptions {
  readonly user: string
  readonly company: string
  readonly password: string
  /** Host of the conversations, the vendor's by default. */
  readonly appservUrl?: string | undefined
  /** Host of the contact lists, the vendor's by default. */
  readonly wsUrl?: string | undefined
}

const OPERATIONS = {
  'conversations.startData': operation(
    startDataSchema,
    facts['conversations.startData'],
    (client: Danaconnect, payload, call) => client.conversations.startData(payload, call),
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
    startListSchema,
    facts['conversations.startList'],
    (client: Danaconnect, payload, call) => client.conversations.startList(payload, call),
  ),
} as const

/** Declares a DANAConnect account as a destination. */
export function danaconnect(options: DanaconnectDestinationOptions) {
  const { user, company, password, appservUrl, wsUrl } = options
  return destination({
    kind: 'danaconnect',
    operations: OPERATIONS,
    options,
    baseUrls: [appservUrl, wsUrl],
    renewable: [],
    connect: (ports: DestinationPorts) =>
      createDanaconnect({
        ...ports,
        credentials: { user, company, password },
        baseUrls: {
          appserv: appservUrl ?? DANACONNECT_BASE_URLS.appserv,
          ws: wsUrl ?? DANACONNECT_BASE_URLS.ws,
        },
      }),
  })
}
