import { percentEncode } from './percent-encode.ts'
import { type HttpBody, Secret, type Text } from './request.ts'

/** A stretch of a body: text or bytes that may be shown, or a secret that is shown as its slot. */
export type Piece = string | Uint8Array | { readonly shown: string; readonly sent: string }

/** A body laid out once, from which both the bytes on the wire and their description are made. */
export interface LaidOutBody {
  /** The media type that the form of the body demands; absent where the caller's header decides. */
  readonly contentType?: string
  readonly pieces: readonly Piece[]
}

type Multipart = Extract<HttpBody, { kind: 'multipart' }>

/** Lays out a request's body in the order in which it is sent. */
export function layOutBody(body: HttpBody): LaidOutBody {
  if (body.kind === 'bytes') return { pieces: [body.bytes] }
  if (body.kind === 'text') return { pieces: [body.text] }
  if (body.kind === 'form') {
    return { contentType: 'application/x-www-form-urlencoded', pieces: formPieces(body.fields) }
  }
  const boundary = unusedBoundary(body)
  return { contentType: `multipart/form-data; boundary=${boundary}`, pieces: multipartPieces(body, boundary) }
}

/** Lays out `name=value` pairs, percent-encoded, as a query and a form have them. */
export function formPieces(fields: readonly (readonly [name: string, value: Text])[]): Piece[] {
  return fields.flatMap(([name, value], index) => [
    `${index === 0 ? '' : '&'}${percentEncode(name)}=`,
    textPiece(value, percentEncode),
  ])
}

/** Joins pieces as they are sent. */
export function sentBytes(pieces: readonly Piece[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder()
  const chunks = pieces.map((piece) => (piece instanceof Uint8Array ? piece : encoder.encode(sentText(piece))))
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0))
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.byteLength
  }
  return bytes
}

/** Returns what is sent for a piece of text. */
export function sentText(piece: Exclude<Piece, Uint8Array>): string {
  return typeof piece === 'string' ? piece : piece.sent
}

function textPiece(text: Text, encode: (plain: string) => string): Piece {
  return text instanceof Secret ? { shown: text.toString(), sent: encode(text.reveal()) } : encode(text)
}

/** @see RFC 7578 section 4 https://www.rfc-editor.org/rfc/rfc7578#section-4 */
function multipartPieces(body: Multipart, boundary: string): Piece[] {
  const fields = body.fields.flatMap(([name, value]): Piece[] => [
    `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"\r\n\r\n`,
    textPiece(value, (plain) => plain),
    '\r\n',
  ])
  const files = body.files.flatMap((file): Piece[] => [
    `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(file.name)}"; filename="${quoted(file.filename)}"\r\n` +
      `Content-Type: ${file.contentType.replaceAll(/[\r\n]/g, ' ')}\r\n\r\n`,
    file.bytes,
    '\r\n',
  ])
  return [...fields, ...files, `--${boundary}--\r\n`]
}

/** Escapes a name as browsers do, so that it cannot end its own quotes or line. */
function quoted(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

/** Chooses a boundary that occurs nowhere in the body. It is not random: the same body is the same bytes. */
function unusedBoundary(body: Multipart): string {
  const latin1 = (bytes: Uint8Array) => new TextDecoder('windows-1252').decode(bytes)
  const contents = [
    ...body.fields.flatMap(([name, value]) => [name, value instanceof Secret ? value.reveal() : value]),
    ...body.files.flatMap((file) => [file.name, file.filename, file.contentType, latin1(file.bytes)]),
  ]
  let boundary = 'sluice-part-0'
  for (let attempt = 1; contents.some((content) => content.includes(boundary)); attempt += 1) {
    boundary = `sluice-part-${attempt}`
  }
  return boundary
}
