import { VerifyError } from '@sluice/errors'
import { encodeHex, joinBytes } from './encoding.ts'
import { hmacScheme, requiredHeader, type SecretsSetting } from './hmac-scheme.ts'
import { calledUrl, type PublicUrlSetting, publicUrlFaults, targetOf } from './public-url.ts'
import type { ReceivedRequest, Scheme } from './scheme.ts'

const NAME = 'twilio'
const FORM = /^\s*application\/x-www-form-urlencoded\s*(?:;|$)/i
const ORIGIN = /^(https?):\/\/(\[[^\]]*\]|[^/:?#]*)(?::\d+)?/i

/**
 * Accepts webhooks of Twilio: `X-Twilio-Signature`, HMAC-SHA1 in base64, over the address and the sorted parameters of a
 * form; any other body is covered by its hash in the address (`bodySHA256`).
 *
 * QUIRK twilio: nothing stands between names and values in what is signed, and no time is. So no repeat is ever believed to
 * be a new event, however its form is cut.
 *
 * @param settings.secrets - The auth token of the account.
 * @see https://www.twilio.com/docs/usage/security#validating-requests
 */
export function twilio({ secrets, publicUrl }: SecretsSetting & PublicUrlSetting): Scheme {
  return hmacScheme({
    secrets,
    name: NAME,
    hash: 'SHA-1',
    encoding: 'base64',
    signsTime: false,
    unbounded: 'fields',
    faults: publicUrlFaults(publicUrl),
    read: (request) => ({ signatures: [requiredHeader(request, 'x-twilio-signature', NAME)] }),
    async contents(request) {
      const parameters = await signedParameters(request)
      const [bare, withPort, ...escaped] = addressForms(calledUrl(publicUrl, request.url))
      const content = (address: string) => joinBytes(address, parameters)
      return [content(bare), content(withPort), ...escaped.map(content)]
    },
  })
}

/** An address that Twilio may have signed: with the port or without, and with apostrophes as they are. */
function addressForms(url: string): readonly [string, string, ...string[]] {
  const bare = url.replace(ORIGIN, (_, scheme: string, host: string) => `${scheme}://${host}`)
  const withPort = url.replace(ORIGIN, (origin, scheme: string, host: string) =>
    /:\d+$/.test(origin) ? origin : `${scheme}://${host}:${scheme.toLowerCase() === 'https' ? 443 : 80}`,
  )
  // A URL parser on the way here writes an apostrophe as `%27`.
  const plain = [bare, withPort].map((form) => form.replaceAll('%27', "'"))
  return [bare, withPort, ...(plain[0] === bare ? [] : plain)]
}

async function signedParameters({ url, headers, body }: ReceivedRequest): Promise<string> {
  const query = new URLSearchParams(targetOf(url).query ?? '')
  const bodyHash = query.get('bodySHA256')
  if (bodyHash !== null) {
    const actual = encodeHex(new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(body))))
    // No secret is compared: whoever sends a body knows its hash.
    if (bodyHash.toLowerCase() === actual) return ''
    throw new VerifyError('AUTH_REJECTED', `${NAME}: the body is not the one that was signed`)
  }
  if (!FORM.test(headers.get('content-type') ?? '')) {
    throw new VerifyError('AUTH_MALFORMED', `${NAME}: nothing signs a body that is no form`)
  }
  return sortedParameters(new TextDecoder().decode(body))
}

/** Writes the parameters of a form as they are signed: by name, names and values in a row. */
function sortedParameters(form: string): string {
  const pairs = [...new URLSearchParams(form)].map(([name, value]) => ({ name, text: name + value }))
  const seen = new Set(pairs.map(({ name, text }) => `${name.length} ${text}`))
  // Twilio signs equal pairs once, so that one could be doubled by anybody.
  if (seen.size < pairs.length) throw new VerifyError('AUTH_MALFORMED', `${NAME}: a parameter is there twice`)
  return pairs
    .toSorted((one, other) => compare(one.name, other.name) || compare(one.text, other.text))
    .map(({ text }) => text)
    .join('')
}

/** Compares by UTF-16 units, as the library of Twilio does. */
function compare(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1
}
