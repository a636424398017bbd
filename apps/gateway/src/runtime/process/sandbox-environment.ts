import { SANDBOX } from '@sluice/upstream-mocks'
import type { Environment } from './environment.ts'

/** The keys that the gateway accepts while it runs against the sandbox. They open nothing else. */
export const SANDBOX_KEYS = {
  SLUICE_INGEST_TOKEN: 'sandbox-ingest',
  SLUICE_ADMIN_TOKEN: 'sandbox-admin',
  SIGNUP_WEBHOOK_SECRET: 'whsec_c2x1aWNlLXNhbmRib3gtc2lnbnVwLXNlY3JldA==',
} as const

/**
 * Supplies every setting that the sandbox's configuration asks for. The gateway's own keys may be other ones; where the
 * upstreams are may not, so that nothing of the sandbox ever reaches a real one.
 */
export function sandboxEnvironment(sandboxUrl: string, environment: Environment = {}): Environment {
  const { danaconnect, contactnow, datatalks } = SANDBOX
  return {
    ...SANDBOX_KEYS,
    ...environment,
    DANACONNECT_USER: danaconnect.user,
    DANACONNECT_COMPANY: danaconnect.company,
    DANACONNECT_PASSWORD: danaconnect.password,
    DANACONNECT_CONVERSATION_ID: String(danaconnect.conversationId),
    DANACONNECT_APPSERV_URL: `${sandboxUrl}/danaconnect`,
    DANACONNECT_WS_URL: `${sandboxUrl}/danaconnect`,
    CONTACTNOW_USERNAME: contactnow.username,
    CONTACTNOW_PASSWORD: contactnow.password,
    CONTACTNOW_DATASET: String(contactnow.dataset),
    CONTACTNOW_URL: `${sandboxUrl}/contactnow/`,
    DATATALKS_ACCESS_KEY_ID: datatalks.accessKeyId,
    DATATALKS_SECRET_ACCESS_KEY: datatalks.secretAccessKey,
    DATATALKS_REGION: datatalks.region,
    DATATALKS_GROUP_KEY: datatalks.groupKey,
    DATATALKS_URL: `${sandboxUrl}/datatalks/v1`,
  }
}
