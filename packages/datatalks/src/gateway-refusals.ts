/** Why Amazon API Gateway, which stands before the vendor's code, did not let a call in. */
export type GatewayRefusal =
  /** The call was not signed, or its path or method does not exist: check the base URL first. */
  | 'DATATALKS_UNSIGNED'
  /** The Authorization header is incomplete; a blank inside the access key id does that. */
  | 'DATATALKS_SIGNATURE_MALFORMED'
  /** The secret access key is wrong, or something changed the request after it was signed. */
  | 'DATATALKS_SIGNATURE_REFUSED'
  /** Our clock is more than five minutes off; the next call is signed with the gateway's. */
  | 'DATATALKS_CLOCK_SKEW'
  /** Region or service is not the endpoint's. */
  | 'DATATALKS_SCOPE_REFUSED'
  /** The access key is not known, or not valid any more. */
  | 'DATATALKS_KEY_UNKNOWN'
  /** The access key is known and has no right to this call. */
  | 'DATATALKS_NOT_PERMITTED'
  /** Refused without a reason that is known. */
  | 'DATATALKS_FORBIDDEN'

/**
 * How the messages begin, which is more exact than their type.
 *
 * @see https://repost.aws/knowledge-center/api-gateway-troubleshoot-403-forbidden
 */
const BY_MESSAGE: readonly (readonly [beginning: string, refusal: GatewayRefusal])[] = [
  ['Missing Authentication Token', 'DATATALKS_UNSIGNED'],
  ['Signature expired', 'DATATALKS_CLOCK_SKEW'],
  ['Signature not yet current', 'DATATALKS_CLOCK_SKEW'],
  ['Credential should be scoped', 'DATATALKS_SCOPE_REFUSED'],
  ['The request signature we calculated', 'DATATALKS_SIGNATURE_REFUSED'],
  ['The security token included in the request', 'DATATALKS_KEY_UNKNOWN'],
  ['User: ', 'DATATALKS_NOT_PERMITTED'],
]

const BY_TYPE: ReadonlyMap<string, GatewayRefusal> = new Map<string, GatewayRefusal>([
  ['MissingAuthenticationTokenException', 'DATATALKS_UNSIGNED'],
  ['IncompleteSignatureException', 'DATATALKS_SIGNATURE_MALFORMED'],
  ['InvalidSignatureException', 'DATATALKS_SIGNATURE_REFUSED'],
  ['UnrecognizedClientException', 'DATATALKS_KEY_UNKNOWN'],
  ['ExpiredTokenException', 'DATATALKS_KEY_UNKNOWN'],
  ['AccessDeniedException', 'DATATALKS_NOT_PERMITTED'],
])

/**
 * Tells why the gateway refused a call.
 *
 * @param errorType - Value of the `x-amzn-ErrorType` header, or null when absent.
 */
export function gatewayRefusal(errorType: string | null, message: string): GatewayRefusal {
  const known = BY_MESSAGE.find(([beginning]) => message.startsWith(beginning))
  if (known !== undefined) return known[1]
  // Some front ends append the address of a schema to the type.
  const [type = ''] = (errorType ?? '').split(':')
  return BY_TYPE.get(type) ?? 'DATATALKS_FORBIDDEN'
}
