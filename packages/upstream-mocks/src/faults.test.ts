import { describe, expect, test } from 'bun:test'

import { signSigV4 } from '@sluice/sigv4'

import { FAULT_TABLE, type FaultName } from './fault-table.ts'
import type { FaultOrder } from './faults.ts'
import type { UpstreamName } from './upstream-name.ts'
import { BASE, createWorkbench, type Seen, START_MS, type Workbench } from './workbench.ts'

const LOGIN = 'Basic c2FuZGJveEBkZW1vOnNhbmRib3gtcGFzc3dvcmQ='
const STARTS = '/danaconnect/api/1.0/rest/conversation/1001/start/data'

/** One good write to each upstream: without a fault it has one effect. */
const WRITES: Record<UpstreamName, (bench: Workbench, format?: string) => Promise<Seen>> = {
  danaconnect: (bench) =>
    bench.send('POST', STARTS, {
      headers: { authorization: LOGIN, 'content-type': 'application/json' },
      body: '{"NAME":"Dana"}',
    }),
  contactnow: async (bench, format = 'json') => {
    const query = `method=ecnow_datasets&action=create&raw=1&format=${format}&token=${await tokenOf(bench)}`
    const body =
      format === 'json'
        ? '[{"import_table":"sandbox"}]'
        : '<easycall><ecnow_records><import_table>sandbox</import_table></ecnow_records></easycall>'
    return bench.send('POST', `/contactnow/ecnow.php?${query}`, { body })
  },
  datatalks: async (bench) => {
    const body = '{"data":{"email":"a@b.c"},"group_key":"abc123"}'
    const signed = await signSigV4(
      { method: 'POST', url: `${BASE}/datatalks/v1/contacts`, body },
      { accessKeyId: 'AKIDSANDBOX', secretAccessKey: 'sandbox-secret' },
      { region: 'eu-north-1', service: 'execute-api', nowMs: START_MS },
    )
    return bench.send('POST', '/datatalks/v1/contacts', { headers: signed.headers, body })
  },
}

const tokens = new WeakMap<Workbench, string>()

/** Asks for a token once per workbench, so that the fault meets the write. */
async function tokenOf(bench: Workbench): Promise<string> {
  const known = tokens.get(bench)
  if (known !== undefined) return known
  const { text } = await bench.send(
    'GET',
    '/contactnow/token.php?action=get&username=sandbox&password=sandbox-password',
  )
  const { token } = JSON.parse(text) as { token: string }
  tokens.set(bench, token)
  return token
}

async function armed(order: Omit<FaultOrder, 'times'>): Promise<Workbench> {
  const bench = createWorkbench()
  if (order.upstream === 'contactnow') await tokenOf(bench)
  bench.mocks.setFault({ times: 1, ...order })
  return bench
}

const HTML = /^<!DOCTYPE html>/
const ALL: UpstreamName[] = ['danaconnect', 'contactnow', 'datatalks']

type Expected = [fault: FaultName, kind: Seen['kind'], status: number, text: RegExp, effect: number]
const statusFaults: Expected[] = [400, 401, 403, 404, 413, 429, 500, 502, 503, 504].map((status) => [
  `status-${status}` as FaultName,
  'response',
  status,
  /./,
  0,
])
const common: Expected[] = [
  ...statusFaults,
  ['reset', 'reset', 0, /^$/, 0],
  ['reset-after', 'reset', 0, /^$/, 1],
  ['timeout', 'hang', 0, /^$/, 0],
  ['timeout-after', 'hang', 0, /^$/, 1],
  ['html-200', 'response', 200, HTML, 0],
  ['broken-html-200', 'response', 200, /^<html><head><title>Sandbox fault<body>/, 0],
  ['empty-200', 'response', 200, /^$/, 0],
  ['cut-200', 'response', 200, /^\{"[^}]*$/, 1],
  ['wrong-format', 'response', 200, /^<result>.*<\/result>$/, 1],
]
const own: Record<UpstreamName, Expected[]> = {
  danaconnect: [
    ['refusal-200', 'response', 200, /^\{"wsResult":\{"idResult":1,/, 0],
    ['ws-error-200', 'response', 200, /^\{"wsError":\{/, 0],
    ['wrong-credentials', 'response', 401, /"reason":"unknown login or wrong password"/, 0],
    ['permission-missing', 'response', 401, /"reason":"the user lacks the API permission"/, 0],
    ['bad-argument-json', 'response', 400, /^\{"error":"Illegal Argument"/, 0],
    ['bad-argument-html', 'response', 400, /^<html>/, 0],
    ['bad-argument-xml', 'response', 400, /^<error>/, 0],
    ['bad-argument-empty', 'response', 400, /^$/, 0],
    ['no-status-200', 'response', 200, /^\{"requestID":"none"\}$/, 1],
    ['old-conversation-id', 'response', 400, /"reason":"unknown conversation"/, 0],
    ['inactive-flow', 'response', 400, /"reason":"the conversation is not active"/, 0],
    ['required-field-missing', 'response', 400, /"reason":"a required field is missing"/, 0],
    ['unknown-field', 'response', 400, /"reason":"unknown field code"/, 0],
    ['value-too-long', 'response', 400, /"reason":"a value is too long"/, 0],
    ['file-expired', 'response', 400, /"reason":"the file is not kept any more"/, 0],
  ],
  contactnow: [
    ['page-200', 'response', 200, /^<html>.*<hr\/><\/body><\/html>\n$/, 0],
    ['refusal-200', 'response', 200, /^\{"success":false,"error":"Bad argument: xyz"\}$/, 0],
    ['success-false', 'response', 200, /^\{"success":false\}$/, 0],
    ['expired-token', 'response', 200, /^\{"success":false,"error":"Expired token","expire":-1\}$/, 0],
    ['invalid-token', 'response', 200, /^\{"success":false,"error":"Invalid token"\}$/, 0],
    ['unknown-token', 'response', 200, /^\{"success":false,"error":"Unknown token"\}$/, 0],
    [
      'partial',
      'response',
      200,
      /^\{"success":true,"account_id":"10278","total":1,"bad":1,"key":105,"error":"Bad argument: row"\}$/,
      1,
    ],
    ['none-landed', 'response', 200, /"total":0,"bad":1,"error":"Record id \[2499265\] does not exist\."\}$/, 0],
    ['malformed-200', 'response', 200, /^\{success:true,account_id:"10278",total:1,bad:0,key:105\}$/, 1],
    ['php-warning-200', 'response', 200, /^<br \/>\n<b>Warning<\/b>:[^]*\{"success":true/, 1],
    ['latin1-200', 'response', 200, /^\{"success":true/, 1],
    ['success-with-error', 'response', 200, /^\{"success":true,"error":"Bad argument: xyz"\}$/, 0],
    ['nothing-affected', 'response', 200, /^\{"success":true,"account_id":"10278","total":0,"bad":0\}$/, 0],
  ],
  datatalks: [
    ['refusal-200', 'response', 200, /^\{"success":false,"messages":\["refused by the sandbox"\],"requestId":/, 0],
    ['success-false', 'response', 200, /^\{"success":false\}$/, 0],
    ['no-success-200', 'response', 200, /^\{"status":"ok"\}$/, 1],
    [
      'signature-expired',
      'response',
      403,
      /^\{"message":"Signature expired: 20260102T025904Z is now earlier than 20260102T025905Z \(20260102T030405Z - 5 min\.\)"\}$/,
      0,
    ],
    [
      'signature-not-current',
      'response',
      403,
      /^\{"message":"Signature not yet current: 20260102T030906Z is still later than 20260102T030905Z \(20260102T030405Z \+ 5 min\.\)"\}$/,
      0,
    ],
    ['signature-mismatch', 'response', 403, /^\{"message":"The request signature we calculated does not match/, 0],
    ['access-denied', 'response', 403, /^\{"Message":"User: arn:/, 0],
    ['forbidden', 'response', 403, /^\{"message":"Forbidden"\}$/, 0],
    ['missing-token', 'response', 403, /^\{"message":"Missing Authentication Token"\}$/, 0],
    [
      'incomplete-signature',
      'response',
      403,
      /^\{"message":"Authorization header requires 'Credential' parameter\. /,
      0,
    ],
    [
      'signature-mismatch-long',
      'response',
      403,
      /details\.\\n\\nThe Canonical String for this request should have been\\n'/,
      0,
    ],
    ['wrong-region', 'response', 403, /^\{"message":"Credential should be scoped to a valid region/, 0],
    ['wrong-service', 'response', 403, /^\{"message":"Credential should be scoped to correct service/, 0],
    ['unknown-key', 'response', 403, /^\{"message":"The security token included in the request is invalid\."\}$/, 0],
    ['bare-500', 'response', 500, /^\{"message":"Internal server error"\}$/, 0],
    ['bare-502', 'response', 502, /^\{"message":"Internal server error"\}$/, 0],
    ['list-expected', 'response', 400, /^\{"success":false,"messages":\["a list is expected"\]/, 0],
    ['quota-exceeded', 'response', 429, /^\{"message":"Limit Exceeded"\}$/, 0],
  ],
}
const rows = ALL.flatMap((upstream) =>
  [...common, ...own[upstream]].map((row): [UpstreamName, ...Expected] => [upstream, ...row]),
)

describe('a fault strikes once, and the call after it has its effect', () => {
  test.each(rows)('%s: %s', async (upstream, fault, kind, status, text, effect) => {
    const bench = await armed({ upstream, fault })
    const before = bench.mocks.tallies()[upstream].effects
    const seen = await WRITES[upstream](bench)
    expect([seen.kind, seen.status]).toEqual([kind, status])
    expect(seen.text).toMatch(text)
    expect(bench.mocks.tallies()[upstream].effects - before).toBe(effect)
    expect(bench.mocks.requests().at(-1)).toMatchObject({ fault, effect, status: kind === 'response' ? status : null })
    const next = await WRITES[upstream](bench)
    expect([next.status, bench.mocks.tallies()[upstream].effects - before]).toEqual([200, effect + 1])
  })

  test('every fault is in the tables of this file, or has a test of its own', () => {
    const tested = new Set<string>(rows.map(([, fault]) => fault))
    const others = [
      'late-200',
      'slow-200',
      'password-changed',
      'unknown-client',
      'scope-missing',
      'no-expires-in',
      'warnings-200',
      'record-without-data',
      'other-case-200',
      'expired-link-200',
      'callback-never',
      'callback-late',
      'callback-twice',
      'callback-out-of-order',
      'callback-before-reply',
      'callback-forged-path',
      'callback-forged-ids',
      'callback-unknown-result',
      'callback-low-count',
      'callback-no-moved-file',
      'callback-extra-keys',
      'callback-numbers-as-text',
      'callback-retried',
      'rows-rejected',
      'bad-credentials',
      'short-lived-token',
      'bom-200',
      'total-disagrees-200',
      'empty-list-200',
      'absent-list-200',
      'huge-list-200',
      'duplicate-member-200',
      'gateway-timeout',
    ]
    expect(Object.keys(FAULT_TABLE).filter((name) => !tested.has(name))).toEqual(others)
  })
})

describe('a fault of ContactNow in XML', () => {
  const xml: [fault: FaultName, text: RegExp][] = [
    ['refusal-200', /^<result><success>1<\/success><error>Bad argument: xyz<\/error><\/result>$/],
    ['success-false', /^<result><success>0<\/success><\/result>$/],
    ['expired-token', /^<result><success>1<\/success><error>Expired token<\/error><expire>-1<\/expire><\/result>$/],
    ['malformed-200', /^<result><success>1<success\/><account_id>/],
    ['wrong-format', /^\{"success":"1","account_id":"10278","total":"1","bad":"0","key":"105"\}$/],
    ['latin1-200', /^<\?xml version="1.0" encoding="ISO-8859-1" \?>\n<result>/],
  ]
  test.each(xml)('%s', async (fault, text) => {
    const bench = await armed({ upstream: 'contactnow', fault })
    expect((await WRITES.contactnow(bench, 'xml')).text).toMatch(text)
  })
})

describe('a fault with a rule of its own', () => {
  test('bad-credentials waits for a token request', async () => {
    const bench = await armed({ upstream: 'contactnow', fault: 'bad-credentials' })
    expect((await WRITES.contactnow(bench)).status).toBe(200)
    const seen = await bench.send('GET', '/contactnow/token.php?action=get&username=sandbox&password=sandbox-password')
    expect(seen.text).toBe('{"success":false,"error":"Authentication failure"}')
  })

  test('bom-200 puts the three bytes of a byte order mark before the reply', async () => {
    const bench = createWorkbench()
    bench.mocks.setFault({ upstream: 'contactnow', fault: 'bom-200', operation: 'token.validate', times: 1 })
    const request = new Request(`${BASE}/contactnow/token.php?action=validate`)
    const reply = await bench.mocks.handle(request)
    const bytes = reply.kind === 'response' ? new Uint8Array(await reply.response.arrayBuffer()) : new Uint8Array()
    expect(Array.from(bytes.slice(0, 4))).toEqual([0xef, 0xbb, 0xbf, 0x7b])
  })

  test('one that names no operation leaves tokens alone: they would use it up', async () => {
    const bench = createWorkbench()
    bench.mocks.setFault({ upstream: 'contactnow', fault: 'status-429', times: 1 })
    expect((await bench.send('GET', '/contactnow/token.php?action=validate')).status).toBe(200)
    expect((await bench.send('GET', '/contactnow/ecnow.php?method=ecnow_datasets&action=read')).status).toBe(429)
    expect((await bench.send('GET', '/contactnow/ecnow.php?method=ecnow_datasets&action=read')).status).toBe(200)
  })

  test('latin1-200 sends a letter outside ASCII as one byte', async () => {
    const bench = await armed({ upstream: 'contactnow', fault: 'latin1-200', operation: 'ecnow_datasets.read' })
    const token = await tokenOf(bench)
    const call = `${BASE}/contactnow/ecnow.php?format=xml&raw=1&token=${token}&method=ecnow_datasets&action=`
    const body =
      '<easycall><ecnow_records><description>é</description><import_table>sandbox</import_table></ecnow_records></easycall>'
    await bench.mocks.handle(new Request(`${call}create`, { method: 'POST', body }))
    const reply = await bench.mocks.handle(new Request(`${call}read`))
    const bytes = reply.kind === 'response' ? new Uint8Array(await reply.response.arrayBuffer()) : new Uint8Array()
    expect([...bytes].filter((byte) => byte > 0x7f)).toEqual([0xe9])
  })

  test('warnings-200 adds a member to the seven of a bulk load', async () => {
    const bench = await armed({ upstream: 'danaconnect', fault: 'warnings-200' })
    const form = new FormData()
    form.append('fieldsCode', 'NAME')
    form.append('file', new File(['Dana'], 'a.csv'))
    const path = '/danaconnect/api/contacts/rest/webdb/table/CONTACTS'
    const seen = await bench.send('POST', path, { headers: { authorization: LOGIN }, body: form })
    expect(JSON.parse(seen.text)).toEqual({
      fields: ['NAME'],
      fileName: 'a.csv',
      idCompany: 'demo',
      includeHeaders: false,
      separator: ',',
      status: true,
      tableCode: 'CONTACTS',
      warnings: ['2 lines were shortened'],
    })
  })

  test('refusal-200 of a bulk load says status false', async () => {
    const bench = await armed({ upstream: 'danaconnect', fault: 'refusal-200', operation: 'bulk-load' })
    const seen = await bench.send('POST', '/danaconnect/api/contacts/rest/webdb/table/CONTACTS')
    expect(seen.text).toBe('{"status":false}')
  })

  test('partial leaves the last row of a batch out', async () => {
    const bench = await armed({ upstream: 'contactnow', fault: 'partial' })
    const call = `/contactnow/ecnow.php?raw=1&token=${await tokenOf(bench)}&method=ecnow_datasets&action=create`
    const row = '{"import_table":"sandbox"}'
    const seen = await bench.send('POST', call, { body: `[${row},${row},${row}]` })
    expect(seen.text).toBe(
      '{"success":true,"account_id":"10278","total":2,"bad":1,"key":106,"error":"Bad argument: row"}',
    )
    expect(bench.mocks.requests().at(-1)?.effect).toBe(2)
  })

  const waits: [fault: FaultName, seconds: number | undefined, header: string | null][] = [
    ['status-429', 7, '7'],
    ['status-503', 0, '0'],
    ['status-429', undefined, null],
    ['status-502', 7, '7'],
    ['status-400', 7, null],
  ]
  test.each(waits)('%s with retryAfterSeconds %p says Retry-After %p', async (fault, retryAfterSeconds, header) => {
    const bench = await armed({
      upstream: 'datatalks',
      fault,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    })
    expect((await WRITES.datatalks(bench)).headers.get('retry-after')).toBe(header)
  })

  test('status-500 with afterEffect does the work first', async () => {
    const bench = await armed({ upstream: 'datatalks', fault: 'status-500', afterEffect: true })
    expect((await WRITES.datatalks(bench)).status).toBe(500)
    expect(bench.mocks.requests().at(-1)).toMatchObject({ effect: 1, status: 500, fault: 'status-500' })
  })

  test('a fault strikes as often as it was told to, in the order of arming', async () => {
    const bench = createWorkbench()
    bench.mocks.setFault({ upstream: 'danaconnect', fault: 'status-503', times: 2 })
    bench.mocks.setFault({ upstream: 'danaconnect', fault: 'status-500', times: 1 })
    const statuses = []
    for (let time = 0; time < 4; time += 1) statuses.push((await WRITES.danaconnect(bench)).status)
    expect(statuses).toEqual([503, 503, 500, 200])
  })

  test('a fault for one operation leaves the others alone', async () => {
    const bench = createWorkbench()
    bench.mocks.setFault({ upstream: 'danaconnect', fault: 'status-503', times: 1, operation: 'start-list' })
    expect((await WRITES.danaconnect(bench)).status).toBe(200)
    expect((await bench.send('POST', STARTS.replace('data', 'list'))).status).toBe(503)
  })

  test('a fault of one upstream leaves the others alone', async () => {
    const bench = await armed({ upstream: 'contactnow', fault: 'reset' })
    expect((await WRITES.danaconnect(bench)).status).toBe(200)
    expect((await WRITES.datatalks(bench)).status).toBe(200)
  })
})
