import { VerifyError } from '@sluice/errors'
import { encodeBase64 } from './encoding.ts'
import { bodyScheme, type SecretsSetting } from './hmac-scheme.ts'
import type { HmacKeys } from './hmac-keys.ts'
import { targetOf } from './public-url.ts'
import type { HandshakeAnswer, ReceivedRequest, Scheme } from './scheme.ts'

/** What a token of the challenge is made of. No JSON object or list is. */
const CRC_TOKEN = /^[\w.+/=-]{1,512}$/
/** What a body of this sender begins with. */
const OBJECT_OR_LIST = /^[ \t\r\n]*[{[]/
/** More bytes than anybody begins a JSON text with before its first bracket. */
const START_BYTES = 64

/**
 * Accepts webhooks of X, once Twitter: `X-Twitter-Webhooks-Signature`, `sha256=` and base64, over the body. Answers its
 * challenge (CRC).
 *
 * QUIRK twitter: whoever asks gets the challenge signed with the very secret that signs events, in the very same way. So a
 * challenge must never be something that could be a body, and a body nothing that could be a challenge.
 *
 * @param settings.secrets - The consumer secret of the app; challenges are answered with the first.
 * @see https://docs.x.com/x-api/webhooks/introduction
 */
export function twitter({ secrets }: SecretsSetting): Scheme {
  return bodyScheme({
    secrets,
    name: 'twitter',
    header: 'x-twitter-webhooks-signature',
    prefix: 'sha256=',
    encoding: 'base64',
    checkBody,
    handshake: (keys) => ({ get: (request) => answerChallenge(request, keys) }),
  })
}

function checkBody(body: Uint8Array): void {
  if (OBJECT_OR_LIST.test(new TextDecoder().decode(body.subarray(0, START_BYTES)))) return
  throw new VerifyError('AUTH_MALFORMED', 'twitter: the body is no JSON object or list')
}

async function answerChallenge({ url }: ReceivedRequest, keys: HmacKeys): Promise<HandshakeAnswer> {
  const token = new URLSearchParams(targetOf(url).query ?? '').get('crc_token')
  if (token === null || !CRC_TOKEN.test(token)) throw new VerifyError('AUTH_MALFORMED', 'twitter: not a challenge')
  const signature = encodeBase64(await keys.sign(token))
  return { contentType: 'application/json', body: JSON.stringify({ response_token: `sha256=${signature}` }) }
}
