import { type TransportCode, TransportError } from '@sluice/errors'

/** Which error a proof makes, in which words, and what proves it. */
type Fault = readonly [code: TransportCode, words: string, proof: RegExp]

/**
 * What proves that no request left: codes of Bun and Node. Every other code proves nothing.
 *
 * QUIRK deno: its errors carry no code. The stage in brackets is hyper's; a URL, which the message quotes, holds no blank.
 */
const FAULTS: readonly Fault[] = [
  [
    'DNS_FAILED',
    'the host name has no address',
    /^(?:ENOTFOUND|EAI_(?:AGAIN|NODATA|NONAME))$|: client error \(Connect\): dns error: /,
  ],
  [
    'CONNECTION_REFUSED',
    'the connection was refused',
    /^(?:ECONNREFUSED|ConnectionRefused)$|: client error \(Connect\): tcp connect error: Connection refused /,
  ],
  [
    'CERTIFICATE_REFUSED',
    'the certificate is not accepted',
    /^(?:CERT_(?:HAS_EXPIRED|NOT_YET_VALID)|DEPTH_ZERO_SELF_SIGNED_CERT|ERR_TLS_CERT_ALTNAME_INVALID|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(?:GET_ISSUER_CERT(?:_LOCALLY)?|VERIFY_LEAF_SIGNATURE))$|: client error \(Connect\): invalid peer certificate: /,
  ],
]

/** How deep a runtime hides the real fault: Node nests cause in cause, and lists one error per address it tried. */
const MAX_CAUSES = 5

/**
 * Translates what a runtime's `fetch` threw. Its own error is not kept as the cause: Deno's quotes the URL with its query.
 *
 * @param label - Method, host and path template.
 */
export function toTransportError(thrown: unknown, label: string): TransportError {
  const fault = proven(thrown, MAX_CAUSES)
  if (fault === undefined)
    return new TransportError('CONNECTION_LOST', 'maybe-sent', `${label}: the connection was lost`)
  return new TransportError(fault[0], 'not-sent', `${label}: ${fault[1]}`)
}

function proven(thrown: unknown, causesLeft: number): Fault | undefined {
  if (causesLeft === 0 || !(thrown instanceof Error)) return undefined
  // QUIRK workerd: `Network connection lost.` is thrown for a refused connection and for a reset after sending alike.
  if ('retryable' in thrown) return undefined
  if (thrown instanceof AggregateError) return provenByAll(thrown.errors, causesLeft - 1)
  // The blank keeps words from passing for a code.
  const said = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : ` ${thrown.message}`
  return FAULTS.find(([, , proof]) => proof.test(said)) ?? proven(thrown.cause, causesLeft - 1)
}

/** Proof that nothing was sent to one address proves nothing about the others: all of them have to agree. */
function provenByAll(errors: readonly unknown[], causesLeft: number): Fault | undefined {
  const faults = errors.map((error) => proven(error, causesLeft))
  return faults.includes(undefined) ? undefined : faults[0]
}
