const PLACEHOLDERS = ['timestamp', 'id', 'method', 'url', 'body'] as const

/** What a template of signed text may have in it. */
export type Placeholder = (typeof PLACEHOLDERS)[number]

/** A piece of a template: text as it stands, or what a request has for it. */
export type TemplatePart = { readonly text: string } | { readonly placeholder: Placeholder }

/** Splits a template at its placeholders. One that is not known stays text, of which {@link templateFaults} tells. */
export function parseTemplate(template: string): readonly TemplatePart[] {
  return template
    .split(/(\{(?:timestamp|id|method|url|body)\})/)
    .filter((piece) => piece !== '')
    .map((piece) => {
      const placeholder = PLACEHOLDERS.find((name) => piece === `{${name}}`)
      return placeholder === undefined ? { text: piece } : { placeholder }
    })
}

/**
 * Where an address ends that stands before one of these: no request has them in its target. Anything else could as well
 * be a part of its query.
 */
const AFTER_ADDRESS = /[ \r\n]/

/**
 * Tells what is wrong with a template. What is signed is one text, and whoever captured it may cut it again: so wherever one
 * piece could end earlier or later than its sender meant, the id must not depend on it.
 */
export function templateFaults(template: readonly TemplatePart[]): readonly string[] {
  const names = template.flatMap((piece) => ('placeholder' in piece ? [piece.placeholder] : []))
  const unknown = template.some((piece) => 'text' in piece && /\{\w*\}/.test(piece.text))
  const id = endsOf(template).find(({ placeholder }) => placeholder === 'id')
  return [
    ...(names.includes('body') ? [] : ['what is signed must have `{body}` in it']),
    ...(new Set(names).size === names.length ? [] : ['a placeholder is there twice in what is signed']),
    ...(unknown ? [`what is signed may have ${PLACEHOLDERS.map((name) => `{${name}}`).join(', ')} in it`] : []),
    ...(id?.end === '' ? ['`{id}` needs a character between it and what stands on its side of `{body}`'] : []),
    ...(id?.isAfterOpenAddress
      ? ['`{id}` must not stand between `{url}` and `{body}`, but where a blank or a new line ends the address']
      : []),
  ]
}

/** The character that ends the id in what is signed, so that no id may have it; empty where there is no id. */
export function idEnd(template: readonly TemplatePart[]): string {
  return endsOf(template).find(({ placeholder }) => placeholder === 'id')?.end ?? ''
}

/** Whether nothing tells where the address ends, so that what follows it could be a part of its query, and the other way round. */
export function isAddressOpen(template: readonly TemplatePart[]): boolean {
  return endsOf(template).some(isOpenAddress)
}

interface End {
  readonly placeholder: Placeholder
  /** The character that follows on the way to the body; empty for none. */
  readonly end: string
  /** Whether an address of which nobody knows the end is further from the body, on the same side. */
  readonly isAfterOpenAddress: boolean
}

/**
 * How each piece ends, read from both ends of the template to the body, which is what is left between. A method ends by
 * itself: an event is always a POST. So does a time: it is near ours, in whole numbers that begin with no zero.
 */
function endsOf(template: readonly TemplatePart[]): readonly End[] {
  const body = template.findIndex((piece) => 'placeholder' in piece && piece.placeholder === 'body')
  const before = endsOfSide(template.slice(0, Math.max(body, 0)), (text) => text.slice(0, 1))
  const after = endsOfSide(template.slice(body + 1).toReversed(), (text) => text.slice(-1))
  return [...before, ...after]
}

function endsOfSide(side: readonly TemplatePart[], nearest: (text: string) => string): readonly End[] {
  const ends: End[] = []
  for (const [index, piece] of side.entries()) {
    if ('text' in piece) continue
    const next = side[index + 1]
    const end = next !== undefined && 'text' in next ? nearest(next.text) : ''
    ends.push({ placeholder: piece.placeholder, end, isAfterOpenAddress: ends.some(isOpenAddress) })
  }
  return ends
}

const isOpenAddress = ({ placeholder, end }: End): boolean => placeholder === 'url' && !AFTER_ADDRESS.test(end)
