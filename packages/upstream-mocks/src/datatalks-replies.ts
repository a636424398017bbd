import type { Ambient } from './ambient.ts'
import type { DatatalksSettings } from './datatalks-settings.ts'
import type { FaultName } from './fault-table.ts'
import type { Reply } from './reply.ts'

/** What API Gateway says with each status that a fault may ask for. */
const GATEWAY_WORDS: Readonly<Record<number, readonly [message: string, errorType: string]>> = {
  401: ['Unauthorized', 'UnauthorizedException'],
  403: ['Forbidden', 'ForbiddenException'],
  404: ['Not Found', 'NotFoundException'],
  413: ['Request Too Long', 'RequestTooLongException'],
  429: ['Too Many Requests', 'TooManyRequestsException'],
  503: ['Service Unavailable', 'ServiceUnavailableException'],
  504: ['Endpoint request timed out', 'InternalServerErrorException'],
}

const DENIED =
  'User: arn:aws:iam::000000000000:user/sandbox is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:eu-north-1:000000000000:sandbox'

const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'

const MISMATCH_DETAILS =
  "\n\nThe Canonical String for this request should have been\n'POST\n/v1/contacts\n\nhost:api.datatalks.se\n\nhost\n'\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20260102T030405Z'\n"

const INCOMPLETE =
  "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization=AWS4-HMAC-SHA256"

/** How far outside the window the signatures of the time faults are, in milliseconds. */
const OUTSIDE_MS = 301_000
const WINDOW_MS = 300_000

/** Writes the replies of API Gateway, and those of the vendor's code behind it. */
export class DatatalksReplies {
  readonly #ambient: Ambient
  readonly #settings: DatatalksSettings

  readonly #faults: Readonly<Partial<Record<FaultName, () => Reply>>> = {
    'refusal-200': () => this.refused(200, ['refused by the sandbox'], this.#anyKey()),
    'success-false': () => ({ status: 200, contentType: 'application/json', body: '{"success":false}' }),
    'signature-expired': () => this.#invalidSignature(this.#timeWords(-1)),
    'signature-not-current': () => this.#invalidSignature(this.#timeWords(1)),
    'signature-mismatch': () => this.#invalidSignature(MISMATCH),
    'signature-mismatch-long': () => this.#invalidSignature(MISMATCH + MISMATCH_DETAILS),
    'wrong-region': () => this.#invalidSignature("Credential should be scoped to a valid region, not 'us-east-1'. "),
    'wrong-service': () => this.#invalidSignature("Credential should be scoped to correct service: 'execute-api'. "),
    'missing-token': () => this.missingToken(),
    'incomplete-signature': () => this.gateway(403, INCOMPLETE, 'IncompleteSignatureException'),
    'unknown-key': () =>
      this.gateway(403, 'The security token included in the request is invalid.', 'UnrecognizedClientException'),
    'bare-500': () => this.gateway(500, 'Internal server error', 'InternalServerErrorException'),
    'bare-502': () => this.gateway(502, 'Internal server error', 'InternalServerErrorException'),
    'gateway-timeout': () => this.error(504),
    'list-expected': () => this.refused(400, ['a list is expected'], this.#anyKey()),
    'access-denied': () => this.accessDenied(),
    forbidden: () => this.gateway(403, 'Forbidden', 'ForbiddenException'),
    'quota-exceeded': () => this.gateway(429, 'Limit Exceeded', 'LimitExceededException'),
  }

  constructor(ambient: Ambient, settings: DatatalksSettings) {
    this.#ambient = ambient
    this.#settings = settings
  }

  /** Writes a reply of the gateway. */
  gateway(status: number, message: string, errorType?: string): Reply {
    return this.#reply(status, { message }, this.#ambient.newId(), errorType)
  }

  missingToken(): Reply {
    return this.gateway(403, 'Missing Authentication Token', 'MissingAuthenticationTokenException')
  }

  // QUIRK datatalks: this one text of the gateway comes in a member spelled with a capital letter.
  accessDenied(): Reply {
    return this.#reply(403, { Message: DENIED }, this.#ambient.newId(), 'AccessDeniedException')
  }

  /** Writes a refusal of the vendor's code: the envelope of v2 and v3, assumed for v1. */
  refused(status: number, messages: readonly string[], key: string): Reply {
    const requestId = this.#ambient.newId()
    const datatalksId = this.#ambient.newId()
    return this.#reply(status, { success: false, messages, requestId, datatalksId, key }, requestId)
  }

  /**
   * Writes a success: accepted, which says nothing of delivery to the target.
   *
   * @param isLater - Whether it is one of v2 or v3, which give the record an id.
   */
  success(key: string, isLater: boolean): Reply {
    const requestId = this.#ambient.newId()
    const id = isLater ? { datatalksId: this.#ambient.newId() } : {}
    const reply = this.#reply(200, { success: true, messages: [], requestId, ...id, key }, requestId)
    return this.#settings.successBody === 'empty' ? { ...reply, body: '' } : reply
  }

  /** Writes what comes with a status: from the gateway, or for 400, 500 and 502 from the code behind it. */
  error(status: number): Reply {
    const words = GATEWAY_WORDS[status]
    if (words !== undefined) return this.gateway(status, ...words)
    return this.refused(status, ['made by a fault of the sandbox'], this.#anyKey())
  }

  /** Writes the replies of the faults that only Datatalks has. */
  fault(fault: FaultName, real: Reply | null): Reply | null {
    if (fault === 'no-success-200') return real === null ? null : { ...real, body: '{"status":"ok"}' }
    return this.#faults[fault]?.() ?? null
  }

  /** Returns the key that a fault's reply names: a fault strikes before anybody asks who calls. */
  #anyKey(): string {
    return this.#settings.keys[0]?.accessKeyId ?? ''
  }

  #invalidSignature(message: string): Reply {
    return this.gateway(403, message, 'InvalidSignatureException')
  }

  #timeWords(direction: 1 | -1): string {
    const nowMs = this.#ambient.nowMs()
    const signedAt = basicTime(nowMs + direction * OUTSIDE_MS)
    const limit = basicTime(nowMs + direction * WINDOW_MS)
    return direction < 0
      ? `Signature expired: ${signedAt} is now earlier than ${limit} (${basicTime(nowMs)} - 5 min.)`
      : `Signature not yet current: ${signedAt} is still later than ${limit} (${basicTime(nowMs)} + 5 min.)`
  }

  #reply(status: number, body: unknown, requestId: string, errorType?: string): Reply {
    const type = errorType === undefined ? {} : { 'x-amzn-ErrorType': errorType }
    return {
      status,
      contentType: 'application/json',
      body: JSON.stringify(body),
      headers: {
        'x-amzn-RequestId': requestId,
        'x-amz-apigw-id': requestId.replaceAll('-', '').slice(0, 16),
        // A caller whose clock is off sets it by this one.
        date: new Date(this.#ambient.nowMs()).toUTCString(),
        ...type,
      },
    }
  }
}

function basicTime(atMs: number): string {
  return new Date(atMs).toISOString().replace(/[-:]|\.[0-9]{3}/g, '')
}
