import { mediaTypeOf, readMultipart, type Received, textOf } from './received.ts'

/** The variables of a call, and its payload. */
export interface Variables {
  readonly values: ReadonlyMap<string, string>
  /** Null when the call brought none: neither `raw=1` with a body nor a file `easycall`. */
  readonly payload: Uint8Array | null
}

/** Reads the variables from query, urlencoded form and multipart form, of which the form wins. */
export async function readVariables(received: Received): Promise<Variables> {
  const values = new Map(new URLSearchParams(received.query))
  // With raw=1 the whole body is the payload, whatever its Content-Type says.
  if (values.get('raw') === '1') return { values, payload: received.bytes }
  if (mediaTypeOf(received) === 'application/x-www-form-urlencoded') {
    for (const [name, value] of new URLSearchParams(textOf(received.bytes))) values.set(name, value)
    return { values, payload: null }
  }
  const form = await readMultipart(received)
  return form === null ? { values, payload: null } : await readForm(form, values)
}

async function readForm(form: FormData, values: Map<string, string>): Promise<Variables> {
  for (const [name, value] of form) if (typeof value === 'string') values.set(name, value)
  const file = form.get('easycall')
  if (file === null || typeof file === 'string') return { values, payload: null }
  return { values, payload: new Uint8Array(await file.arrayBuffer()) }
}
