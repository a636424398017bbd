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

/** Tells what is wrong with a template. */
export function templateFaults(template: readonly TemplatePart[]): readonly string[] {
  const names = template.flatMap((piece) => ('placeholder' in piece ? [piece.placeholder] : []))
  const unknown = template.some((piece) => 'text' in piece && /\{\w*\}/.test(piece.text))
  // A character could be moved from an id into the body beside it, and the signature would still be right.
  const loose = template.some((piece, index) => {
    const next = template[index + 1]
    return next !== undefined && isPlaceholder(piece) && isPlaceholder(next) && (isId(piece) || isId(next))
  })
  return [
    ...(names.includes('body') ? [] : ['what is signed must have `{body}` in it']),
    ...(new Set(names).size === names.length ? [] : ['a placeholder is there twice in what is signed']),
    ...(unknown ? [`what is signed may have ${PLACEHOLDERS.map((name) => `{${name}}`).join(', ')} in it`] : []),
    ...(loose ? ['`{id}` needs a character between it and what stands beside it'] : []),
  ]
}

/** Whether the body follows the address at once, so that the end of the one could be the beginning of the other. */
export function isBesideAddress(template: readonly TemplatePart[]): boolean {
  const places = template.map((piece) => ('placeholder' in piece ? piece.placeholder : ''))
  return places.some((place, index) => place === 'url' && places[index + 1] === 'body')
}

const isPlaceholder = (piece: TemplatePart): boolean => 'placeholder' in piece
const isId = (piece: TemplatePart): boolean => 'placeholder' in piece && piece.placeholder === 'id'
