import { VerifyError } from '@sluice/errors'
import { type Encoding, joinBytes } from './encoding.ts'
import { headerFaults } from './header-name.ts'
import type { HmacHash } from './hmac-keys.ts'
import { hmacScheme, type Presented, requiredHeader, type SecretsSetting, withoutPrefix } from './hmac-scheme.ts'
import { calledUrl, publicUrlFaults } from './public-url.ts'
import type { ReceivedRequest, Scheme } from './scheme.ts'
import { readParts } from './signature-parts.ts'
import { idEnd, isAddressOpen, parseTemplate, templateFaults, type TemplatePart } from './signed-template.ts'
import type { ToleranceSetting } from './tolerance.ts'

const HASHES: Readonly<Record<HmacSettings['algorithm'], HmacHash>> = {
  sha1: 'SHA-1',
  sha256: 'SHA-256',
  sha512: 'SHA-512',
}

/** Where a value stands: in a header of its own, or as a part of the signature's header, as `t` does in `t=1,v1=ab`. */
export type Place = { readonly header: string } | { readonly part: string }

/** Settings of {@link hmac}. */
export interface HmacSettings extends SecretsSetting, ToleranceSetting {
  readonly algorithm: 'sha1' | 'sha256' | 'sha512'
  /** The header of the signature. */
  readonly header: string
  /** Which part of that header the signature is, as `v1` in `t=1,v1=ab,v1=cd`. By default the header is one signature. */
  readonly part?: string
  /** How the signature is written. */
  readonly encoding: Encoding
  /** What stands before the signature, such as `sha256=`. Default nothing. */
  readonly prefix?: string
  /**
   * What is signed: text with `{body}`, and with `{timestamp}`, `{id}`, `{method}` and `{url}` where they are. Default
   * `{body}`.
   */
  readonly signed?: string
  /** Where `{timestamp}` stands. */
  readonly timestamp?: Place & { readonly unit?: 'seconds' | 'milliseconds' }
  /**
   * Where `{id}` stands: the id of the message, by which a repeat is known. It must not have the character in it that
   * follows it in `signed` (on the way to `{body}`): such a request is refused.
   */
  readonly id?: Place
  /** For `{url}`: what the sender calls, up to the part that this gateway sees. */
  readonly publicUrl?: string
}

/** A sender that signs by HMAC in a way of its own. */
export function hmac(settings: HmacSettings): Scheme {
  const { header, part, prefix = '', encoding, signed = '{body}', timestamp, id, publicUrl } = settings
  const name = 'hmac'
  const template = parseTemplate(signed)
  const end = idEnd(template)
  return hmacScheme({
    secrets: settings.secrets,
    name,
    hash: HASHES[settings.algorithm],
    encoding,
    signsTime: timestamp !== undefined,
    ...(isAddressOpen(template) ? { unbounded: 'body' as const } : {}),
    faults: settingFaults(settings, template),
    ...(timestamp?.unit === undefined ? {} : { timeUnit: timestamp.unit }),
    ...(settings.toleranceSeconds === undefined ? {} : { toleranceSeconds: settings.toleranceSeconds }),
    read(request) {
      const whole = requiredHeader(request, header, name)
      const signatures = part === undefined ? [whole] : partsNamed(whole, part)
      return {
        signatures: signatures.map((text) => withoutPrefix(text, prefix, name)),
        ...(timestamp === undefined ? {} : { timestamp: valueAt(request, whole, timestamp) }),
        messageId: id === undefined ? null : bounded(valueAt(request, whole, id)),
      }
    },
    contents: (request, presented) => [
      joinBytes(...template.map((piece) => valueOf(piece, request, presented, publicUrl ?? ''))),
    ],
  })

  /** Another cut of what was signed would be right, too, and have another id. */
  function bounded(messageId: string): string {
    if (end === '' || !messageId.includes(end)) return messageId
    throw new VerifyError('AUTH_MALFORMED', `${name}: the id has the character in it that ends it in what is signed`)
  }

  function valueAt(request: ReceivedRequest, signatureHeader: string, place: Place): string {
    if ('header' in place) return requiredHeader(request, place.header, name)
    const [value, ...others] = partsNamed(signatureHeader, place.part)
    if (value === undefined || others.length > 0) {
      throw new VerifyError('AUTH_MALFORMED', `${name}: a part of the signature's header is not there exactly once`)
    }
    return value
  }
}

function partsNamed(header: string, part: string): readonly string[] {
  return readParts(header)[part] ?? []
}

function valueOf(
  piece: TemplatePart,
  { method, url, body }: ReceivedRequest,
  { timestamp = '', messageId }: Presented,
  publicUrl: string,
): string | Uint8Array {
  if ('text' in piece) return piece.text
  switch (piece.placeholder) {
    case 'body':
      return body
    case 'timestamp':
      return timestamp
    case 'id':
      return messageId ?? ''
    case 'method':
      return method
    case 'url':
      return calledUrl(publicUrl, url)
  }
}

function settingFaults(settings: HmacSettings, template: readonly TemplatePart[]): readonly string[] {
  const { algorithm, header, encoding, timestamp, id, publicUrl } = settings
  const headers = [header, ...[timestamp, id].flatMap((place) => (place && 'header' in place ? [place.header] : []))]
  const signs = (name: string) => template.some((piece) => 'placeholder' in piece && piece.placeholder === name)
  return [
    ...(algorithm in HASHES ? [] : ['algorithm must be sha1, sha256 or sha512']),
    ...(['hex', 'base64', 'base64url'].includes(encoding) ? [] : ['encoding must be hex, base64 or base64url']),
    ...headerFaults(...headers),
    ...templateFaults(template),
    ...(signs('timestamp') === (timestamp !== undefined)
      ? []
      : ['`{timestamp}` in what is signed, and where it stands, need each other']),
    ...(signs('id') === (id !== undefined) ? [] : ['`{id}` in what is signed, and where it stands, need each other']),
    ...(signs('url') && publicUrl === undefined ? ['`{url}` needs publicUrl'] : []),
    ...(publicUrl === undefined ? [] : publicUrlFaults(publicUrl)),
  ]
}
