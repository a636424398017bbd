import { checkInput, type InputSchema } from '@sluice/errors'
import type { JsonValue } from '@sluice/json-codec'

import type { CallApi, DatatalksCall } from './call-api.ts'
import { type DatatalksReceipt, type V2Input, v2Schema, type V3Input, v3Schema } from './wire.ts'

/** The operation on one kind of data of a later version. */
interface Sender<Input> {
  /**
   * Sends one item. Nothing says what a repeated call does.
   *
   * @throws SchemaError `SCHEMA_MISMATCH`; EncodeError `SIGNATURE_INPUT`; TransportError; UpstreamError with a `DatatalksCode`.
   * @see https://www.datatalks.se/documentation/api-reference/
   */
  readonly send: (input: Input, call?: DatatalksCall) => Promise<DatatalksReceipt>
}

/** The operations that versions 2 and 3 have in common. */
interface Senders<Input> {
  readonly profiles: Sender<Input>
  readonly events: Sender<Input>
  readonly inventory: Sender<Input>
}

/** A client of version 2 of the Datatalks API: one function per operation, one HTTP request per call. */
export type DatatalksV2 = Senders<V2Input>

/** A client of version 3 of the Datatalks API, which knows no group key. */
export type DatatalksV3 = Senders<V3Input>

/** Creates the operations of version 2. */
export function createV2(callApi: CallApi, groupKey: string | undefined): DatatalksV2 {
  const keyed = (input: V2Input): V2Input =>
    groupKey === undefined || 'groupKey' in input ? input : { ...input, groupKey }
  return createSenders('v2', v2Schema, keyed, callApi)
}

/** Creates the operations of version 3. */
export function createV3(callApi: CallApi): DatatalksV3 {
  return createSenders('v3', v3Schema, (input: V3Input) => input, callApi)
}

function createSenders<Input>(
  version: 'v2' | 'v3',
  schema: InputSchema<JsonValue>,
  complete: (input: Input) => Input,
  callApi: CallApi,
): Senders<Input> {
  const sender = (kind: keyof Senders<Input>): Sender<Input> => ({
    async send(input, call) {
      const operation = `${version}.${kind}.send` as const
      const body = checkInput(`datatalks ${operation}`, schema, complete(input))
      return callApi({ operation, method: 'POST', path: `/${kind}`, body }, call)
    },
  })
  return { profiles: sender('profiles'), events: sender('events'), inventory: sender('inventory') }
}
