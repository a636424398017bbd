import { checkInput } from '@sluice/errors'
import { encodeJson } from '@sluice/json-codec'

import { type CallApi, type DanaconnectCall, debugHeader } from './call-api.ts'
import { judgeStart } from './replies.ts'
import {
  type StartDataByProjectInput,
  startDataByProjectSchema,
  type StartDataInput,
  startDataSchema,
  type StartListInput,
  startListSchema,
  type StartReceipt,
} from './wire.ts'

/** What differs between the two versions of the API beside their authorisation. */
const VERSIONS = {
  v1: { base: '/api/1.0/rest/conversation', prefix: '' },
  v2: { base: '/api/2.0/rest/conversation', prefix: 'v2.' },
} as const

/** The operations that start conversations. */
export interface Conversations<Call extends DanaconnectCall = DanaconnectCall> {
  /**
   * Creates one record from the given fields and starts the conversation for it.
   *
   * @throws SchemaError `SCHEMA_MISMATCH`; TransportError; UpstreamError with a `DanaconnectCode`.
   * @see https://dev.danaconnect.com/openapi/conversation-reference/v1
   */
  readonly startData: (input: StartDataInput, call?: Call) => Promise<StartReceipt>
  /**
   * Does the same by the handle of the flow, which stays when the flow is activated anew.
   *
   * @throws SchemaError `SCHEMA_MISMATCH`; TransportError; UpstreamError with a `DanaconnectCode`.
   * @see https://help.danaconnect.com/es/article/api-rest-activacion-de-conversaciones-1gk3381/
   */
  readonly startDataByProject: (input: StartDataByProjectInput, call?: Call) => Promise<StartReceipt>
  /**
   * Starts the conversation for the list that its activation names.
   *
   * @throws SchemaError `SCHEMA_MISMATCH`; TransportError; UpstreamError with a `DanaconnectCode`.
   * @see https://dev.danaconnect.com/openapi/conversation-reference/v1
   */
  readonly startList: (input: StartListInput, call?: Call) => Promise<StartReceipt>
}

/** Creates the operations that start conversations, for one version of the API. */
export function createConversations(callApi: CallApi, version: keyof typeof VERSIONS): Conversations {
  const { base, prefix } = VERSIONS[version]
  const common = { method: 'POST', host: 'appserv', judge: judgeStart } as const
  const withJson = (fields: Record<string, string>, call: DanaconnectCall | undefined) =>
    ({
      headers: { ...debugHeader(call), 'Content-Type': 'application/json' },
      body: { kind: 'text', text: encodeJson(fields) },
    }) as const

  return {
    async startData(input, call) {
      const operation = `${prefix}conversations.startData` as const
      const { conversationID, fields } = checkInput(`danaconnect ${operation}`, startDataSchema, input)
      const path = `${base}/{conversationID}/start/data`
      const parameters = { conversationID: String(conversationID) }
      return callApi({ ...common, operation, path, parameters, ...withJson(fields, call) }, call)
    },
    async startDataByProject(input, call) {
      const operation = `${prefix}conversations.startDataByProject` as const
      const { projectID, fields } = checkInput(`danaconnect ${operation}`, startDataByProjectSchema, input)
      const path = `${base}/ProjectID/{projectID}/start/data`
      return callApi({ ...common, operation, path, parameters: { projectID }, ...withJson(fields, call) }, call)
    },
    async startList(input, call) {
      const operation = `${prefix}conversations.startList` as const
      const { conversationID } = checkInput(`danaconnect ${operation}`, startListSchema, input)
      const path = `${base}/{conversationID}/start/list`
      const parameters = { conversationID: String(conversationID) }
      return callApi({ ...common, operation, path, parameters, headers: debugHeader(call) }, call)
    },
  }
}
