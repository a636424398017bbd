export { isWebhookSecret } from './secret.ts'
export { signStandardWebhook, type UnsignedWebhook, type WebhookHeaders } from './sign.ts'
