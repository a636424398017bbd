/** No key that a sender gives in a header, or signs, has a blank in it. */
const PREFIX = 'content '

/** The idempotency key of a message that has none of its own: a digest of what its sender signed. */
export function contentKey(digest: string): string {
  return `${PREFIX}${digest}`
}

/**
 * Whether a key is made of the message: then the same key is the same message, also where the bytes of a repeat differ in
 * what its sender counts up with every try.
 */
export function isContentKey(key: string | null): boolean {
  return key?.startsWith(PREFIX) ?? false
}
