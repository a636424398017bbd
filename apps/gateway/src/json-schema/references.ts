import { escapePointer, isRecord, partsOf } from './keywords.ts'

/**
 * Lists the references of a schema that lead nowhere, and those by which a value would have to be checked against itself
 * for ever. Only places that hold a schema are led to.
 */
export function referenceFaults(root: unknown): readonly string[] {
  const places = placesOf(root)
  return [...places].flatMap(([at, schema]) => {
    if (!isRecord(schema) || typeof schema['$ref'] !== 'string') return []
    const target = normalized(schema['$ref'])
    if (!places.has(target)) return [`${at}: $ref leads nowhere`]
    return comesBack(at, places) ? [`${at}: $ref leads back to itself without a step into the value`] : []
  })
}

/** Every schema within a schema by its pointer. */
function placesOf(root: unknown): ReadonlyMap<string, unknown> {
  const places = new Map<string, unknown>()
  const visit = (at: string, schema: unknown): void => {
    places.set(at, schema)
    if (isRecord(schema)) for (const part of partsOf(schema, at)) visit(part.at, part.schema)
  }
  visit('#', root)
  return places
}

/** Whether checking the schema at a place leads to that place again for the very same value. */
function comesBack(start: string, places: ReadonlyMap<string, unknown>): boolean {
  const seen = new Set<string>()
  const waiting = [start]
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const schema = places.get(at)
    if (!isRecord(schema)) continue
    const next = partsOf(schema, at).flatMap((part) => (part.samePlace ? [part.at] : []))
    if (typeof schema['$ref'] === 'string') next.push(normalized(schema['$ref']))
    if (next.includes(start)) return true
    for (const one of next) {
      if (!seen.has(one)) waiting.push(one)
      seen.add(one)
    }
  }
  return false
}

/** Writes a reference as {@link partsOf} writes a place. */
function normalized(reference: string): string {
  const names = reference.slice(1).split('/').slice(1)
  return ['#', ...names.map((name) => escapePointer(unescaped(name)))].join('/')
}

function unescaped(name: string): string {
  try {
    return decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~')
  } catch {
    // No place is written like that.
    return name
  }
}
