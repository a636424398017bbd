import { type Media, type Placed, resolved, type Schema, type SchemaHolder, type ShownDocument } from './shape.ts'

/** A sample that holds itself ends here. */
const MAX_DEPTH = 12

/** What a text is whose schema has no example, by the name of its member or parameter. */
const NAMED: Readonly<Record<string, string>> = {
  alias: 'welcome',
  body: '{"email":"ada@example.com"}',
  by: 'admin',
  challenge: '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P',
  code: 'CONTACTNOW_REFUSED',
  contentType: 'application/json',
  createdBy: 'admin',
  deliveryId: 'dlv_01KAPQ3Z8N4T6V9X2B5D7F0G1J',
  destination: 'contactnow',
  detail: 'not a mobile number',
  eventId: 'evt_01KAPQ3Z8N4T6V9X2B5D7F0G1H',
  fileId: '104',
  fileName: 'contacts.csv',
  info: 'Record created',
  message: 'expected a phone number',
  method: 'POST',
  missing: 'PHONE',
  operation: 'records.create',
  operations: 'records.create',
  path: 'MobilePhone',
  replayId: 'rpl_01KAPQ3Z8N4T6V9X2B5D7F0G1P',
  response_token: 'sha256=x0mYd8hz2goCTfcNAaMqENy2BFgJJfJOb4PdvTffpwg=',
  route: 'demo.contactnow.records.create',
  sample: 'dlv_01KAPQ3Z8N4T6V9X2B5D7F0G1J',
  source: 'demo',
  sources: 'demo',
  token: 'bJ2m9Qx4Lw7Rk1Zt8Vd5Np3Hs6Yc0Gf',
  url: 'https://upstream.example.com/records',
  warnings: 'The column PHONE is empty.',
  why: 'The list that was missing is there now.',
}

/**
 * Makes a value that a schema takes: its examples, where it has some, and of choices the first.
 *
 * @param name - Of the member or parameter that it is for.
 */
export function sampleOf(document: SchemaHolder, given: Schema, name = '', depth = 0): unknown {
  const schema = resolved(document, given)
  if (schema.example !== undefined) return schema.example
  if (schema.const !== undefined) return schema.const
  if (schema.default !== undefined) return schema.default
  if (schema.enum !== undefined) return schema.enum[0]
  const choice = (schema.anyOf ?? schema.oneOf)?.[0]
  if (choice !== undefined) return sampleOf(document, choice, name, depth)
  if (depth > MAX_DEPTH) return null
  switch (typeOf(schema)) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([key, member]) => schema.required?.includes(key) === true || member.example !== undefined)
          .map(([key, member]) => [key, sampleOf(document, member, key, depth + 1)]),
      )
    case 'array':
      return schema.items === undefined ? [] : [sampleOf(document, schema.items, name, depth + 1)]
    case 'integer':
    case 'number':
      return schema.minimum ?? 1
    case 'boolean':
      return true
    case 'string':
      return NAMED[name] ?? textOf(schema)
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

function textOf({ type, format = '', minLength = 0, maxLength }: Schema): string | null {
  const known = FORMATS[format]
  // It may be null, as it then is.
  if (known === undefined && Array.isArray(type)) return null
  return (known ?? 'text').padEnd(minLength, 'x').slice(0, maxLength)
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
    return parameter === undefined ? name : String(sampleOf(document, parameter.schema, name))
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
