import type { Json } from './port.ts'

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/**
 * Reads the values of a body, one a line: the names of fields are the same in every event, so nobody is found by them.
 * What is neither JSON nor XML nor a form is read as it is.
 */
export function valuesOfBody(body: Uint8Array, contentType: string): string {
  const text = new TextDecoder().decode(body)
  if (contentType.includes('x-www-form-urlencoded')) return [...new URLSearchParams(text).values()].join('\n')
  if (/^\s*</.test(text)) return valuesOfXml(text)
  return valuesOfJson(text)
}

/** Reads the values of a JSON text, one a line; a text that is no JSON stays what it is. */
export function valuesOfJson(text: string): string {
  try {
    return valuesOf(JSON.parse(text) as Json)
  } catch (error) {
    if (error instanceof SyntaxError) return text
    throw error
  }
}

function valuesOf(json: Json): string {
  const values: string[] = []
  // A list of what is left, and no recursion: the depth of what is stored is not known here.
  const left: Json[] = [json]
  for (let value = left.pop(); value !== undefined; value = left.pop()) {
    if (Array.isArray(value)) for (const item of value.toReversed()) left.push(item)
    else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) left.push(item)
    else if (typeof value === 'string' || typeof value === 'number') values.push(String(value))
  }
  return values.join('\n')
}

function valuesOfXml(text: string): string {
  const attributes = [...text.matchAll(/=\s*(?:"([^"<]*)"|'([^'<]*)')/g)].map(([, double, single]) => double ?? single)
  // A tag holds no `<`, and what CDATA holds is text like any.
  const between = text.replace(/<!\[CDATA\[|\]\]>/g, '\n').replace(/<[^<>]*>/g, '\n')
  return [between, ...attributes]
    .join('\n')
    .replace(
      /&(?:#(\d+)|#x([0-9a-f]+)|(lt|gt|amp|quot|apos));/gi,
      (whole, decimal?: string, hex?: string, name?: string) => {
        if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole
        const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number.parseInt(decimal, 10)
        return point <= 0x10ffff ? String.fromCodePoint(point) : whole
      },
    )
}
