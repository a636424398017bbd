import { type CallExpression, type Node, type ObjectExpression, parse } from 'acorn'

/** What a route says of itself to the document alone; nothing of it is looked at when a request comes. */
const WORDS = ['description', 'operationId', 'responses', 'security', 'summary', 'tags']

/** From where to where, in characters of a text. */
type Span = readonly [from: number, to: number]

/**
 * Leaves out of a module of the API what only the document says: the words and the answers of its routes, and what `openapi` notes
 * of schemas. What nothing uses then is marked, so that the bundler leaves it out as well.
 *
 * @throws Error a route is not written where it is made, so that its words cannot be found.
 */
export function withoutWords(module: string): string {
  const script = new Bun.Transpiler({ loader: 'ts' }).transformSync(module)
  return withoutUnused(cutOut(script, nodesOf(parse(script, OPTIONS)).flatMap(wordsIn)))
}

function wordsIn(node: Node): readonly Span[] {
  if (!isCall(node)) return []
  const { callee } = node
  if (callee.type === 'Identifier' && callee.name === 'createRoute') {
    const [route] = node.arguments
    if (route?.type !== 'ObjectExpression') throw new Error('a route of the API is not written where it is made')
    return wordsOf(route)
  }
  const isNote =
    callee.type === 'MemberExpression' &&
    callee.property.type === 'Identifier' &&
    callee.property.name === 'openapi' &&
    node.arguments.every(({ type }) => type === 'ObjectExpression' || type === 'Literal')
  return isNote ? [[callee.object.end, node.end]] : []
}

function wordsOf({ properties, end }: ObjectExpression): readonly Span[] {
  return properties.flatMap((property, index): Span[] => {
    const isWord =
      property.type === 'Property' && property.key.type === 'Identifier' && WORDS.includes(property.key.name)
    return isWord ? [[property.start, properties[index + 1]?.start ?? end - 1]] : []
  })
}

/** Has what makes a constant of the module in one call without effects: they all are schemas, routes, tables and functions. */
function withoutUnused(script: string): string {
  const constants = parse(script, OPTIONS).body.flatMap((statement) => {
    const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    return declared?.type === 'VariableDeclaration' ? declared.declarations : []
  })
  const values = constants.flatMap(({ init }) => (init === null || init === undefined ? [] : [init]))
  // The last first, so that the places of the others stay what they are.
  return values.toReversed().reduce((text, { start, end }) => {
    const pure = `/* @__PURE__ */ (() => (${text.slice(start, end)}))()`
    return text.slice(0, start) + pure + text.slice(end)
  }, script)
}

function cutOut(text: string, spans: readonly Span[]): string {
  let kept = ''
  let at = 0
  for (const [from, to] of spans.toSorted(([one], [other]) => one - other)) {
    // One within another is gone already.
    if (from < at) continue
    kept += text.slice(at, from)
    at = to
  }
  return kept + text.slice(at)
}

const OPTIONS = { ecmaVersion: 'latest', sourceType: 'module' } as const
const isCall = (node: Node): node is CallExpression => node.type === 'CallExpression'

/** Lists a node and all that is in it. */
function nodesOf(node: Node): readonly Node[] {
  return [node, ...Object.values(node).flat().filter(isNode).flatMap(nodesOf)]
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value && 'end' in value
}
