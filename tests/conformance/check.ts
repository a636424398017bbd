/** Longest value that a message quotes. */
const MAX_SHOWN_LENGTH = 300

/**
 * Compares two values by what they hold, and by the order of their keys.
 *
 * @throws Error they differ; its message shows both.
 */
export function equal(actual: unknown, expected: unknown): void {
  const [shown, wanted] = [show(actual), show(expected)]
  if (shown !== wanted) throw new Error(`expected ${abridged(wanted)}, got ${abridged(shown)}`)
}

function abridged(text: string): string {
  return text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}...` : text
}

/** Runs what is expected to fail. @returns The `code` of what it threw; `accepted` when it threw nothing. */
export async function codeOf(call: () => unknown): Promise<string> {
  const error = await errorOf(call)
  if (error === undefined) return 'accepted'
  return 'code' in error ? String(error.code) : `${error.name}: ${error.message}`
}

/** Runs what is expected to fail. @returns What it threw; undefined when it threw nothing. */
export async function errorOf(call: () => unknown): Promise<Error | undefined> {
  try {
    await call()
    return undefined
  } catch (error) {
    return error instanceof Error ? error : new Error('what was thrown is no Error')
  }
}

/** Writes the UTF-8 form of a text. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** Takes each character of a text for a byte. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

/** Spells a value so that two spellings are equal only when the values are: -0, holes and halves of pairs too. */
function show(value: unknown): string {
  if (value instanceof Uint8Array) return `bytes(${[...value].join(' ')})`
  if (Array.isArray(value)) return `[${Array.from(value, show).join(', ')}]`
  if (value instanceof Error) return `${value.name}(${value.message})`
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, item]) => `${JSON.stringify(key)}: ${show(item)}`)
      .join(', ')}}`
  }
  return Object.is(value, -0) ? '-0' : String(value)
}
