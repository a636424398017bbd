/** A setting of schemes that sign the address that was called. */
export interface PublicUrlSetting {
  /**
   * What the sender calls, up to the part that this gateway sees: origin, and the prefix that a proxy takes away, such
   * as `https://hooks.example.com/in`. What the server itself sees is not believed: anybody writes a `Host` header.
   */
  readonly publicUrl: string
}

/** Origin, and a prefix of the path: nothing that a URL parser would change or that does not belong there. */
const PUBLIC_URL = /^https?:\/\/[^/?#@\s]+(?:\/[^?#\s]*)?$/
const TARGET = /^(?:[a-z][a-z0-9+.-]*:\/\/[^/?#]*)?([^?#]*)(?:\?([^#]*))?/i

/** Tells what is wrong with a public URL. */
export function publicUrlFaults(publicUrl: string): readonly string[] {
  return PUBLIC_URL.test(publicUrl) && URL.canParse(publicUrl)
    ? []
    : ['publicUrl must be an absolute http or https URL without query, fragment and user']
}

/** Splits an address without changing a character of its path and query: a signature covers what was sent. */
export function targetOf(url: string): { readonly path: string; readonly query: string | null } {
  const [, path = '', query] = TARGET.exec(url) ?? []
  return { path, query: query ?? null }
}

/** The address that the sender called: the public URL, and the path and query that were received. */
export function calledUrl(publicUrl: string, url: string): string {
  const { path, query } = targetOf(url)
  // What is no path must not become a part of the host.
  const slash = path.startsWith('/') ? '' : '/'
  return `${publicUrl.replace(/\/+$/, '')}${slash}${path}${query === null ? '' : `?${query}`}`
}
