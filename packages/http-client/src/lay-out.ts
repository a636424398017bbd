import { joinBytes } from './join-bytes.ts'
import { percentEncode } from './percent-encode.ts'
import { type HttpBody, type HttpRequest, Secret, type Text } from './request.ts'

/** A stretch of a body: text or bytes that may be shown, or a secret that is shown as its slot. */
export type Piece = Text | Uint8Array

/** A request laid out once, from which both what is sent and its description are made. */
export interface LaidOutRequest {
  readonly url: readonly Text[]
  /** Names in lower case. */
  readonly headers: readonly (readonly [name: string, value: Text])[]
  readonly body: readonly Piece[] | undefined
}

type Multipart = Extract<HttpBody, { kind: 'multipart' }>

/** Lays out a request in the order in which it is sent. */
export function layOut({ url, query = [], headers = {}, body }: HttpRequest): LaidOutRequest {
  const written = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const)
  const [contentType, pieces] = body === undefined ? [] : layOutBody(body)
  return {
    url: query.length === 0 ? [url] : [url, '?', ...formPieces(query)],
    // The media type that the form of the body demands comes last, so that it holds.
    headers: contentType === undefined ? written : [...written, ['content-type', contentType]],
    body: pieces,
  }
}

/** Joins pieces as they are sent. */
export function sentBytes(pieces: readonly Piece[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder()
  return joinBytes(pieces.map((piece) => (piece instanceof Uint8Array ? piece : encoder.encode(sentText(piece)))))
}

/** Returns what is sent for a text. */
export function sentText(text: Text): string {
  return text instanceof Secret ? text.reveal() : text
}

function layOutBody(body: HttpBody): [contentType: string | undefined, pieces: readonly Piece[]] {
  if (body.kind === 'bytes') return [undefined, [body.bytes]]
  if (body.kind === 'text') return [undefined, [body.text]]
  if (body.kind === 'form') return ['application/x-www-form-urlencoded', formPieces(body.fields)]
  const boundary = unusedBoundary(body)
  return [`multipart/form-data; boundary=${boundary}`, multipartPieces(body, boundary)]
}

/** Lays out `name=value` pairs, percent-encoded, as a query and a form have them. */
function formPieces(fields: readonly (readonly [name: string, value: Text])[]): Text[] {
  return fields.flatMap(([name, value], index) => [
    `${index === 0 ? '' : '&'}${percentEncode(name)}=`,
    value instanceof Secret ? new Secret(value.slot, percentEncode(value.reveal())) : percentEncode(value),
  ])
}

/** @see RFC 7578 section 4 https://www.rfc-editor.org/rfc/rfc7578#section-4 */
function multipartPieces({ fields, files }: Multipart, boundary: string): Piece[] {
  const opening = (name: string) => `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"`
  return [
    ...fields.flatMap(([name, value]) => [`${opening(name)}\r\n\r\n`, value, '\r\n']),
    ...files.flatMap(({ name, filename, contentType, bytes }) => [
      `${opening(name)}; filename="${quoted(filename)}"\r\nContent-Type: ${contentType.replaceAll(/[\r\n]/g, ' ')}\r\n\r\n`,
      bytes,
      '\r\n',
    ]),
    `--${boundary}--\r\n`,
  ]
}

/** Escapes a name as browsers do, so that it cannot end its own quotes or line. */
function quoted(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

/** Digits of a boundary: more of them than numbers that fit into any body that is sent. */
const BOUNDARY_DIGITS = 6

/**
 * Chooses a boundary that occurs nowhere in the body, in one pass over it. It is not random: the same body is the same
 * bytes.
 */
function unusedBoundary(body: Multipart): string {
  // One character for each byte; a boundary is ASCII, and looks the same in any of the encodings.
  const content = new TextDecoder('windows-1252').decode(sentBytes(multipartPieces(body, '')))
  const used = new Set([...content.matchAll(/sluice-part-(\d{6})/g)].map(([, digits]) => Number(digits)))
  let number = 0
  while (used.has(number)) number += 1
  return `sluice-part-${String(number).padStart(BOUNDARY_DIGITS, '0')}`
}
