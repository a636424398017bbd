import { VerifyError } from '@sluice/errors'
import { verifyHeaderToken } from '@sluice/token-auth'
import { HUB_SIGNATURE } from './github.ts'
import { bodyScheme, type SecretsSetting } from './hmac-scheme.ts'
import { secretFaults } from './hmac-keys.ts'
import { targetOf } from './public-url.ts'
import type { HandshakeAnswer, ReceivedRequest, Scheme } from './scheme.ts'

/** Meta sends digits. Nothing that a browser could take for markup is sent back. */
const CHALLENGE = /^[\w.-]{1,256}$/

/** Settings of {@link meta}. */
export interface MetaSettings extends SecretsSetting {
  /** What was written into the field "Verify token"; several while one is being replaced. */
  readonly verifyTokens: readonly string[]
}

/**
 * Accepts webhooks of Meta (Facebook, Instagram, WhatsApp): `X-Hub-Signature-256` over the body. Answers `hub.challenge` to
 * whoever knows a verify token.
 *
 * @param settings.secrets - The app secret.
 * @see https://developers.facebook.com/docs/graph-api/webhooks/getting-started
 */
export function meta({ secrets, verifyTokens }: MetaSettings): Scheme {
  const scheme = bodyScheme({
    ...HUB_SIGNATURE,
    secrets,
    name: 'meta',
    handshake: () => ({ get: async (request) => answerChallenge(request, verifyTokens) }),
  })
  const faults = secretFaults(verifyTokens).map((fault) => `verifyTokens: ${fault}`)
  return { ...scheme, faults: [...(scheme.faults ?? []), ...faults] }
}

function answerChallenge({ url }: ReceivedRequest, verifyTokens: readonly string[]): HandshakeAnswer {
  const query = new URLSearchParams(targetOf(url).query ?? '')
  verifyHeaderToken(query.get('hub.verify_token'), verifyTokens)
  const challenge = query.get('hub.challenge')
  if (query.get('hub.mode') !== 'subscribe' || challenge === null || !CHALLENGE.test(challenge)) {
    throw new VerifyError('AUTH_MALFORMED', 'meta: not a challenge')
  }
  return { contentType: 'text/plain', body: challenge }
}
