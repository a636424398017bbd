import { SANDBOX } from '@sluice/upstream-mocks'
import type { Environment } from './environment.ts'
import { SANDBOX_KEYS } from './sandbox-environment.ts'

/** A key of the sandbox may be shown; one that somebody set may not. */
function shown(name: keyof typeof SANDBOX_KEYS, environment: Environment): string {
  return environment[name] === undefined ? SANDBOX_KEYS[name] : `<${name}>`
}

/** Writes a command that posts one contact and works when pasted. */
export function exampleCommand(gatewayUrl: string, environment: Environment): string {
  const contact = {
    email: 'ada@example.com',
    phone: '+46700000001',
    firstName: 'Ada',
    lastName: 'Lovelace',
    tags: ['demo'],
  }
  return `curl -X POST ${gatewayUrl}/webhooks/demo -H 'Authorization: Bearer ${shown('SLUICE_INGEST_TOKEN', environment)}' -H 'Content-Type: application/json' -d '${JSON.stringify(contact)}'`
}

/** Says what listens where, with which keys, and what to look at next. */
export function sandboxBanner(
  gatewayUrl: string,
  sandboxUrl: string,
  dataPath: string,
  environment: Environment,
  sources: ReadonlySet<string>,
): string {
  const { danaconnect, contactnow, datatalks } = SANDBOX
  const example = sources.has('demo')
    ? `  Send a contact to all three:\n\n${exampleCommand(gatewayUrl, environment)}\n\n`
    : ''
  const signup = sources.has('signup')
    ? `\n            signup   ${shown('SIGNUP_WEBHOOK_SECRET', environment)}   (Standard Webhooks)`
    : ''
  return `
  Sluice listens on         ${gatewayUrl}
  Sandbox of the upstreams  ${sandboxUrl}      (no upstream credential is configured)
  Data                      ${dataPath}

  Keys      send     Authorization: Bearer ${shown('SLUICE_INGEST_TOKEN', environment)}
            read     Authorization: Bearer ${shown('SLUICE_ADMIN_TOKEN', environment)}${signup}
  Sandbox   DANAConnect  ${danaconnect.login} / ${danaconnect.password}, conversation ${danaconnect.conversationId}, table ${danaconnect.tableCode}
            ContactNow   ${contactnow.username} / ${contactnow.password}, dataset ${contactnow.dataset}, table ${contactnow.table}
            Datatalks    ${datatalks.accessKeyId} / ${datatalks.secretAccessKey}, ${datatalks.region}, ${datatalks.service}, group key ${datatalks.groupKey}

${example}  Then look at:
    what became of it   curl -H 'Authorization: Bearer ${shown('SLUICE_ADMIN_TOKEN', environment)}' ${gatewayUrl}/v1/events/<eventId>
    what was received   curl '${sandboxUrl}/_sandbox/requests?upstream=contactnow'
    make a call fail    curl -X POST ${sandboxUrl}/_sandbox/faults -d '{"upstream":"datatalks","fault":"status-500","times":1}'
    everything          ${gatewayUrl}/

  Ctrl-C stops.
`
}

/** Says what listens where when real upstreams are called. */
export function liveBanner(gatewayUrl: string, dataPath: string): string {
  return `\n  Sluice listens on  ${gatewayUrl}\n  Data               ${dataPath}\n\n  Ctrl-C stops.\n`
}
