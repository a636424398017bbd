/** Encodes text for a query or a form: everything but the unreserved characters of RFC 3986, blanks as `%20`. */
export function percentEncode(text: string): string {
  // encodeURIComponent throws on half a surrogate pair; the URL standard writes U+FFFD instead.
  const wellFormed = text.replaceAll(/\p{Surrogate}/gu, '\ufffd')
  return encodeURIComponent(wellFormed).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
