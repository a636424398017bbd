import { SaxesParser } from 'saxes'

/** What a document holds, in the shape that xml-codec promises. */
type Value = string | Value[] | { [name: string]: Value }

interface Element {
  readonly name: string
  readonly attributes: readonly (readonly [name: string, value: string])[]
  readonly children: Element[]
  text: string
}

/**
 * Reads a document with another conforming parser, and gives it the documented shape by rules written anew: nothing of
 * xml-codec has a part in it.
 *
 * @returns Null when that parser refuses the document.
 */
export function readWithSaxes(document: string): { readonly name: string; readonly value: Value } | null {
  const root = parse(document)
  return root === null ? null : { name: root.name, value: valueOf(root) }
}

function parse(document: string): Element | null {
  const parser = new SaxesParser({ defaultXMLVersion: '1.0', forceXMLVersion: true })
  const open: Element[] = []
  let root: Element | null = null
  let isRefused = false
  const addText = (text: string): void => {
    const element = open.at(-1)
    if (element !== undefined) element.text += text
  }
  parser.on('error', () => {
    isRefused = true
  })
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes: Object.entries(attributes), children: [], text: '' }
    open.at(-1)?.children.push(element)
    root ??= element
    open.push(element)
  })
  parser.on('closetag', () => {
    open.pop()
  })
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.write(document).close()
  return isRefused ? null : root
}

function valueOf({ attributes, children, text }: Element): Value {
  if (attributes.length === 0 && children.length === 0) return text
  const value: Record<string, Value> = Object.create(null)
  for (const [name, attribute] of attributes) value[`@${name}`] = attribute
  for (const name of new Set(children.map((child) => child.name))) {
    const [first = '', ...more] = children.filter((child) => child.name === name).map(valueOf)
    value[name] = more.length === 0 ? first : [first, ...more]
  }
  // Blanks between children are layout; in a leaf they are data.
  const isLayout = children.length === 0 ? text === '' : text.replaceAll(/[ \t\n]/g, '') === ''
  if (!isLayout) value['#text'] = text
  return value
}
