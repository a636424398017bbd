export { type App, createApp, type Http } from './app.ts'
export type { GatewayApi } from './api/api.ts'
export {
  type ApiKey,
  type BatchRules,
  buildConfig,
  type Config,
  type ConfigFile,
  type ConfigInput,
  defineConfig,
  type Handling,
  type OnMappingFault,
  type OnUnsure,
  type Route,
  route,
  type Scope,
  type Settings,
  type Source,
  source,
} from './config.ts'
export { contactnow } from './destinations/contactnow.ts'
export { danaconnect } from './destinations/danaconnect.ts'
export { datatalks } from './destinations/datatalks.ts'
export { sluice } from './destinations/sluice.ts'
export { type JsonSchema, jsonSchema } from './json-schema/json-schema.ts'
export { apiKey } from './sources/api-key.ts'
export { basic } from './sources/basic.ts'
export { bearer } from './sources/bearer.ts'
export { gatewayKey } from './sources/gateway-key.ts'
export { clientCertificate } from './sources/client-certificate.ts'
export { github } from './sources/github.ts'
export { hmac } from './sources/hmac.ts'
export { httpMessageSignatures } from './sources/http-message-signatures.ts'
export type { MessageKey } from './sources/message-keys.ts'
export { hubspot } from './sources/hubspot.ts'
export { meta } from './sources/meta.ts'
export type { Handshake, HandshakeAnswer, ReceivedRequest, Scheme, Verified } from './sources/scheme.ts'
export { shopify } from './sources/shopify.ts'
export { sigV4 } from './sources/sigv4.ts'
export { slack } from './sources/slack.ts'
export { standardWebhooks } from './sources/standard-webhooks.ts'
export { stripe } from './sources/stripe.ts'
export { twilio } from './sources/twilio.ts'
export { twitter } from './sources/twitter.ts'
export { typeform } from './sources/typeform.ts'
export { unverified } from './sources/unverified.ts'
export { PASSTHROUGH } from './api/passthrough/index.ts'
export type { Ports } from './ports.ts'
export { readFixedEgress, type StartWarning, startWarnings } from './start-warnings.ts'
export { RETRY_DELAYS_SECONDS } from './flow/retry.ts'
export { DELIVERY_STATES, type DeliveryState, type Outcome, OUTCOMES, type Store } from './store/port.ts'
/** The zod that the gateway checks with, so that a configuration file needs no dependency of its own. */
export { z } from 'zod'
