import { type Placed, resolved, type Schema, type ShownDocument } from './shape.ts'

/** A sample that holds itself ends here. */
const MAX_DEPTH = 6

/** Makes a value that a schema takes: its examples, where it has some, and of choices the first. */
export function sampleOf(document: ShownDocument, given: Schema, depth = 0): unknown {
  const schema = resolved(document, given)
  if (schema.example !== undefined) return schema.example
  if (schema.const !== undefined) return schema.const
  if (schema.default !== undefined) return schema.default
  if (schema.enum !== undefined) return schema.enum[0]
  const choice = (schema.anyOf ?? schema.oneOf)?.[0]
  if (choice !== undefined) return sampleOf(document, choice, depth)
  if (depth > MAX_DEPTH) return null
  switch (typeOf(schema)) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([name, member]) => schema.required?.includes(name) === true || member.example !== undefined)
          .map(([name, member]) => [name, sampleOf(document, member, depth + 1)]),
      )
    case 'array':
      return schema.items === undefined ? [] : [sampleOf(document, schema.items, depth + 1)]
    case 'integer':
    case 'number':
      return schema.minimum ?? 1
    case 'boolean':
      return true
    case 'string':
      return 'text'
    default:
      return null
  }
}

function typeOf({ type, properties }: Schema): string | undefined {
  if (typeof type === 'string') return type
  return type?.find((one) => one !== 'null') ?? (properties === undefined ? undefined : 'object')
}

/** Writes the command that calls an operation. `$SLUICE` is the gateway's address, `$KEY` a key. */
export function curlOf(document: ShownDocument, { method, path, operation }: Placed): string {
  const parameters = operation.parameters ?? []
  const valueOf = (name: string) => {
    const parameter = parameters.find((one) => one.name === name)
    return parameter === undefined ? name : String(sampleOf(document, parameter.schema))
  }
  const target = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(valueOf(name)))
  const query = parameters
    .filter(({ in: place, required }) => place === 'query' && required === true)
    .map(({ name }) => `${name}=${encodeURIComponent(valueOf(name))}`)
  const asksForKey = operation.security.some((way) => Object.keys(way).some((name) => /bearer|key/i.test(name)))
  const [type, media] = Object.entries(operation.requestBody?.content ?? {})[0] ?? []
  const sample = media?.example ?? (media?.schema === undefined ? null : sampleOf(document, media.schema))
  const body = typeof sample === 'string' || sample === null ? sample : JSON.stringify(sample)
  return [
    `curl${method === 'GET' ? '' : ` -X ${method}`} "$SLUICE${target}${query.length === 0 ? '' : `?${query.join('&')}`}"`,
    ...(asksForKey ? ['-H "Authorization: Bearer $KEY"'] : []),
    ...(type === undefined ? [] : [`-H 'Content-Type: ${type}'`]),
    ...(body === null ? [] : [`-d '${body.replaceAll("'", `'\\''`)}'`]),
  ].join(' \\\n  ')
}
