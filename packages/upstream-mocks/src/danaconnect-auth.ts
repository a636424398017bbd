import { parseBasicAuth, verifyBasicAuth } from '@sluice/basic-auth'
import { VerifyError } from '@sluice/errors'
import { parseBearer } from '@sluice/token-auth'

import { json, refuse } from './danaconnect-replies.ts'
import type { DanaconnectOauthClient, DanaconnectSettings } from './danaconnect-settings.ts'
import { mediaTypeOf, type Received, textOf } from './received.ts'
import type { FaultName } from './fault-table.ts'
import { type Answer, withoutEffect } from './reply.ts'

/** Who calls, and for which company; or the answer that refuses it. */
export type Admission = { readonly login: string; readonly company: string } | { readonly refusal: Answer }

interface Token {
  readonly client: DanaconnectOauthClient
  readonly scopes: readonly string[]
  readonly expiresAtMs: number
}

/** Checks the logins of v1 and the tokens of v2, and gives out the latter. */
export class DanaconnectAuth {
  readonly #settings: DanaconnectSettings
  readonly #random: () => number
  readonly #tokens = new Map<string, Token>()
  #arePasswordsChanged = false

  constructor(settings: DanaconnectSettings, random: () => number) {
    this.#settings = settings
    this.#random = random
  }

  /** Admits a caller of v1, of the bulk load included: HTTP Basic with the login `user@company`. */
  admitBasic(received: Received, fault: FaultName | null): Admission {
    if (fault === 'password-changed') this.#arePasswordsChanged = true
    const header = received.headers.get('authorization')
    try {
      const login = parseBasicAuth(header).user
      const user = this.#settings.users.find((known) => `${known.user}@${known.company}` === login)
      if (user === undefined || this.#arePasswordsChanged) return this.#refuse(401, 'unknown login or wrong password')
      verifyBasicAuth(header, { user: login, password: user.password })
      if (!user.mayUseApi) return this.#refuse(this.#settings.noPermissionStatus, 'the user lacks the API permission')
      return { login, company: user.company }
    } catch (error) {
      if (!(error instanceof VerifyError)) throw error
      return this.#refuse(401, 'unknown login or wrong password')
    }
  }

  /** Admits a caller of v2: a Bearer token with the scope of the API. */
  admitBearer(received: Received): Admission {
    const token = this.#tokens.get(bearerOf(received) ?? '')
    if (token === undefined) return this.#refuse(401, 'the token is not valid')
    if (token.expiresAtMs <= received.atMs) return this.#refuse(401, 'the token has expired')
    if (!token.scopes.includes(this.#settings.requiredScope)) {
      return this.#refuse(this.#settings.missingScopeStatus, 'the token lacks the scope of this API')
    }
    return { login: token.client.clientId, company: token.client.company }
  }

  /**
   * Answers the token endpoint.
   *
   * @see RFC 6749 section 4.4 https://www.rfc-editor.org/rfc/rfc6749#section-4.4
   */
  answerTokenRequest(received: Received, fault: FaultName | null): Answer {
    if (mediaTypeOf(received) !== 'application/x-www-form-urlencoded') return oauthError(400, 'invalid_request')
    const form = new URLSearchParams(textOf(received.bytes))
    const client = this.#clientOf(received, form)
    if (client === undefined) return oauthError(401, 'invalid_client')
    const grant = form.get('grant_type')
    if (grant !== 'client_credentials') {
      return oauthError(400, grant === null ? 'invalid_request' : 'unsupported_grant_type')
    }
    const scopes = (form.get('scope') ?? '').split(' ').filter((scope) => scope !== '')
    if (scopes.some((scope) => !client.scopes.includes(scope))) return oauthError(400, 'invalid_scope')
    const { expires_in: life, ...token } = this.#issue(client, scopes, received.atMs)
    const isSilent = !this.#settings.expiresInReply || fault === 'no-expires-in'
    return withoutEffect(json(200, isSilent ? token : { ...token, expires_in: life }))
  }

  reset(): void {
    this.#tokens.clear()
    this.#arePasswordsChanged = false
  }

  #issue(client: DanaconnectOauthClient, scopes: readonly string[], nowMs: number): Record<string, unknown> {
    const token = this.#newToken()
    const life = this.#settings.tokenLifeSeconds
    this.#tokens.set(token, { client, scopes, expiresAtMs: nowMs + life * 1000 })
    return { access_token: token, token_type: 'Bearer', expires_in: life }
  }

  /** Makes text that looks like the vendor's RS256 token; nobody can check its signature. */
  #newToken(): string {
    const text = Array.from({ length: 86 }, () => BASE64URL.charAt(Math.floor(this.#random() * BASE64URL.length))).join(
      '',
    )
    return `${JWT_HEADER}.${JWT_PAYLOAD}.${text}`
  }

  #clientOf(received: Received, form: URLSearchParams): DanaconnectOauthClient | undefined {
    const header = received.headers.get('authorization')
    const { oauthClients, clientInForm } = this.#settings
    if (header === null && clientInForm) {
      return oauthClients.find(
        (known) => known.clientId === form.get('client_id') && known.clientSecret === form.get('client_secret'),
      )
    }
    return oauthClients.find((known) => matchesBasic(header, known))
  }

  #refuse(status: number, reason: string): Admission {
    return { refusal: refuse(this.#settings, status, reason) }
  }
}

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** `{"alg":"RS256","typ":"JWT"}` */
const JWT_HEADER = 'eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9'
/** `{"iss":"sandbox"}` */
const JWT_PAYLOAD = 'eyJpc3MiOiJzYW5kYm94In0'

function matchesBasic(header: string | null, client: DanaconnectOauthClient): boolean {
  try {
    verifyBasicAuth(header, { user: client.clientId, password: client.clientSecret })
    return true
  } catch (error) {
    if (error instanceof VerifyError) return false
    throw error
  }
}

function bearerOf(received: Received): string | null {
  try {
    return parseBearer(received.headers.get('authorization'))
  } catch (error) {
    if (error instanceof VerifyError) return null
    throw error
  }
}

function oauthError(status: number, error: string): Answer {
  return withoutEffect(json(status, { error }))
}
