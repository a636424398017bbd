/** The credentials and identifiers that the mocks know from the start. None of them opens anything outside the sandbox. */
export const SANDBOX = {
  danaconnect: {
    user: 'sandbox',
    company: 'demo',
    login: 'sandbox@demo',
    password: 'sandbox-password',
    conversationId: 1001,
    projectId: 'sandbox-project',
    tableCode: 'CONTACTS',
    dana: 'sandbox-dana',
    expiredDana: 'sandbox-dana-expired',
    clientId: 'sandbox-client',
    clientSecret: 'sandbox-secret',
  },
  contactnow: { username: 'sandbox', password: 'sandbox-password', dataset: 104, table: 'sandbox' },
  datatalks: {
    accessKeyId: 'AKIDSANDBOX',
    secretAccessKey: 'sandbox-secret',
    region: 'eu-north-1',
    service: 'execute-api',
    groupKey: 'abc123',
  },
} as const
