import { checkInput, ConfigError } from '@sluice/errors'
import { type HttpRequest, Secret } from '@sluice/http-client'
import { type ObservedOptions, sendObserved } from '@sluice/http-client/observe'
import { encodeJson } from '@sluice/json-codec'
import { isWebhookSecret, signStandardWebhook } from '@sluice/standard-webhooks'
import { judgeForward } from './replies.ts'
import { type Acceptance, type ForwardInput, forwardSchema, SOURCE_NAME } from './wire.ts'

const WEBHOOKS_PATH = '/webhooks'
const DEFAULT_CONTENT_TYPE = 'application/json'

export interface SluiceOptions extends Omit<ObservedOptions, 'observe' | 'replySecrets' | 'signal'> {
  /** Where the other gateway is: an origin, with or without a path. */
  readonly baseUrl: string
  /** Name of its source that takes what is forwarded. */
  readonly source: string
  /** The secret of that source, `whsec_<base64>`. */
  readonly secret: string
}

/** How one event is forwarded. */
export interface ForwardCall extends Pick<ObservedOptions, 'observe' | 'signal'> {
  /** Names the event and no other, at every attempt: by it the other gateway knows a repeat. */
  readonly id: string
  /** `traceparent` and `tracestate`, where the call belongs to a trace. */
  readonly traceHeaders?: Readonly<Record<string, string>>
}

/** A client of another Sluice: one HTTP request per call. */
export interface Sluice {
  readonly events: {
    /**
     * Forwards an event, signed by Standard Webhooks. Sent again with the same id and content it gets the first answer.
     *
     * @throws SchemaError `SCHEMA_MISMATCH`; EncodeError `JSON_VALUE`, `SIGNATURE_INPUT`; TransportError; UpstreamError with a
     * `SluiceCode`.
     */
    readonly forward: (input: ForwardInput, call: ForwardCall) => Promise<Acceptance>
  }
}

/**
 * Creates a client for one source of one gateway.
 *
 * @throws ConfigError `CONFIG_INVALID` the source's name or the secret is none.
 */
export function createSluice(options: SluiceOptions): Sluice {
  const { baseUrl, source, secret, ...send } = options
  const faults = sluiceFaults(options)
  if (faults.length > 0) throw new ConfigError(faults.map((fault) => `sluice: ${fault}`))
  const url = `${baseUrl.replace(/\/+$/, '')}${WEBHOOKS_PATH}/${source}`
  const pathTemplate = `${WEBHOOKS_PATH}/${source}`
  const key = new Secret('secret', secret)

  return {
    events: {
      async forward(input, { id, traceHeaders = {}, ...call }) {
        const { event, contentType = DEFAULT_CONTENT_TYPE } = checkInput('sluice events.forward', forwardSchema, input)
        const text = encodeJson(event)
        const signed = await signStandardWebhook({ id, body: text }, secret, send.nowMs())
        const signature = new Secret('signature', signed['webhook-signature'])
        const headers = { ...traceHeaders, 'content-type': contentType, ...signed, 'webhook-signature': signature }
        const request: HttpRequest = { method: 'POST', url, pathTemplate, headers, body: { kind: 'text', text } }
        const reply = await sendObserved(request, {
          ...send,
          ...call,
          replySecrets: () => [{ slot: key.slot, value: key.reveal() }],
        })
        return judgeForward(reply, { nowMs: send.nowMs(), secrets: [key, signature] })
      },
    },
  }
}

/** Says what is wrong with the options of a client, so that all of a configuration's faults can be told at once. */
export function sluiceFaults({ source, secret }: Pick<SluiceOptions, 'source' | 'secret'>): readonly string[] {
  return [
    ...(SOURCE_NAME.test(source) ? [] : ['the name of a source is 1 to 63 of a-z, 0-9 and -']),
    ...(isWebhookSecret(secret) ? [] : ['a secret is `whsec_` and the base64 of 24 to 64 bytes']),
  ]
}
