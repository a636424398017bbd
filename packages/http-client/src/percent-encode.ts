/**
 * Encodes text for a query or a form: everything but the unreserved characters of RFC 3986, blanks as `%20`.
 *
 * @param marks - Which of `!'()*~` are encoded too.
 */
export function percentEncode(text: string, marks = "!'()*"): string {
  // encodeURIComponent throws on half a surrogate pair; the URL standard writes U+FFFD instead.
  const wellFormed = text.replaceAll(/\p{Surrogate}/gu, '\ufffd')
  return encodeURIComponent(wellFormed).replaceAll(/[!'()*~]/g, (mark) =>
    marks.includes(mark) ? `%${mark.charCodeAt(0).toString(16).toUpperCase()}` : mark,
  )
}
