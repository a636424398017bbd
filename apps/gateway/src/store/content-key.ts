/** No key that a sender gives in a header, or signs, has a blank in it; one with a blank begins with it: see `textKey`. */
const PREFIX = 'content '
/** That of the message, or of one item of it. */
const CONTENT_KEY = /^content [0-9a-f]{64}(?: \d+)?$/

/**
 * The idempotency key of a message that has none of its own: a digest of what its sender signed.
 *
 * @param digest - SHA-256 in lower-case hexadecimal.
 */
export function contentKey(digest: string): string {
  return `${PREFIX}${digest}`
}

/** The idempotency key that a free text makes: like no key that is made here, whatever is sent, and like no other text's. */
export function textKey(text: string): string {
  return text.includes(' ') ? ` ${text}` : text
}

/**
 * Whether a key is made of the message: then the same key is the same message, also where the bytes of a repeat differ in
 * what its sender counts up with every try.
 */
export function isContentKey(key: string | null): boolean {
  return key !== null && CONTENT_KEY.test(key)
}
