import type { HashFunctions } from '@sluice/sigv4'
import { utf8 } from './check.ts'

const HMAC = { name: 'HMAC', hash: 'SHA-256' }

/** A hash to pass in, of what every runtime has. */
export const HASHES: HashFunctions = {
  async sha256Hex(content) {
    const bytes = typeof content === 'string' ? utf8(content) : content
    return hex(await crypto.subtle.digest('SHA-256', bytes.slice()))
  },
  async hmacSha256Hex(key, text) {
    const imported = await crypto.subtle.importKey('raw', key.slice(), HMAC, false, ['sign'])
    return hex(await crypto.subtle.sign(HMAC, imported, utf8(text).slice()))
  },
}

/** The ways to sign: by aws4fetch, and with a hash that is passed in, by our own steps. */
export const WAYS = [{}, { hashes: HASHES }] as const

function hex(digest: ArrayBuffer): string {
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
