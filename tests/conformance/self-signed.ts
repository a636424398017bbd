/** A private key and its certificate, as PEM. */
export interface KeyAndCertificate {
  readonly key: string
  readonly cert: string
}

const SEQUENCE = 0x30
const SET = 0x31
const ECDSA_WITH_SHA256 = [0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2]
const COMMON_NAME = [0x06, 3, 0x55, 4, 3]
/** Far enough apart that no clock is outside. */
const VALIDITY = ['20200101000000Z', '20991231235959Z']

/**
 * Makes a certificate that nobody signed but its own key. Made anew for each run, so that no key lies in a repository.
 *
 * @see RFC 5280 section 4.1 https://www.rfc-editor.org/rfc/rfc5280#section-4.1
 */
export async function selfSigned(host: string): Promise<KeyAndCertificate> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const pair = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(0x0c, text(host)))))
  const signedPart = der(
    SEQUENCE,
    // Version 3, serial number 1.
    der(0xa0, der(0x02, [2])),
    der(0x02, [1]),
    der(SEQUENCE, ECDSA_WITH_SHA256),
    name,
    der(SEQUENCE, ...VALIDITY.map((time) => der(0x18, text(time)))),
    name,
    bytes(await crypto.subtle.exportKey('spki', pair.publicKey)),
  )
  const signature = bytes(await crypto.subtle.sign(algorithm, pair.privateKey, Uint8Array.from(signedPart)))
  const [r, s] = [signature.slice(0, 32), signature.slice(32)]
  const bits = der(0x03, [0], der(SEQUENCE, integer(r), integer(s)))
  return {
    key: pem('PRIVATE KEY', bytes(await crypto.subtle.exportKey('pkcs8', pair.privateKey))),
    cert: pem('CERTIFICATE', der(SEQUENCE, signedPart, der(SEQUENCE, ECDSA_WITH_SHA256), bits)),
  }
}

/** Writes a value of DER: its tag, its length, its parts. */
function der(tag: number, ...parts: readonly (readonly number[])[]): number[] {
  const content = parts.flat()
  const { length } = content
  if (length < 0x80) return [tag, length, ...content]
  return length < 0x100 ? [tag, 0x81, length, ...content] : [tag, 0x82, length >> 8, length & 0xff, ...content]
}

/** A leading zero keeps a large number positive; superfluous ones are not allowed. */
function integer(digits: readonly number[]): number[] {
  const first = digits.findIndex((digit) => digit !== 0)
  const significant = digits.slice(first === -1 ? -1 : first)
  return der(0x02, (significant[0] ?? 0) >= 0x80 ? [0] : [], significant)
}

function text(value: string): number[] {
  return bytes(new TextEncoder().encode(value))
}

function bytes(buffer: ArrayBuffer | Uint8Array): number[] {
  return [...new Uint8Array(buffer)]
}

function pem(label: string, content: readonly number[]): string {
  const lines =
    Buffer.from(content)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
