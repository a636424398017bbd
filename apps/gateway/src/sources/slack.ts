import { DecodeError } from '@sluice/errors'
import { decodeJson, type JsonValue } from '@sluice/json-codec'
import { joinBytes } from './encoding.ts'
import { hmacScheme, requiredHeader, type SecretsSetting, withoutPrefix } from './hmac-scheme.ts'
import type { HandshakeAnswer, ReceivedRequest, Scheme } from './scheme.ts'
import type { ToleranceSetting } from './tolerance.ts'

const VERSION = 'v0'
/** Longest challenge that is answered, in characters; Slack's have about 50. */
const MAX_CHALLENGE_LENGTH = 1024
/** Largest body that may be a challenge, in bytes: an event is not decoded twice. */
const MAX_CHALLENGE_BYTES = 4096

/**
 * Accepts requests of Slack: `X-Slack-Signature`, `v0=` and hexadecimal, over `v0:{time}:{body}`. Answers
 * `url_verification`, once it was verified.
 *
 * @param settings.secrets - The signing secret of the app.
 * @see https://docs.slack.dev/authentication/verifying-requests-from-slack
 * @see https://docs.slack.dev/reference/events/url_verification
 */
export function slack(settings: SecretsSetting & ToleranceSetting): Scheme {
  const name = 'slack'
  return hmacScheme({
    ...settings,
    name,
    encoding: 'hex',
    signsTime: true,
    idempotencyPath: 'event_id',
    handshake: () => ({ post: answerChallenge }),
    read: (request) => ({
      signatures: [withoutPrefix(requiredHeader(request, 'x-slack-signature', name), `${VERSION}=`, name)],
      timestamp: requiredHeader(request, 'x-slack-request-timestamp', name),
    }),
    contents: ({ body }, { timestamp = '' }) => [joinBytes(`${VERSION}:${timestamp}:`, body)],
  })
}

function answerChallenge({ body }: ReceivedRequest): HandshakeAnswer | null {
  const sent = body.length > MAX_CHALLENGE_BYTES ? null : decodeOrNull(body)
  if (typeof sent !== 'object' || sent === null || !('type' in sent) || !('challenge' in sent)) return null
  const { type, challenge } = sent
  if (type !== 'url_verification' || typeof challenge !== 'string') return null
  if (challenge.length > MAX_CHALLENGE_LENGTH) return null
  return { contentType: 'application/json', body: JSON.stringify({ challenge }) }
}

function decodeOrNull(body: Uint8Array): JsonValue | null {
  try {
    return decodeJson(body)
  } catch (error) {
    // A command of Slack is a form; whatever it is, the source's own decoding will tell.
    if (error instanceof DecodeError) return null
    throw error
  }
}
