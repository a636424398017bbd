/** How a comment names the case that proves what it says: `(case contactnow/expired-token)`. */
const REFERENCE = /\(case ([^)\s]+)\)/g

/** Lists the cases that a source text names and that do not exist. */
export function missingCases(text: string, exists: (path: string) => boolean): readonly string[] {
  return [...text.matchAll(REFERENCE)].flatMap(([, path = '']) => (exists(path) ? [] : [path]))
}
