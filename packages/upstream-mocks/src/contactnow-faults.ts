import {
  type Envelope,
  failure,
  type Format,
  latin1Bytes,
  latin1Document,
  writeEnvelope,
} from './contactnow-envelope.ts'
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
  'success-with-error': { success: true, error: 'Bad argument: xyz' },
  'nothing-affected': { success: true, account_id: '10278', total: 0, bad: 0 },
  'empty-list-200': { success: true, total: 0, list: [] },
  'absent-list-200': { success: true, total: 0 },
  'none-landed': { success: true, account_id: '10278', total: 0, bad: 1, error: 'Record id [2499265] does not exist.' },
}

/** A page that every validator passes: only its root tells it from a reply. */
const WELL_FORMED_PAGE =
  '<html><head><title>Sandbox fault</title></head><body><h1>Sandbox fault</h1><hr/></body></html>\n'

const PHP_WARNING =
  '<br />\n<b>Warning</b>:  Undefined variable $row in <b>/sandbox/ecnow.php</b> on line <b>1</b><br />\n'

/** Writes the replies of the faults that only ContactNow has. */
export function contactnowFault(
  fault: FaultName,
  real: Reply | null,
  format: Format,
  settings: ContactnowSettings,
): Reply | null {
  if (fault === 'page-200') return { status: 200, contentType: 'text/html', body: WELL_FORMED_PAGE }
  const envelope = ENVELOPES[fault]
  if (envelope !== undefined) return writeEnvelope(envelope, { format }, settings)
  if (real === null || typeof real.body !== 'string') return null
  const body = SPOILED[fault]?.(real.body, format)
  return body === undefined ? null : { ...real, body }
}

/** The faults that spoil the body of a reply; some have spoiled the work itself. */
const SPOILED: Readonly<Partial<Record<FaultName, (body: string, format: Format) => Reply['body']>>> = {
  partial: (body) => body,
  'short-lived-token': (body) => body,
  'malformed-200': malformed,
  'php-warning-200': (body) => PHP_WARNING + body,
  'bom-200': (body) => `\uFEFF${body}`,
  'latin1-200': (body, format) => (format === 'xml' ? latin1Document(body) : latin1Bytes(body)),
  'total-disagrees-200': (body) => body.replace(TOTAL, (_, name: string, total: string) => name + (Number(total) + 4)),
  'huge-list-200': hugeList,
  'duplicate-member-200': (body, format) =>
    format === 'json'
      ? body.replaceAll('"HomePhone":', '"HomePhone":"00000000000","HomePhone":')
      : body.replaceAll(/<HomePhone(?=[>/])/g, '<HomePhone>00000000000</HomePhone><HomePhone'),
}

const TOTAL = /("total":|<total>)(\d+)/

/** Above every cap that a careful client has. */
const HUGE_BYTES = 2 * 1_048_576

/** Repeats the first row of a list; a list without rows stays as it is. */
function hugeList(body: string, format: Format): string {
  const row = (format === 'json' ? /"list":\[(\{.*?\})/ : /<list>(<(\w+)>.*?<\/\2>)/s).exec(body)?.[1]
  if (row === undefined) return body
  const copies = Array.from({ length: Math.ceil(HUGE_BYTES / row.length) }, () => row)
  return body.replace(row, () => copies.join(format === 'json' ? ',' : ''))
}

/** Writes a page of the web server in front of the API, which knows nothing of envelopes. */
export function contactnowPage(status: number): Reply {
  return { status, contentType: 'text/html', body: HTML_PAGE }
}

/** Breaks a reply in the two ways in which the vendor's own samples are broken. */
function malformed(body: string, format: Format): string {
  return format === 'json' ? body.replaceAll(/"([a-z_]+)":/gi, '$1:') : body.replace(/<\/(success)>/, '<$1/>')
}
