import { TransportError } from '@sluice/errors'
import type { HttpBody, HttpReply, HttpRequest, Secret, Text } from '@sluice/http-client'
import { sendObserved, type ObservedOptions } from '@sluice/http-client/observe'

import { endpoint } from './base-urls.ts'
import type { JudgeContext } from './failures.ts'
import { type OperationName, operations } from './operations.ts'

/** How one call is made. */
export interface DanaconnectCall extends Pick<ObservedOptions, 'observe' | 'signal'> {
  /** Asks the vendor to add a `requestID` to its reply, where it offers that. Default false. */
  readonly debug?: boolean
}

/** One call of the API. */
export interface ApiCall<Result> {
  readonly operation: OperationName
  readonly method: 'GET' | 'POST'
  readonly host: 'appserv' | 'ws'
  /** Names its parameters in braces. */
  readonly path: string
  readonly parameters?: Readonly<Record<string, string>>
  readonly query?: HttpRequest['query']
  readonly headers?: Readonly<Record<string, Text>>
  readonly body?: HttpBody
  /** Secrets of this call beside the login. */
  readonly secrets?: readonly Secret[]
  readonly judge: (reply: HttpReply, context: JudgeContext) => Result
}

/** Makes one call of the API. */
export type CallApi = <Result>(api: ApiCall<Result>, call?: DanaconnectCall) => Promise<Result>

/** The header by which the vendor is asked for a `requestID`. It is sent also when it is not wanted. */
export function debugHeader(call: DanaconnectCall = {}): { readonly 'X-DEBUG': string } {
  return { 'X-DEBUG': call.debug === true ? '1' : '0' }
}

/** What the calls of one client have in common. */
export interface Access {
  readonly baseUrl: string
  readonly authorization: Secret
  /** What an error must not quote. */
  readonly secrets: readonly Secret[]
  readonly send: ObservedOptions
}

/** Sends one call with its authorisation, once, and judges the reply. */
export async function sendApiCall<Result>(
  api: ApiCall<Result>,
  { baseUrl, authorization, secrets, send }: Access,
  call: DanaconnectCall = {},
): Promise<Result> {
  const { operation, method, path, parameters, query, body, judge } = api
  const { debug: _, ...watch } = call
  const request: HttpRequest = {
    method,
    url: endpoint(baseUrl, path, parameters),
    pathTemplate: path,
    headers: { Authorization: authorization, Accept: 'application/json', ...api.headers },
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { body }),
  }
  const reply = await sendObserved(request, { ...send, ...watch }).catch(
    TransportError.rethrow(operations[operation].effect),
  )
  return judge(reply, { operation, nowMs: send.nowMs(), secrets: [...secrets, ...(api.secrets ?? [])] })
}
