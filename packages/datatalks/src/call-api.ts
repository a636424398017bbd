import { UpstreamError } from '@sluice/errors'
import { type HttpReply, type HttpRequest, Secret } from '@sluice/http-client'
import { sendObserved, type ObservedOptions } from '@sluice/http-client/observe'
import { encodeJson, type JsonValue } from '@sluice/json-codec'
import { signSigV4, type SignOptions } from '@sluice/sigv4'

import { DATATALKS_REGION, DATATALKS_SERVICE } from './base-urls.ts'
import { clockSkewMs } from './clock-skew.ts'
import type { OperationName } from './operations.ts'
import { type DatatalksCode, judgeReply } from './replies.ts'
import type { DatatalksReceipt } from './wire.ts'

/** Longer than the 29 seconds after which the vendor's gateway gives up: its 504 says more than a time-out of ours. */
const TIMEOUT_MS = 35_000

const CLOCK_SKEW: DatatalksCode = 'DATATALKS_CLOCK_SKEW'

/** An access key, which the vendor hands out. */
export interface DatatalksCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** What the clients of all versions take. */
export interface CommonOptions extends Omit<ObservedOptions, 'observe' | 'replySecrets' | 'signal'> {
  readonly credentials: DatatalksCredentials
  /** Default `DATATALKS_REGION`. */
  readonly region?: string
  /** Default `DATATALKS_SERVICE`. */
  readonly service?: string
  /** What to sign with, where a runtime hashes without a promise. Default WebCrypto. */
  readonly hashes?: NonNullable<SignOptions['hashes']>
}

/** How one call is made. */
export type DatatalksCall = Pick<ObservedOptions, 'observe' | 'signal'>

/** One call of the API. */
export interface ApiCall {
  readonly operation: OperationName
  readonly method: 'POST' | 'DELETE'
  readonly path: string
  readonly body: JsonValue
}

/** Makes one call of the API: signs it, sends it once, and judges the reply. */
export type CallApi = (api: ApiCall, call?: DatatalksCall) => Promise<DatatalksReceipt>

/**
 * Creates the function that makes calls. It keeps one thing between them: how far the vendor's clock is from ours, once
 * the vendor refused a signature for its time.
 */
export function createCallApi(baseUrl: string, options: CommonOptions): CallApi {
  const { credentials, region = DATATALKS_REGION, service = DATATALKS_SERVICE, hashes, ...limits } = options
  const send: ObservedOptions = { headersTimeoutMs: TIMEOUT_MS, replyTimeoutMs: TIMEOUT_MS, ...limits }
  const scope = { region, service, ...(hashes === undefined ? {} : { hashes }) }
  const base = baseUrl.replace(/\/+$/, '')
  const keys = [
    new Secret('accessKeyId', credentials.accessKeyId),
    new Secret('secretAccessKey', credentials.secretAccessKey),
  ]
  let skewMs = 0

  function judgeLearning(reply: HttpReply, operation: OperationName, secrets: readonly Secret[]): DatatalksReceipt {
    const nowMs = send.nowMs()
    try {
      return judgeReply(reply, { operation, nowMs, secrets })
    } catch (error) {
      if (error instanceof UpstreamError && error.code === CLOCK_SKEW) skewMs = clockSkewMs(reply, nowMs) ?? skewMs
      throw error
    }
  }

  return async function callApi({ operation, method, path, body }, call = {}) {
    const url = `${base}${path}`
    const text = encodeJson(body)
    const nowMs = send.nowMs() + skewMs
    const signed = await signSigV4({ method, url, body: text }, credentials, { ...scope, nowMs })
    const { authorization = '', ...others } = signed.headers
    const sigv4 = new Secret('sigv4', authorization)
    const signature = new Secret(
      'signature',
      authorization.slice(authorization.indexOf('Signature=') + 'Signature='.length),
    )
    const headers = { 'content-type': 'application/json', ...others, authorization: sigv4 }
    const secrets = [sigv4, signature, ...keys]
    const request: HttpRequest = { method, url: signed.url, pathTemplate: path, headers, body: { kind: 'text', text } }
    const reply = await sendObserved(request, {
      ...send,
      ...call,
      replySecrets: (received) => keysIn(received, secrets),
    })
    return judgeLearning(reply, operation, secrets)
  }
}

/** Names our own secrets, and the key id that the vendor's replies bring as `key`, whether or not the rest can be read. */
function keysIn(reply: HttpReply, own: readonly Secret[]): { slot: string; value: string }[] {
  const found = new TextDecoder().decode(reply.bytes).matchAll(/"key"\s*:\s*"([^"]+)"/g)
  const named = [...found].map(([, value = '']) => ({ slot: 'key', value }))
  return [...own.map((secret) => ({ slot: secret.slot, value: secret.reveal() })), ...named]
}
