/**
 * Reads a header of the form `t=1492774577,v1=5257a8,v1=6ffbb5`: every value of a name, in their order. What has no equal
 * sign is left out.
 */
export function readParts(header: string): Readonly<Partial<Record<string, readonly string[]>>> {
  const parts: Partial<Record<string, string[]>> = Object.create(null) as Record<string, string[]>
  for (const piece of header.split(',')) {
    const at = piece.indexOf('=')
    if (at < 0) continue
    const name = piece.slice(0, at).trim()
    const values = parts[name]
    const value = piece.slice(at + 1).trim()
    if (values === undefined) parts[name] = [value]
    else values.push(value)
  }
  return parts
}
