import { EXPIRED_LINK } from './danaconnect-links.ts'
import { errorReply, json } from './danaconnect-replies.ts'
import type { DanaconnectSettings } from './danaconnect-settings.ts'
import type { FaultName } from './fault-table.ts'
import type { Reply } from './reply.ts'

/** Writes the replies of the faults that only DANAConnect has. */
export function danaconnectFault(
  settings: DanaconnectSettings,
  operation: string,
  fault: FaultName,
  real: Reply | null,
): Reply | null {
  const spoil = SPOILED[fault]
  if (spoil !== undefined) return real === null ? null : spoil(real)
  if (fault === 'refusal-200') return REFUSALS[operation] ?? REFUSED_START
  return FAULT_REPLIES[fault]?.(settings) ?? refusedStart(settings, fault)
}

const REFUSED_START = json(200, { wsResult: { idResult: 1, resultDescription: 'Refused by the sandbox' } })
const WS_ERROR = json(200, { wsError: { errorCode: 1, errorDescription: 'Refused by the sandbox' } })

/** What a refusal inside a 200 looks like, where it is not that of a start. */
const REFUSALS: Readonly<Record<string, Reply>> = {
  'bulk-load': json(200, { status: false }),
  trigger: json(200, { result: false }),
  data: WS_ERROR,
  'v2-data': WS_ERROR,
  'file-upload': json(200, { error: 'Refused by the sandbox' }),
}

const FAULT_REPLIES: Readonly<Partial<Record<FaultName, (settings: DanaconnectSettings) => Reply>>> = {
  'ws-error-200': () => WS_ERROR,
  'expired-token': (settings) => errorReply(settings, 401, 'the token has expired'),
  'invalid-token': (settings) => errorReply(settings, 401, 'the token is not valid'),
  'wrong-credentials': (settings) => errorReply(settings, 401, 'unknown login or wrong password'),
  'permission-missing': (settings) =>
    errorReply(settings, settings.noPermissionStatus, 'the user lacks the API permission'),
  'scope-missing': (settings) =>
    errorReply(settings, settings.missingScopeStatus, 'the token lacks the scope of this API'),
  'unknown-client': () => json(401, { error: 'invalid_client' }),
  'bad-argument-json': () => badArgument('json'),
  'bad-argument-html': () => badArgument('html'),
  'bad-argument-xml': () => badArgument('xml'),
  'bad-argument-empty': () => badArgument('empty'),
  'record-without-data': () => json(200, { record: {} }),
  'expired-link-200': () => json(200, EXPIRED_LINK),
}

function badArgument(errorBody: DanaconnectSettings['errorBody']): Reply {
  return errorReply({ errorBody }, 400, 'made by a fault of the sandbox')
}

/** Why a start is refused; the words are ours. */
const REASONS: Readonly<Partial<Record<FaultName, string>>> = {
  'old-conversation-id': 'unknown conversation',
  'inactive-flow': 'the conversation is not active',
  'required-field-missing': 'a required field is missing',
  'unknown-field': 'unknown field code',
  'value-too-long': 'a value is too long',
  'file-expired': 'the file is not kept any more',
}

function refusedStart(settings: DanaconnectSettings, fault: FaultName): Reply | null {
  const reason = REASONS[fault]
  return reason === undefined ? null : errorReply(settings, settings.refusedStartStatus, reason)
}

const asItIs = (real: Reply): Reply => real

/** The faults whose work was done: they keep or spoil its reply. */
const SPOILED: Readonly<Partial<Record<FaultName, (real: Reply) => Reply>>> = {
  'password-changed': asItIs,
  'no-expires-in': asItIs,
  'warnings-200': (real) => withMember(real, '"warnings":["2 lines were shortened"]'),
  'no-status-200': (real) => (real.status === 200 ? { ...real, body: '{"requestID":"none"}' } : real),
  'other-case-200': (real) => {
    if (real.status !== 200 || typeof real.body !== 'string') return real
    return { ...real, body: real.body.replaceAll(/"([A-Z_]+)":/g, (name) => name.toLowerCase()) }
  },
}

function withMember(real: Reply, member: string): Reply {
  if (real.status !== 200 || typeof real.body !== 'string') return real
  return { ...real, body: `${real.body.slice(0, -1)},${member}}` }
}
