import { TransportError, UpstreamError } from '@sluice/errors'
import { type HttpReply, type HttpRequest, Secret, type Text } from '@sluice/http-client'
import { sendObserved, type ObservedOptions } from '@sluice/http-client/observe'
import type { ContactnowCode, JudgeContext } from './failures.ts'
import type { Filter } from './filters.ts'
import { encodeRow, type Format } from './formats.ts'
import { type OperationName, operations } from './operations.ts'
import { type Method, SCRIPTS } from './scripts.ts'

/** Name of a row's element in XML, for datasets too: it is the only one that the vendor's samples show. */
const XML_ELEMENT = 'ecnow_records'

/** Rows of a read that names no limit of its own: the vendor's default is all of them. */
const READ_LIMIT = 500

/** The failures after which another token may help. */
const TOKEN_CODES: ReadonlySet<string> = new Set<ContactnowCode>([
  'CONTACTNOW_TOKEN_EXPIRED',
  'CONTACTNOW_TOKEN_INVALID',
])

/** How one call is made. */
export interface ContactnowCall extends Pick<ObservedOptions, 'observe' | 'signal'> {
  /** Format of this request and its reply. Default: the client's. */
  readonly format?: Format
  /** Told about the exchange with `token.php`, where this call needed one. */
  readonly observeToken?: ObservedOptions['observe']
}

/** Where the token of a call comes from. */
export interface TokenSource {
  readonly get: (call: ContactnowCall) => Promise<string>
  /** Says that the vendor did not accept this token, so that it is not given out again. */
  readonly refuse: (token: string) => void
}

/** One call about rows. */
export interface DataCall<Result> {
  readonly operation: OperationName
  readonly method: Method
  /** The row of a write. */
  readonly row?: Readonly<Record<string, string>>
  /** The filter of a read, as it is spelled on the wire. */
  readonly filter?: Filter
  readonly judge: (reply: HttpReply, context: JudgeContext) => Result
}

interface DataCallsOptions {
  /** Ends in a slash. */
  readonly baseUrl: string
  readonly format: Format
  readonly xmlElement?: string
  readonly campaign?: string
  readonly tokens: TokenSource
  readonly send: ObservedOptions
}

/** Makes one call about rows. */
export type CallData = <Result>(data: DataCall<Result>, call?: ContactnowCall) => Promise<Result>

/** Creates the function that makes the calls about rows: it gets a token, sends once, and gives a refused token back. */
export function createDataCalls(options: DataCallsOptions): CallData {
  const { baseUrl, tokens, send, xmlElement = XML_ELEMENT } = options

  return async function callData(data, call = {}) {
    const { format = options.format, observeToken: _, ...watch } = call
    const payload = data.row === undefined ? null : encodeRow(format, xmlElement, data.row)
    const token = await tokens.get(call)
    const slot = new Secret('token', token)
    const script = SCRIPTS[data.method]
    const request: HttpRequest = {
      method: payload === null ? 'GET' : 'POST',
      url: `${baseUrl}${script}`,
      pathTemplate: `/${script}`,
      query: queryOf(data, slot, format, options.campaign),
      ...(payload === null
        ? {}
        : { headers: { 'Content-Type': payload.contentType }, body: { kind: 'text', text: payload.text } }),
    }
    const reply = await sendObserved(request, { ...send, ...watch }).catch(
      TransportError.rethrow(operations[data.operation].effect),
    )
    const context = { operation: data.operation, format, nowMs: send.nowMs(), secrets: [slot] }
    return giveBackRefused(token, () => data.judge(reply, context))
  }

  function giveBackRefused<Result>(token: string, judge: () => Result): Result {
    try {
      return judge()
    } catch (error) {
      if (error instanceof UpstreamError && TOKEN_CODES.has(error.code)) tokens.refuse(token)
      throw error
    }
  }
}

function queryOf(
  { operation, method, filter }: DataCall<unknown>,
  token: Secret,
  format: Format,
  campaign: string | undefined,
): [string, Text][] {
  const common: [string, Text][] = [
    ['token', token],
    // QUIRK contactnow: the default of `format` differs from script to script, so it is always sent.
    ['format', format],
    ['method', method],
    ['action', operation.slice(operation.indexOf('.') + 1)],
    ['raw', '1'],
    ...(campaign === undefined ? [] : [['campaign', campaign] satisfies [string, Text]]),
  ]
  return operations[operation].effect === 'read' ? [...common, ...filterOf(filter)] : common
}

function filterOf({ limit = READ_LIMIT, ...filter }: Filter = {}): [string, string][] {
  return Object.entries({ limit, ...filter }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  )
}
