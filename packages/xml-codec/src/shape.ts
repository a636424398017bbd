import { DecodeError } from '@sluice/errors'

import { resolveReferences } from './references.ts'
import { ATTRIBUTE_PREFIX, TEXT_KEY, type XmlDocument, type XmlValue } from './value.ts'

/** Names that the parser gives to what is not an element. None of them can be an element's name. */
export const PARSED = { attributes: ':@', text: '#text', cdata: '#cdata' } as const

/** A node as the parser returns it: one key with its children, or its text; perhaps one more with its attributes. */
export interface ParsedNode {
  readonly [name: string]: readonly ParsedNode[] | Readonly<Record<string, string>> | string
}

/** Which elements hold or form lists, as dotted paths that begin with the root's name, or with `*` for any root. */
export interface ListPaths {
  readonly lists: readonly string[]
  readonly repeated: readonly string[]
}

const ANY_ROOT = '*.'

interface Child {
  readonly name: string
  readonly path: string
  readonly value: XmlValue
}

/**
 * Gives a parsed document the shape of {@link XmlValue}.
 *
 * @throws DecodeError `XML_FORBIDDEN_NAME` an attribute of a list.
 */
export function shapeDocument(nodes: readonly ParsedNode[], paths: ListPaths): XmlDocument | undefined {
  const rootName = nodes.map(elementName).find((name) => name !== undefined) ?? ''
  const named = (path: string) => (path.startsWith(ANY_ROOT) ? `${rootName}.${path.slice(ANY_ROOT.length)}` : path)
  const [root] = childrenOf(nodes, '', { lists: paths.lists.map(named), repeated: paths.repeated.map(named) })
  return root === undefined ? undefined : { name: root.name, value: root.value }
}

/** Loops where arrays have methods for it, here and below: this runs for every tag, and decides how long a document takes. */
function elementName(node: ParsedNode): string | undefined {
  for (const key in node) {
    if (key !== PARSED.attributes) return key !== PARSED.cdata && isNodes(node[key]) ? key : undefined
  }
  return undefined
}

function childrenOf(nodes: readonly ParsedNode[], parentPath: string, paths: ListPaths): Child[] {
  const children: Child[] = []
  for (const node of nodes) {
    const name = elementName(node)
    const content = name === undefined ? undefined : node[name]
    if (name === undefined || !isNodes(content)) continue
    const path = parentPath === '' ? name : `${parentPath}.${name}`
    const attributes = node[PARSED.attributes]
    const value = shapeElement(content, isAttributes(attributes) ? attributes : NO_ATTRIBUTES, path, paths)
    children.push({ name, path, value })
  }
  return children
}

const NO_ATTRIBUTES: Readonly<Record<string, string>> = {}

function shapeElement(
  content: readonly ParsedNode[],
  attributes: Readonly<Record<string, string>>,
  path: string,
  paths: ListPaths,
): XmlValue {
  const children = childrenOf(content, path, paths)
  let text = ''
  for (const node of content) text += textOf(node)
  const isBlank = /^[ \t\n]*$/.test(text)
  if (paths.lists.includes(path)) {
    checkListAttributes(attributes)
    const items = children.map((child) => child.value)
    // Text in a list is not dropped: as an item it fails the schema of the list.
    return isBlank ? items : [...items, text]
  }
  const named = Object.entries(attributes).map(
    ([name, value]) => [ATTRIBUTE_PREFIX + name, shapeAttribute(value)] as const,
  )
  if (children.length === 0 && named.length === 0) return text
  // Between children, blanks are layout. In a leaf they are data.
  const keepsText = children.length === 0 ? text !== '' : !isBlank
  return Object.fromEntries<XmlValue>([
    ...named,
    ...grouped(children, paths),
    ...(keepsText ? [[TEXT_KEY, text] as const] : []),
  ])
}

/** An array has no place for attributes, and what is dropped in silence is lost. Namespaces are not data. */
function checkListAttributes(attributes: Readonly<Record<string, string>>): void {
  if (Object.keys(attributes).every((name) => /^xmlns(?::|$)/.test(name))) return
  throw new DecodeError('XML_FORBIDDEN_NAME', 'XML: an attribute of an element that is read as a list')
}

/** Groups elements of one name at the place of the first one. */
function grouped(children: readonly Child[], paths: ListPaths): (readonly [string, XmlValue])[] {
  const groups = new Map<string, { readonly values: XmlValue[]; readonly isRepeated: boolean }>()
  for (const { name, path, value } of children) {
    const group = groups.get(name)
    if (group === undefined) groups.set(name, { values: [value], isRepeated: paths.repeated.includes(path) })
    else group.values.push(value)
  }
  return [...groups].map(([name, { values, isRepeated }]) => {
    const [only] = values
    return [name, only === undefined || values.length > 1 || isRepeated ? values : only]
  })
}

function textOf(node: ParsedNode): string {
  // Within a CDATA section nothing is a reference.
  const section = node[PARSED.cdata]
  return isNodes(section) ? section.map(plainText).join('') : resolveReferences(plainText(node))
}

function plainText(node: ParsedNode): string {
  const text = node[PARSED.text]
  return typeof text === 'string' ? text : ''
}

/** @see XML 1.0 section 3.3.3 https://www.w3.org/TR/xml/#AVNormalize */
function shapeAttribute(value: string): string {
  return resolveReferences(value.replaceAll(/[\t\n]/g, ' '))
}

function isNodes(content: unknown): content is readonly ParsedNode[] {
  return Array.isArray(content)
}

function isAttributes(content: ParsedNode[string] | undefined): content is Readonly<Record<string, string>> {
  return typeof content === 'object' && !isNodes(content)
}
