import { type Envelope, failure, type Format, writeEnvelope } from './contactnow-envelope.ts'
import type { ContactnowSettings } from './contactnow-settings.ts'
import { EXPIRED } from './contactnow-tokens.ts'
import { HTML_PAGE } from './fault-replies.ts'
import type { FaultName } from './fault-table.ts'
import type { Reply } from './reply.ts'

/** The faults that are an envelope of their own. */
const ENVELOPES: Readonly<Partial<Record<FaultName, Envelope>>> = {
  'refusal-200': failure('Bad argument: xyz'),
  'success-false': { success: false },
  'expired-token': EXPIRED,
  'invalid-token': failure('Invalid token'),
  'unknown-token': failure('Unknown token'),
  'bad-credentials': failure('Authentication failure'),
  'none-landed': { success: true, account_id: '10278', total: 0, bad: 1, error: 'Record id [2499265] does not exist.' },
}

const PHP_WARNING =
  '<br />\n<b>Warning</b>:  Undefined variable $row in <b>/sandbox/ecnow.php</b> on line <b>1</b><br />\n'

/** Writes the replies of the faults that only ContactNow has. */
export function contactnowFault(
  fault: FaultName,
  real: Reply | null,
  format: Format,
  settings: ContactnowSettings,
): Reply | null {
  const envelope = ENVELOPES[fault]
  if (envelope !== undefined) return writeEnvelope(envelope, { format }, settings)
  if (real === null || typeof real.body !== 'string') return null
  const body = SPOILED[fault]?.(real.body, format)
  return body === undefined ? null : { ...real, body }
}

/** The faults that spoil the body of a reply; under `partial` the work has spoiled it already. */
const SPOILED: Readonly<Partial<Record<FaultName, (body: string, format: Format) => Reply['body']>>> = {
  partial: (body) => body,
  'malformed-200': malformed,
  'php-warning-200': (body) => PHP_WARNING + body,
  'bom-200': (body) => `\uFEFF${body}`,
  'latin1-200': latin1,
}

/** Writes a page of the web server in front of the API, which knows nothing of envelopes. */
export function contactnowPage(status: number): Reply {
  return { status, contentType: 'text/html', body: HTML_PAGE }
}

/** Breaks a reply in the two ways in which the vendor's own samples are broken. */
function malformed(body: string, format: Format): string {
  return format === 'json' ? body.replaceAll(/"([a-z_]+)":/gi, '$1:') : body.replace(/<\/(success)>/, '<$1/>')
}

function latin1(body: string, format: Format): Uint8Array<ArrayBuffer> {
  const bare = body.replace(/^<\?xml[^>]*\?>\n?/, '')
  const text = format === 'xml' ? `<?xml version="1.0" encoding="ISO-8859-1" ?>\n${bare}` : bare
  return Uint8Array.from(text, (character) => Math.min(character.codePointAt(0) ?? 0x3f, 0xff))
}
