import type { Json, Step } from '../store/port.ts'

/**
 * What an upstream answers must fit into a row of every platform, of which the smallest have 2 MB: what does not fit could
 * not be recorded, and the delivery would be taken for one whose process died.
 */

/** JSON writes a character in up to six bytes, so that so many always fit. */
const MAX_STEPS_CHARACTERS = 200_000
/** What is left of each text of steps that are too large. */
const MAX_TEXT_CHARACTERS = 2000
/** Headers of each request and reply of steps that are too large. */
const MAX_HEADERS = 20
const MAX_RECEIPT_CHARACTERS = 4000

/** Shortens the texts of an attempt's steps where they are too large together. */
export function keepableSteps(steps: readonly Step[]): readonly Step[] {
  return charactersOf(steps) <= MAX_STEPS_CHARACTERS ? steps : steps.map(shortened)
}

/** Counts what may be large. To write all of it as JSON for that would cost every delivery some time. */
function charactersOf(steps: readonly Step[]): number {
  return steps.reduce(
    (sum, { request, reply }) =>
      sum +
      (request.body?.length ?? 0) +
      lengthOf(request.headers) +
      (reply?.body.length ?? 0) +
      lengthOf(reply?.headers),
    0,
  )
}

function lengthOf(headers: Readonly<Record<string, string>> = {}): number {
  let length = 0
  for (const name in headers) length += name.length + (headers[name]?.length ?? 0)
  return length
}

function shortened(step: Step): Step {
  const { request, reply } = step
  const body = request.body === undefined ? {} : { body: shortText(request.body) }
  return {
    ...step,
    request: { ...request, ...body, headers: shortHeaders(request.headers) },
    ...(reply === undefined
      ? {}
      : { reply: { ...reply, body: shortText(reply.body), headers: shortHeaders(reply.headers) } }),
  }
}

function shortHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const some = Object.entries(headers).slice(0, MAX_HEADERS)
  return Object.fromEntries(some.map(([name, value]) => [shortText(name), shortText(value)]))
}

const shortText = (text: string): string => text.slice(0, MAX_TEXT_CHARACTERS)

/** Leaves out a receipt that is too large to be one. */
export function keepableReceipt<Receipt extends Json>(receipt: Receipt): Receipt | { readonly omitted: string } {
  if (receipt === null || JSON.stringify(receipt).length <= MAX_RECEIPT_CHARACTERS) return receipt
  return { omitted: `larger than ${MAX_RECEIPT_CHARACTERS} characters` }
}
