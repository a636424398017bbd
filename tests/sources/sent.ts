/** A request as a sender sends it. */
export interface Sent {
  readonly method: string
  /** Path and query at the gateway. */
  readonly path: string
  /** Pairs, since a header may be there twice. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

/** A request with a JSON body. */
export function jsonPost(path: string, headers: Readonly<Record<string, string>>, body: string): Sent {
  return { method: 'POST', path, headers: [['content-type', 'application/json'], ...Object.entries(headers)], body }
}

/** The value of a header that the sender sent. */
export function headerOf({ headers }: Sent, name: string): string {
  const found = headers.find(([candidate]) => candidate.toLowerCase() === name)
  if (found === undefined) throw new Error(`the sender sent no ${name}`)
  return found[1]
}

/** The same request with another value of a header. */
export function withHeader(sent: Sent, name: string, value: string): Sent {
  return { ...without(sent, name), headers: [...without(sent, name).headers, [name, value]] }
}

/** The same request without a header. */
export function without(sent: Sent, name: string): Sent {
  return { ...sent, headers: sent.headers.filter(([candidate]) => candidate.toLowerCase() !== name) }
}

/** The same request with a header twice. */
export function doubled(sent: Sent, name: string): Sent {
  return { ...sent, headers: [...sent.headers, [name, headerOf(sent, name)]] }
}

/** The same request with another body. */
export function withBody(sent: Sent, body: string): Sent {
  return { ...sent, body }
}

/** Changes one character of a text, at a place, to another of the same kind. */
export function changedAt(text: string, index: number): string {
  const at = index < 0 ? text.length + index : index
  return `${text.slice(0, at)}${text[at] === 'a' ? 'b' : 'a'}${text.slice(at + 1)}`
}

/** A `Headers` of the pairs. */
export function headersOf({ headers }: Sent): Headers {
  const all = new Headers()
  for (const [name, value] of headers) all.append(name, value)
  return all
}
