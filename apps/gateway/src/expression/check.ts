import { BUILT_IN, REFUSED_FUNCTIONS, WITH_PICTURE } from './functions.ts'
import { isForbiddenName } from './plain-json.ts'

/** What is read of a node of a parsed expression: JSONata's own types name only some of its kinds. */
interface Node {
  readonly type?: unknown
  readonly value?: unknown
  readonly position?: unknown
  readonly procedure?: unknown
  readonly rhs?: unknown
  readonly arguments?: unknown
}

/** Longest picture of `$formatNumber` and `$formatInteger`. */
const MAX_PICTURE_LENGTH = 64

/** Kinds of node that are not taken, and what to write in their place. */
const REFUSED_KINDS: ReadonlyMap<unknown, string> = new Map([
  ['regex', 'a regular expression is not taken, as nothing bounds its time; use text, or a typed function'],
  ['transform', 'the transform operator is not taken; use $merge'],
  ['partial', 'partial application is not taken; write function($x) { ... }'],
])

/**
 * Finds what an expression holds that is not taken, each with its position: whatever cannot be bounded while it is
 * evaluated, and whatever depends on more than its data.
 */
export function findFaults(ast: unknown): readonly string[] {
  const faults: string[] = []
  const called = new Set<unknown>()
  // By a list of its own, not by recursion: nesting is up to the author.
  const left: unknown[] = [ast]
  const seen = new Set<unknown>()
  for (let node = left.pop(); left.length > 0 || node !== undefined; node = left.pop()) {
    if (typeof node !== 'object' || node === null || seen.has(node)) continue
    seen.add(node)
    for (const callee of calleesOf(node)) called.add(callee)
    const fault = faultOf(node, called.has(node))
    const { position }: Node = node
    if (fault !== null) faults.push(typeof position === 'number' ? `${fault} (position ${position})` : fault)
    // Backwards, so that faults come in the order of the text.
    left.push(...Object.values(node).toReversed())
  }
  return faults
}

/** The nodes that are called: `$f(x)` and `x ~> $f`. */
function calleesOf({ type, procedure, rhs }: Node): readonly unknown[] {
  return type === 'function' ? [procedure] : type === 'apply' ? [rhs] : []
}

function faultOf(node: Node, isCalled: boolean): string | null {
  const { type, value } = node
  const refused = REFUSED_KINDS.get(type)
  if (refused !== undefined) return refused
  if (type === 'function') return pictureFault(node, isCalled)
  if (typeof value !== 'string') return null
  if (type === 'name' && isForbiddenName(value)) return `the name ${value} is not accepted`
  if (type !== 'variable') return null
  const reason = REFUSED_FUNCTIONS.get(value)
  if (reason !== undefined) return `$${value} is not taken: ${reason}`
  if (isCalled || !BUILT_IN.has(value)) return null
  return `$${value} is a built-in function and can only be called; to pass it on, write function($x) { $${value}($x) }`
}

/** @param isApplied - The call stands right of `~>` and gets its first argument from there. */
function pictureFault({ procedure, arguments: given }: Node, isApplied: boolean): string | null {
  const { type, value: name }: Node = procedure ?? {}
  if (type !== 'variable' || !WITH_PICTURE.has(name) || !Array.isArray(given)) return null
  const [picture, ...others]: readonly (Node | undefined)[] = isApplied ? given : given.slice(1)
  const isShort = typeof picture?.value === 'string' && picture.value.length <= MAX_PICTURE_LENGTH
  if (picture?.type === 'string' && isShort && others.length === 0) return null
  return `$${String(name)} takes a number and a picture of at most ${MAX_PICTURE_LENGTH} characters that stands in the expression`
}
