import { type Media, type Placed, resolved, type Schema, type SchemaHolder, type ShownDocument } from './shape.ts'

/** A sample that holds itself ends here. */
const MAX_DEPTH = 12

/** Makes a value that a schema takes: its examples, where it has some, and of choices the first. */
export function sampleOf(document: SchemaHolder, given: Schema, depth = 0): unknown {
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
      return textOf(schema)
    default:
      return null
  }
}

/** Texts of the formats that this API has. */
const FORMATS: Readonly<Record<string, string>> = {
  'date-time': '2026-11-22T12:00:00.000Z',
  date: '2026-11-22',
  email: 'ada@example.com',
  uri: 'https://example.com',
}

function textOf({ format = '', minLength = 0, maxLength }: Schema): string {
  return (FORMATS[format] ?? 'text').padEnd(minLength, 'x').slice(0, maxLength)
}

function typeOf({ type, properties }: Schema): string {
  if (typeof type === 'string') return type
  return type?.find((one) => one !== 'null') ?? (properties === undefined ? 'any' : 'object')
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
  return [
    `curl${method === 'GET' ? '' : ` -X ${method}`} "$SLUICE${target}${query.length === 0 ? '' : `?${query.join('&')}`}"`,
    ...(asksForKey ? ['-H "Authorization: Bearer $KEY"'] : []),
    ...(type === undefined ? [] : [`-H 'Content-Type: ${type}'`]),
    ...(media === undefined ? [] : [dataOf(document, media)]),
  ].join(' \\\n  ')
}

/** Writes the body of a command; what no schema describes is read from a file. */
function dataOf(document: ShownDocument, { schema = {}, example }: Media): string {
  const sample = example ?? sampleOf(document, schema)
  if (sample === null) return '--data-binary @body'
  const text = typeof sample === 'string' ? sample : JSON.stringify(sample)
  return `-d '${text.replaceAll("'", `'\\''`)}'`
}
