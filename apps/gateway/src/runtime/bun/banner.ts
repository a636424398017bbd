import { SANDBOX } from '@sluice/upstream-mocks'
import { SANDBOX_KEYS } from './sandbox-environment.ts'

/** Writes a command that posts one contact and works when pasted. */
export function exampleCommand(gatewayUrl: string): string {
  const contact = {
    email: 'ada@example.com',
    phone: '+46700000001',
    firstName: 'Ada',
    lastName: 'Lovelace',
    tags: ['demo'],
  }
  return `curl -X POST ${gatewayUrl}/webhooks/demo -H 'Authorization: Bearer ${SANDBOX_KEYS.SLUICE_INGEST_TOKEN}' -H 'Content-Type: application/json' -d '${JSON.stringify(contact)}'`
}

/** Says what listens where, with which keys, and what to look at next. */
export function sandboxBanner(gatewayUrl: string, sandboxUrl: string, dataPath: string): string {
  const { danaconnect, contactnow, datatalks } = SANDBOX
  return `
  Sluice listens on         ${gatewayUrl}
  Sandbox of the upstreams  ${sandboxUrl}      (no upstream credential is configured)
  Data                      ${dataPath}

  Keys      send     Authorization: Bearer ${SANDBOX_KEYS.SLUICE_INGEST_TOKEN}
            read     Authorization: Bearer ${SANDBOX_KEYS.SLUICE_ADMIN_TOKEN}
            signup   ${SANDBOX_KEYS.SIGNUP_WEBHOOK_SECRET}   (Standard Webhooks)
  Sandbox   DANAConnect  ${danaconnect.login} / ${danaconnect.password}, conversation ${danaconnect.conversationId}, table ${danaconnect.tableCode}
            ContactNow   ${contactnow.username} / ${contactnow.password}, dataset ${contactnow.dataset}, table ${contactnow.table}
            Datatalks    ${datatalks.accessKeyId} / ${datatalks.secretAccessKey}, ${datatalks.region}, ${datatalks.service}, group key ${datatalks.groupKey}

  Send a contact to all three:

${exampleCommand(gatewayUrl)}

  Then look at:
    what became of it   curl -H 'Authorization: Bearer ${SANDBOX_KEYS.SLUICE_ADMIN_TOKEN}' ${gatewayUrl}/v1/events/<eventId>
    what was received   curl ${sandboxUrl}/_sandbox/requests?upstream=contactnow
    make a call fail    curl -X POST ${sandboxUrl}/_sandbox/faults -d '{"upstream":"datatalks","fault":"status-500","times":1}'
    everything          ${gatewayUrl}/

  Ctrl-C stops.
`
}

/** Says what listens where when real upstreams are called. */
export function liveBanner(gatewayUrl: string, dataPath: string): string {
  return `\n  Sluice listens on  ${gatewayUrl}\n  Data               ${dataPath}\n\n  Ctrl-C stops.\n`
}
