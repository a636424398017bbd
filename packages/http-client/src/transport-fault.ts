import { type Sent, type TransportCode, TransportError } from '@sluice/errors'

interface Verdict {
  readonly code: TransportCode
  readonly sent: Sent
  readonly words: string
}

const DNS: Verdict = { code: 'DNS_FAILED', sent: 'not-sent', words: 'the host name has no address' }
const REFUSED: Verdict = { code: 'CONNECTION_REFUSED', sent: 'not-sent', words: 'the connection was refused' }
const CERTIFICATE: Verdict = { code: 'CERTIFICATE_REFUSED', sent: 'not-sent', words: 'the certificate is not accepted' }
const LOST: Verdict = { code: 'CONNECTION_LOST', sent: 'maybe-sent', words: 'the connection was lost' }

/** Codes of Bun and Node that prove that no request left. Every other code proves nothing. */
const PROOFS: ReadonlyMap<unknown, Verdict> = new Map([
  ['ECONNREFUSED', REFUSED],
  ['ConnectionRefused', REFUSED],
  ['ENOTFOUND', DNS],
  ['EAI_AGAIN', DNS],
  ['EAI_NODATA', DNS],
  ['EAI_NONAME', DNS],
  ['CERT_HAS_EXPIRED', CERTIFICATE],
  ['CERT_NOT_YET_VALID', CERTIFICATE],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', CERTIFICATE],
  ['ERR_TLS_CERT_ALTNAME_INVALID', CERTIFICATE],
  ['SELF_SIGNED_CERT_IN_CHAIN', CERTIFICATE],
  ['UNABLE_TO_GET_ISSUER_CERT', CERTIFICATE],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', CERTIFICATE],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', CERTIFICATE],
])

// QUIRK deno: its errors carry no code. The stage in brackets is hyper's; a URL, which the message quotes, holds no blank.
const DENO_PROOFS: readonly (readonly [RegExp, Verdict])[] = [
  [/: client error \(Connect\): dns error: /, DNS],
  [/: client error \(Connect\): tcp connect error: Connection refused /, REFUSED],
  [/: client error \(Connect\): invalid peer certificate: /, CERTIFICATE],
]

/** How deep a runtime hides the real fault: Node nests cause in cause, and lists one error per address it tried. */
const MAX_CAUSES = 5

/**
 * Translates what a runtime's `fetch` threw. Its own error is not kept as the cause: Deno's quotes the URL with its query.
 *
 * @param label - Method, host and path template.
 */
export function toTransportError(thrown: unknown, label: string): TransportError {
  const verdict = judge(thrown, MAX_CAUSES) ?? LOST
  return new TransportError(verdict.code, verdict.sent, `${label}: ${verdict.words}`)
}

function judge(thrown: unknown, causesLeft: number): Verdict | undefined {
  if (causesLeft === 0 || !(thrown instanceof Error)) return undefined
  // QUIRK workerd: `Network connection lost.` is thrown for a refused connection and for a reset after sending alike.
  if ('retryable' in thrown) return undefined
  if (thrown instanceof AggregateError) return judgeAll(thrown.errors, causesLeft - 1)
  const own = 'code' in thrown ? PROOFS.get(thrown.code) : undefined
  return own ?? DENO_PROOFS.find(([words]) => words.test(thrown.message))?.[1] ?? judge(thrown.cause, causesLeft - 1)
}

/** Proof that nothing was sent to one address proves nothing about the others: all of them have to agree. */
function judgeAll(errors: readonly unknown[], causesLeft: number): Verdict | undefined {
  const verdicts = errors.map((error) => judge(error, causesLeft))
  return verdicts.every((verdict) => verdict !== undefined) ? verdicts[0] : undefined
}
