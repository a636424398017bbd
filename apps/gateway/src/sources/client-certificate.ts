import { VerifyError } from '@sluice/errors'
import { verifyHeaderToken } from '@sluice/token-auth'
import { decodeBase64, decodeHex, encodeHex } from './encoding.ts'
import { headerFaults } from './header-name.ts'
import { requiredHeader } from './hmac-scheme.ts'
import { secretFaults } from './hmac-keys.ts'
import type { ReceivedRequest, Scheme } from './scheme.ts'

const NAME = 'client-certificate'

/** Settings of {@link clientCertificate}. */
export interface ClientCertificateSettings {
  /** What only the proxy knows, and sends in a header of its own: without it, anybody could write the certificate's header. */
  readonly proxy: { readonly header: string; readonly secrets: readonly string[] }
  /** SHA-256 of each accepted certificate (of its DER form), in hexadecimal, with colons or without. */
  readonly fingerprints: readonly string[]
  /**
   * What the proxy tells of the certificate that it verified: the certificate itself (`Client-Cert`, RFC 9440), its
   * fingerprint alone in a header, or Envoy's `X-Forwarded-Client-Cert` with `Hash`. Default `client-cert`.
   */
  readonly form?: 'client-cert' | 'fingerprint' | 'xfcc'
  /** The header of it, by default that of the form: `client-cert`, `x-client-cert-sha256`, `x-forwarded-client-cert`. */
  readonly header?: string
}

const HEADERS = { 'client-cert': 'client-cert', fingerprint: 'x-client-cert-sha256', xfcc: 'x-forwarded-client-cert' }

/**
 * Accepts requests whose sender showed one of the certificates to the proxy in front of the gateway. The proxy must verify
 * the certificate, and take these headers away from what others send.
 *
 * @see RFC 9440 section 2.2 https://www.rfc-editor.org/rfc/rfc9440#section-2.2
 */
export function clientCertificate(settings: ClientCertificateSettings): Scheme {
  const { proxy, fingerprints, form = 'client-cert', header = HEADERS[form] } = settings
  const accepted = fingerprints.map(normalize)
  return {
    name: NAME,
    faults: [
      ...headerFaults(proxy.header, header),
      ...secretFaults(proxy.secrets).map((fault) => `proxy: ${fault}`),
      ...(accepted.length > 0 && accepted.every((one) => one !== null)
        ? []
        : ['fingerprints must be SHA-256 in hexadecimal, at least one']),
    ],
    async verify(request) {
      verifyHeaderToken(request.headers.get(proxy.header), proxy.secrets)
      const shown = await READERS[form](requiredHeader(request, header, NAME), request)
      if (shown === null) throw new VerifyError('AUTH_MALFORMED', `${NAME}: the header cannot be read`)
      // Fingerprints are no secrets: a certificate is shown to everybody.
      if (!accepted.includes(shown)) throw new VerifyError('AUTH_REJECTED', `${NAME}: another certificate`)
      return undefined
    },
  }
}

type Reader = (value: string, request: ReceivedRequest) => Promise<string | null> | string | null

const READERS: Readonly<Record<NonNullable<ClientCertificateSettings['form']>, Reader>> = {
  'client-cert': async (value) => {
    const [, encoded] = /^:([^:]*):$/.exec(value.trim()) ?? []
    const certificate = encoded === undefined ? null : decodeBase64(encoded)
    if (certificate === null || certificate.length === 0) return null
    return encodeHex(new Uint8Array(await crypto.subtle.digest('SHA-256', certificate)))
  },
  fingerprint: normalize,
  xfcc: (value) => {
    // Values in quotes may hold what separates the others.
    const bare = value.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')
    // A second element would be from a proxy before ours, or from the sender itself.
    if (bare.includes(',')) return null
    const [hash, ...others] = bare.split(';').flatMap((pair) => /^\s*hash=(.*)$/i.exec(pair)?.[1] ?? [])
    return hash === undefined || others.length > 0 ? null : normalize(hash)
  },
}

/** 64 digits in lower case; null for anything that is no SHA-256. */
function normalize(fingerprint: string): string | null {
  const bytes = decodeHex(fingerprint.trim().replaceAll(':', ''))
  return bytes?.length === 32 ? encodeHex(bytes) : null
}
