import { checkInput } from '@sluice/errors'

import type { CallApi, DanaconnectCall } from './call-api.ts'
import { judgeTrigger } from './replies.ts'
import { type TriggerInput, triggerSchema } from './wire.ts'

const OPERATION = 'triggers.fire'

/** The operation on a flow that waits for an answer from outside. */
export interface Triggers {
  /**
   * Writes fields to the record behind a `dana` code and lets its flow go on.
   *
   * @throws SchemaError `SCHEMA_MISMATCH` also for a placeholder in place of a code; TransportError; UpstreamError with a `DanaconnectCode`.
   * @see https://help.danaconnect.com/es/article/usos-y-configuracion-de-los-nodos-api-en-los-flujos-automatizados-1o4afao
   */
  readonly fire: (input: TriggerInput, call?: Omit<DanaconnectCall, 'debug'>) => Promise<void>
}

/** Creates the operation on a flow that waits. Everything goes in the query: the vendor reads no body. */
export function createTriggers(callApi: CallApi): Triggers {
  return {
    async fire(input, call) {
      const { dana, fields = {} } = checkInput(`danaconnect ${OPERATION}`, triggerSchema, input)
      return callApi(
        {
          operation: OPERATION,
          method: 'POST',
          host: 'appserv',
          path: '/event/Trigger',
          query: [['dana', dana], ...Object.entries(fields)],
          judge: judgeTrigger,
        },
        call,
      )
    },
  }
}
