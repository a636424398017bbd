import { type VerifyCode, VerifyError } from '@sluice/errors'

/** What AWS puts into the `x-amzn-ErrorType` header of its answer. */
export type AwsErrorType =
  | 'MissingAuthenticationTokenException'
  | 'IncompleteSignatureException'
  | 'InvalidSignatureException'
  | 'UnrecognizedClientException'

/**
 * A request is not signed as it must be. Beside the reason for operators it holds the words in which AWS would answer,
 * for whoever stands in for AWS.
 */
export class SigV4VerifyError extends VerifyError {
  readonly errorType: AwsErrorType
  readonly #awsMessage: string

  constructor(code: VerifyCode, reason: string, errorType: AwsErrorType, awsMessage: string) {
    super(code, `signature: ${reason}`)
    this.errorType = errorType
    this.#awsMessage = awsMessage
  }

  /** Returns the text of AWS for this fault. It quotes the request, headers included: answer with it, never log it. */
  get awsMessage(): string {
    return this.#awsMessage
  }
}

/** Makes the error for a request whose signature parts cannot be read. */
export function incomplete(reason: string, awsMessage: string): SigV4VerifyError {
  return new SigV4VerifyError('AUTH_MALFORMED', reason, 'IncompleteSignatureException', awsMessage)
}

/** Makes the error for a signature that is complete and not valid. */
export function invalid(reason: string, awsMessage: string): SigV4VerifyError {
  return new SigV4VerifyError('AUTH_REJECTED', reason, 'InvalidSignatureException', awsMessage)
}

/** Makes the error for a signature outside its time. */
export function outOfTime(reason: string, awsMessage: string): SigV4VerifyError {
  return new SigV4VerifyError('AUTH_EXPIRED', reason, 'InvalidSignatureException', awsMessage)
}

/** Makes the error for an access key, or a session token, that nobody holds. */
export function unrecognized(reason: string): SigV4VerifyError {
  const words = 'The security token included in the request is invalid.'
  return new SigV4VerifyError('AUTH_REJECTED', reason, 'UnrecognizedClientException', words)
}

/** Makes the error for a request that carries no signature. */
export function missing(): SigV4VerifyError {
  const type = 'MissingAuthenticationTokenException'
  return new SigV4VerifyError('AUTH_MISSING', 'the request carries none', type, 'Missing Authentication Token')
}
