import { checkInput } from '@sluice/errors'

import { type CallApi, type DanaconnectCall, debugHeader } from './call-api.ts'
import { judgeRetrieval, type RetrievedRecord } from './retrieval.ts'
import { type RetrieveInput, retrieveSchema } from './wire.ts'

const VERSIONS = {
  v1: { path: '/api/1.0/rest/conversation/data/{dana}', operation: 'records.retrieve' },
  v2: { path: '/api/2.0/rest/conversation/data/{dana}', operation: 'v2.records.retrieve' },
} as const

/** Name of the query variable that lists the fields: the vendor's pages print both. */
export type FieldsParameter = 'fields' | 'fieldList'

/** The operation on one record. */
export interface Records<Call extends DanaconnectCall = DanaconnectCall> {
  /**
   * Returns fields of the record behind a `dana` code. It cannot search a list.
   *
   * @throws SchemaError `SCHEMA_MISMATCH` also for a placeholder in place of a code; TransportError; UpstreamError with a `DanaconnectCode`.
   * @see https://help.danaconnect.com/es/article/api-rest-recuperacion-de-datos-de-un-contacto-a-partir-de-codigo-de-external-trigger-smgcxp
   */
  readonly retrieve: (input: RetrieveInput, call?: Call) => Promise<RetrievedRecord>
}

/** Creates the operation on one record, for one version of the API. */
export function createRecords(
  callApi: CallApi,
  version: keyof typeof VERSIONS,
  fieldsParameter: FieldsParameter = 'fields',
): Records {
  const { path, operation } = VERSIONS[version]
  return {
    async retrieve(input, call) {
      const { dana, fields = null } = checkInput(`danaconnect ${operation}`, retrieveSchema, input)
      return callApi(
        {
          operation,
          method: 'GET',
          host: 'appserv',
          path,
          parameters: { dana },
          headers: debugHeader(call),
          ...(fields === null ? {} : { query: [[fieldsParameter, fields.join(',')]] }),
          judge: (reply, context) => judgeRetrieval(reply, context, fields),
        },
        call,
      )
    },
  }
}
