import { checkInput, TransportError } from '@sluice/errors'
import { type HttpReply, type HttpRequest, Secret, type Text } from '@sluice/http-client'
import { sendObserved, type ObservedOptions } from '@sluice/http-client/observe'
import type { JudgeContext } from './failures.ts'
import type { Format } from './formats.ts'
import { type OperationName, operations } from './operations.ts'
import { judgeToken, judgeValidation } from './replies.ts'
import { type TokenGetInput, tokenGetSchema, type TokenValidateInput, tokenValidateSchema } from './wire.ts'

const TOKEN_SCRIPT = 'token.php'

/** The API user name and the key (password) that belongs to it. */
export interface ContactnowCredentials {
  readonly username: string
  readonly password: string
}

/** How one call of `token.php` is made. */
export interface TokenCall extends Pick<ObservedOptions, 'observe' | 'signal'> {
  readonly format?: Format
}

/** A token, and the instant from which it is refused. */
export interface Token {
  readonly token: string
  readonly expiresAtMs: number
}

/** The two actions of `token.php`. */
export interface TokenCalls {
  /**
   * Gets the account's token: the same one as long as it is valid. It works only from the caller's address, unless
   * addresses are given.
   *
   * @throws SchemaError `SCHEMA_MISMATCH`; TransportError; UpstreamError with a `ContactnowCode`.
   * @see https://support.8x8.com/cloud-contact-center/contactnow/contactnow-how-to/contactnow-creating-an-api-token
   */
  readonly get: (input?: TokenGetInput, call?: TokenCall) => Promise<Token>
  /**
   * Asks until when a token is valid.
   *
   * @throws SchemaError `SCHEMA_MISMATCH`; TransportError; UpstreamError with a `ContactnowCode`.
   * @see https://github.com/8x8-dxi/ContactNowAPI
   */
  readonly validate: (input: TokenValidateInput, call?: TokenCall) => Promise<{ readonly expiresAtMs: number }>
}

interface TokenCallsOptions {
  /** Ends in a slash. */
  readonly baseUrl: string
  readonly credentials: ContactnowCredentials
  readonly format: Format
  /** Asked for where a call names none of its own. */
  readonly addresses?: readonly string[]
  readonly send: ObservedOptions
}

/** Creates the calls of `token.php`. Everything goes as a form: in a query, name and key would reach access logs. */
export function createTokenCalls(options: TokenCallsOptions): TokenCalls {
  const { baseUrl, credentials, send } = options
  const username = new Secret('username', credentials.username)
  const password = new Secret('password', credentials.password)

  async function post<Result>(
    operation: OperationName,
    fields: readonly (readonly [string, Text])[],
    judge: (reply: HttpReply, context: JudgeContext) => Result,
    { format = options.format, ...watch }: TokenCall = {},
  ): Promise<Result> {
    const request: HttpRequest = {
      method: 'POST',
      url: `${baseUrl}${TOKEN_SCRIPT}`,
      pathTemplate: `/${TOKEN_SCRIPT}`,
      body: { kind: 'form', fields: [...fields, ['format', format]] },
    }
    const reply = await sendObserved(request, { ...send, ...watch, replySecrets: tokensIn }).catch(
      TransportError.rethrow(operations[operation].effect),
    )
    const secrets = fields.flatMap(([, value]) => (value instanceof Secret ? [value] : []))
    return judge(reply, { operation, format, nowMs: send.nowMs(), secrets })
  }

  return {
    async get(input = {}, call) {
      const usual = options.addresses === undefined ? {} : { addresses: options.addresses }
      const { addresses } = checkInput('contactnow token.get', tokenGetSchema, { ...usual, ...input })
      const address: readonly [string, Text][] = addresses === undefined ? [] : [['address', addresses.join(',')]]
      const login: readonly [string, Text][] = [
        ['action', 'get'],
        ['username', username],
        ['password', password],
      ]
      return post('token.get', [...login, ...address], judgeToken, call)
    },
    async validate(input, call) {
      const { token } = checkInput('contactnow token.validate', tokenValidateSchema, input)
      const fields: readonly [string, Text][] = [
        ['action', 'validate'],
        ['token', new Secret('token', token)],
      ]
      return post('token.validate', fields, judgeValidation, call)
    },
  }
}

/**
 * Finds tokens by their place in the text, and by their looks: a reply that is cut off, in the wrong format or malformed
 * brings its token all the same.
 */
function tokensIn(reply: HttpReply): { slot: string; value: string }[] {
  const text = new TextDecoder().decode(reply.bytes)
  const found = text.matchAll(/(?:\btoken["']?\s*:\s*["']|<token>\s*)([^"'<\s]+)|\b([0-9a-f]{40})\b/gi)
  return [...found]
    .flatMap(([, placed, looking]) => [placed, looking])
    .flatMap((value) => (value === undefined ? [] : [{ slot: 'token', value }]))
}
