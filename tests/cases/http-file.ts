/** One request or reply of an `.http` file. */
export interface Message {
  /** Request line or status line. */
  readonly line: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A line that stands between two messages; what follows the three signs is a remark. */
const SEPARATOR = /^###.*\n/m

/** Reads the messages of an `.http` file. The line end before a separator, or before the end, is the file's and no part of a body. */
export function parseHttpFile(text: string): readonly Message[] {
  return text
    .split(SEPARATOR)
    .filter((part) => part.trim() !== '')
    .map(parseMessage)
}

function parseMessage(part: string): Message {
  const end = part.indexOf('\n\n')
  const head = end === -1 ? part : part.slice(0, end)
  const [line = '', ...fields] = head.trim().split('\n')
  const headers = fields.map((field) => {
    const colon = field.indexOf(':')
    return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()]
  })
  return {
    line,
    headers: Object.fromEntries(headers),
    body: end === -1 ? '' : part.slice(end + 2).replace(/\n$/, ''),
  }
}
