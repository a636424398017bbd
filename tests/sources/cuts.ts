import { parseTemplate, type Placeholder, type TemplatePart } from '../../apps/gateway/src/sources/signed-template.ts'
import { NOW_MS, PUBLIC_URL } from './play-sender.ts'

/** What stands in what is signed, by placeholder. */
export type Parts = Readonly<Record<Placeholder, string>>

/** Where every request goes; an attacker may add a query to it. */
export const PATH = '/webhooks/right'

const ADDRESS = `${PUBLIC_URL}${PATH}`
const NEAR_MS = 300_000
/** What a request can have in each place: what it cannot have, nobody can send. Longer cuts of the same are left out. */
const POSSIBLE: Readonly<Record<Placeholder, (text: string) => boolean>> = {
  timestamp: (text) => /^\d{1,20}$/.test(text) && [1, 1000].some((unit) => isNear(Number(text) * unit)),
  id: (text) => /^[\x21-\x7e]+$/.test(text),
  method: (text) => text === 'POST',
  url: (text) => text === ADDRESS || (text.startsWith(`${ADDRESS}?`) && new URL(text).href === text),
  body: () => true,
}

const isNear = (atMs: number): boolean => Math.abs(atMs - NOW_MS) <= NEAR_MS

/** What a sender signs: the template with its values. */
export function signedText(template: string, parts: Parts): string {
  return parseTemplate(template)
    .map((piece) => ('text' in piece ? piece.text : parts[piece.placeholder]))
    .join('')
}

/** Every way in which a text that was signed can be cut into the pieces of a template, the sender's own among them. */
export function everyCut(template: string, text: string): readonly Partial<Parts>[] {
  return [...cuts(parseTemplate(template), text)]
}

function* cuts([piece, ...others]: readonly TemplatePart[], text: string): Generator<Partial<Parts>> {
  if (piece === undefined) {
    if (text === '') yield {}
    return
  }
  if ('text' in piece) {
    if (text.startsWith(piece.text)) yield* cuts(others, text.slice(piece.text.length))
    return
  }
  for (let length = 0; length <= text.length; length += 1) {
    const value = text.slice(0, length)
    if (!POSSIBLE[piece.placeholder](value)) continue
    for (const rest of cuts(others, text.slice(length))) yield { ...rest, [piece.placeholder]: value }
  }
}
