import { formatBasicAuth } from '@sluice/basic-auth'
import { type HttpRequest, Secret, sendHttp, type SendOptions } from '@sluice/http-client'
import { encodeJson } from '@sluice/json-codec'
import { checkInput } from './check-input.ts'
import type { OperationName } from './operations.ts'
import { judgeStart } from './replies.ts'
import {
  type StartDataInput,
  startDataSchema,
  type StartListInput,
  startListSchema,
  type StartReceipt,
} from './wire.ts'

/** The vendor's hosts: `appserv` for conversations, `ws` for lists of contacts. */
export const DANACONNECT_BASE_URLS = {
  appserv: 'https://appserv.danaconnect.com',
  ws: 'https://ws.danaconnect.com',
} as const

const START_DATA_PATH = '/api/1.0/rest/conversation/{conversationID}/start/data'
const START_LIST_PATH = '/api/1.0/rest/conversation/{conversationID}/start/list'

/** A platform user, the company code it belongs to, and the password used on the web platform. */
export interface DanaconnectCredentials {
  readonly user: string
  readonly company: string
  readonly password: string
}

export interface DanaconnectOptions extends Omit<SendOptions, 'observe' | 'replySecrets' | 'signal'> {
  /** Defaults to {@link DANACONNECT_BASE_URLS}. */
  readonly baseUrls?: { readonly appserv: string; readonly ws: string }
  readonly credentials: DanaconnectCredentials
}

export interface DanaconnectCall extends Pick<SendOptions, 'observe' | 'signal'> {
  /** Asks the vendor to add a `requestID` to its reply. Default false. */
  readonly debug?: boolean
}

/** A client of the DANAConnect HTTP API: one function per operation, one HTTP request per call. */
export interface Danaconnect {
  readonly conversations: {
    /**
     * Creates one record from the given fields and starts the conversation for it.
     *
     * @throws SchemaError `SCHEMA_MISMATCH`; TransportError; UpstreamError with a `DanaconnectCode`.
     * @see https://dev.danaconnect.com/openapi/conversation-reference/v1
     */
    readonly startData: (input: StartDataInput, call?: DanaconnectCall) => Promise<StartReceipt>
    /**
     * Starts the conversation for the list that its activation names.
     *
     * @throws SchemaError `SCHEMA_MISMATCH`; TransportError; UpstreamError with a `DanaconnectCode`.
     * @see https://dev.danaconnect.com/openapi/conversation-reference/v1
     */
    readonly startList: (input: StartListInput, call?: DanaconnectCall) => Promise<StartReceipt>
  }
}

/**
 * Creates a client for one platform user.
 *
 * @throws EncodeError `AUTH_CHARACTER` when user, company or password holds a character that Basic authentication cannot carry.
 * @see https://dev.danaconnect.com/developer-portal
 */
export function createDanaconnect(options: DanaconnectOptions): Danaconnect {
  const { baseUrls = DANACONNECT_BASE_URLS, credentials, ...send } = options
  const { user, company, password } = credentials
  const basic = new Secret('basic', formatBasicAuth({ user: `${user}@${company}`, password }))
  const secrets = [new Secret('basic', basic.reveal().replace('Basic ', '')), new Secret('password', password)]

  async function start(
    operation: OperationName,
    path: string,
    conversationID: number,
    json: string | null,
    { debug = false, ...watch }: DanaconnectCall = {},
  ): Promise<StartReceipt> {
    const request: HttpRequest = {
      method: 'POST',
      url: `${withoutSlash(baseUrls.appserv)}${path.replace('{conversationID}', String(conversationID))}`,
      pathTemplate: path,
      headers: {
        Authorization: basic,
        Accept: 'application/json',
        'X-DEBUG': debug ? '1' : '0',
        ...(json === null ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(json === null ? {} : { body: { kind: 'text', text: json } }),
    }
    const reply = await sendHttp(request, { ...send, ...watch })
    return judgeStart(reply, { operation, nowMs: send.nowMs(), secrets })
  }

  return {
    conversations: {
      async startData(input, call) {
        const operation = 'conversations.startData'
        const { conversationID, fields } = checkInput(operation, startDataSchema, input)
        return start(operation, START_DATA_PATH, conversationID, encodeJson(fields), call)
      },
      async startList(input, call) {
        const operation = 'conversations.startList'
        const { conversationID } = checkInput(operation, startListSchema, input)
        return start(operation, START_LIST_PATH, conversationID, null, call)
      },
    },
  }
}

function withoutSlash(baseUrl: string): string {
  return baseUrl.replace(/\/+$/, '')
}
