import { UpstreamError } from '@sluice/errors'
import { type HttpReply, type HttpRequest, Secret, sendHttp, type SendOptions, type Text } from '@sluice/http-client'
import { encodeJson, type JsonValue } from '@sluice/json-codec'
import { signSigV4 } from '@sluice/sigv4'
import { checkInput } from './check-input.ts'
import { clockSkewMs } from './clock-skew.ts'
import type { OperationName } from './operations.ts'
import { type DatatalksCode, judgeReply } from './replies.ts'
import {
  type ContactDeleteInput,
  contactDeleteSchema,
  type DatatalksReceipt,
  type FlatDataInput,
  flatDataSchema,
} from './wire.ts'

/** The vendor's host for version 1 of its API. */
export const DATATALKS_BASE_URL = 'https://api.datatalks.se/v1'

/** The region observed for {@link DATATALKS_BASE_URL}; the vendor's pages name none. Its old host is in `eu-west-1`. */
export const DATATALKS_REGION = 'eu-north-1'

/** The name by which Amazon API Gateway signs. */
export const DATATALKS_SERVICE = 'execute-api'

const CONTACTS_PATH = '/contacts'
const EVENTS_PATH = '/events'

/** Longer than the 29 seconds after which the vendor's gateway gives up: its 504 says more than a time-out of ours. */
const TIMEOUT_MS = 35_000

const CLOCK_SKEW: DatatalksCode = 'DATATALKS_CLOCK_SKEW'

export interface DatatalksCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export interface DatatalksOptions extends Omit<SendOptions, 'observe' | 'replySecrets' | 'signal'> {
  /** Default {@link DATATALKS_BASE_URL}. On the old host it ends in `/Production`. */
  readonly baseUrl?: string
  readonly credentials: DatatalksCredentials
  /** Default {@link DATATALKS_REGION}. */
  readonly region?: string
  /** Default {@link DATATALKS_SERVICE}. */
  readonly service?: string
}

/** How one call is made. */
export type DatatalksCall = Pick<SendOptions, 'observe' | 'signal'>

/** A client of the Datatalks integrations API: one function per operation, one HTTP request per call. */
export interface Datatalks {
  readonly contacts: {
    /**
     * Creates a contact, or updates the one with the same email.
     *
     * @throws SchemaError `SCHEMA_MISMATCH`; EncodeError `SIGNATURE_INPUT`; TransportError; UpstreamError with a `DatatalksCode`.
     * @see https://datatalks.atlassian.net/wiki/spaces/PI/pages/875495429/Datatalks+API+Using+the+API
     */
    readonly upsert: (input: FlatDataInput, call?: DatatalksCall) => Promise<DatatalksReceipt>
    /**
     * Deletes a contact. The vendor prints this call for its old host only.
     *
     * @throws SchemaError `SCHEMA_MISMATCH`; EncodeError `SIGNATURE_INPUT`; TransportError; UpstreamError with a `DatatalksCode`.
     * @see https://datatalks.atlassian.net/wiki/pages/viewpage.action?pageId=2528608280
     */
    readonly delete: (input: ContactDeleteInput, call?: DatatalksCall) => Promise<DatatalksReceipt>
  }
  readonly events: {
    /**
     * Creates an event. An id of one's own in `externalId` lets a duplicate be found later.
     *
     * @throws SchemaError `SCHEMA_MISMATCH`; EncodeError `SIGNATURE_INPUT`; TransportError; UpstreamError with a `DatatalksCode`.
     * @see https://datatalks.atlassian.net/wiki/spaces/PI/pages/875495429/Datatalks+API+Using+the+API
     */
    readonly create: (input: FlatDataInput, call?: DatatalksCall) => Promise<DatatalksReceipt>
  }
}

/** One call of the API. */
interface ApiCall {
  readonly operation: OperationName
  readonly method: 'POST' | 'DELETE'
  readonly path: string
  readonly body: JsonValue
}

/**
 * Creates a client for one access key. It keeps one thing between calls: how far the vendor's clock is from ours, once
 * the vendor refused a signature for its time.
 *
 * @see https://datatalks.atlassian.net/wiki/spaces/PI/pages/875200525/Datatalks+API%3A+Authentication
 */
export function createDatatalks(options: DatatalksOptions): Datatalks {
  const {
    baseUrl = DATATALKS_BASE_URL,
    credentials,
    region = DATATALKS_REGION,
    service = DATATALKS_SERVICE,
    ...limits
  } = options
  const send: SendOptions = { headersTimeoutMs: TIMEOUT_MS, replyTimeoutMs: TIMEOUT_MS, ...limits }
  const base = baseUrl.replace(/\/+$/, '')
  const keys = [
    new Secret('accessKeyId', credentials.accessKeyId),
    new Secret('secretAccessKey', credentials.secretAccessKey),
  ]
  let skewMs = 0

  async function callApi(apiCall: ApiCall, call: DatatalksCall = {}): Promise<DatatalksReceipt> {
    const { operation, method, path } = apiCall
    const url = `${base}${path}`
    const text = encodeJson(apiCall.body)
    const nowMs = send.nowMs() + skewMs
    const signed = await signSigV4({ method, url, body: text }, credentials, { region, service, nowMs })
    const headers = { 'content-type': 'application/json', ...withSecretSignature(signed.headers) }
    const request: HttpRequest = { method, url: signed.url, pathTemplate: path, headers, body: { kind: 'text', text } }
    const reply = await sendHttp(request, {
      ...send,
      ...call,
      replySecrets: (received) => keysIn(received, keys),
    })
    return judgeLearning(reply, operation)
  }

  function judgeLearning(reply: HttpReply, operation: OperationName): DatatalksReceipt {
    const nowMs = send.nowMs()
    try {
      return judgeReply(reply, { operation, nowMs, secrets: keys })
    } catch (error) {
      if (error instanceof UpstreamError && error.code === CLOCK_SKEW) skewMs = clockSkewMs(reply, nowMs) ?? skewMs
      throw error
    }
  }

  return {
    contacts: {
      async upsert(input, call) {
        const operation = 'contacts.upsert'
        const body = checkInput(operation, flatDataSchema, input)
        return callApi({ operation, method: 'POST', path: CONTACTS_PATH, body }, call)
      },
      async delete(input, call) {
        const operation = 'contacts.delete'
        const body = checkInput(operation, contactDeleteSchema, input)
        return callApi({ operation, method: 'DELETE', path: CONTACTS_PATH, body }, call)
      },
    },
    events: {
      async create(input, call) {
        const operation = 'events.create'
        const body = checkInput(operation, flatDataSchema, input)
        return callApi({ operation, method: 'POST', path: EVENTS_PATH, body }, call)
      },
    },
  }
}

function withSecretSignature({
  authorization = '',
  ...others
}: Readonly<Record<string, string>>): Record<string, Text> {
  return { ...others, authorization: new Secret('sigv4', authorization) }
}

/** Names the access key, whose id the vendor's replies bring as `key`, whether or not the rest of the reply can be read. */
function keysIn(reply: HttpReply, own: readonly Secret[]): { slot: string; value: string }[] {
  const found = new TextDecoder().decode(reply.bytes).matchAll(/"key"\s*:\s*"([^"]+)"/g)
  const named = [...found].map(([, value = '']) => ({ slot: 'key', value }))
  return [...own.map((secret) => ({ slot: secret.slot, value: secret.reveal() })), ...named]
}
