import { VerifyError } from '@sluice/errors'
import { type Dictionary, isInnerList, parseDictionary } from 'structured-headers'

/** The algorithms that RFC 9530 calls active. Others say nothing that is believed. */
const HASHES: Readonly<Record<string, string>> = { 'sha-256': 'SHA-256', 'sha-512': 'SHA-512' }

/**
 * Checks a `Content-Digest` against the bytes that were received: every digest in it that can be believed, and at least one.
 *
 * @throws VerifyError `AUTH_MALFORMED` it cannot be read, or has no such digest; `AUTH_REJECTED` the body is another.
 * @see RFC 9530 section 2 https://www.rfc-editor.org/rfc/rfc9530#section-2
 */
export async function checkContentDigest(header: string, body: Uint8Array, scheme: string): Promise<void> {
  const digests = [...parseFields(header, scheme)].filter(([name]) => Object.hasOwn(HASHES, name))
  if (digests.length === 0) throw new VerifyError('AUTH_MALFORMED', `${scheme}: no digest that is believed`)
  for (const [name, member] of digests) {
    const expected = isInnerList(member) ? null : member[0]
    if (!(expected instanceof ArrayBuffer)) {
      throw new VerifyError('AUTH_MALFORMED', `${scheme}: a digest is no byte sequence`)
    }
    // No secret is compared: whoever sends a body knows its hash.
    const actual = await crypto.subtle.digest(HASHES[name] ?? '', new Uint8Array(body))
    if (!isSame(new Uint8Array(actual), new Uint8Array(expected))) {
      throw new VerifyError('AUTH_REJECTED', `${scheme}: the body is not that of its digest`)
    }
  }
}

/**
 * Reads a header that is a dictionary.
 *
 * @throws VerifyError `AUTH_MALFORMED`.
 * @see RFC 9651 section 3.2 https://www.rfc-editor.org/rfc/rfc9651#section-3.2
 */
export function parseFields(header: string, scheme: string): Dictionary {
  try {
    return parseDictionary(header)
  } catch (error) {
    throw new VerifyError('AUTH_MALFORMED', `${scheme}: a header is no dictionary`, error)
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index])
}
