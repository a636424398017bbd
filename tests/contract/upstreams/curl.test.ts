import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Sandbox, startSandbox } from '@sluice/gateway/bun'
import { sendRaw } from './wrong-request.ts'

/** The lines that people are given to copy. */
const README = readFileSync(join(import.meta.dir, '../../../packages/upstream-mocks/README.md'), 'utf8')
const LINES = /```sh\n([^]*?)```/.exec(README)?.[1]?.trim().split('\n') ?? []

let sandbox: Sandbox
let listener: ReturnType<typeof Bun.serve>
let folder: string
const callbacks: unknown[] = []
let onCallback: (() => void) | null = null

beforeAll(async () => {
  if (Bun.which('curl') === null) throw new Error('this test runs the README with curl, which is not installed')
  sandbox = await startSandbox(0)
  folder = mkdtempSync(join(tmpdir(), 'sluice-curl-'))
  writeFileSync(join(folder, 'contacts.csv'), 'Dana,support@danaconnect.com\nAnn,ann@example.com\n')
  listener = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      callbacks.push({ path: new URL(request.url).pathname, body: await request.json() })
      onCallback?.()
      return new Response()
    },
  })
})
afterAll(async () => {
  sandbox.stop()
  await listener.stop(true)
  rmSync(folder, { recursive: true, force: true })
})

/** Runs a line as a shell would, and appends the status of the reply to what it prints. */
async function shell(line: string, environment: Readonly<Record<string, string>> = {}): Promise<string> {
  const child = Bun.spawn(
    ['bash', '-c', line.replace(/^curl /, String.raw`curl --silent --show-error --write-out ' %{http_code}' `)],
    {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', URL: sandbox.url, ...environment },
      stdout: 'pipe',
      stderr: 'pipe',
    },
  )
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  return out + err
}

async function tokenOf(): Promise<string> {
  const reply = await shell(
    'curl -d action=get -d username=sandbox -d password=sandbox-password $URL/contactnow/token.php',
  )
  return /"token":"([0-9a-f]{40})"/.exec(reply)?.[1] ?? ''
}

const SUCCESS = /^\{"success":true,"messages":\[\],"requestId":"[0-9a-f-]{36}","key":"AKIDSANDBOX"\} 200$/
const SIGNED =
  'curl --aws-sigv4 "aws:amz:eu-north-1:execute-api" --user AKIDSANDBOX:sandbox-secret --json \'{"data":{"email":"dana@example.com"},"group_key":"abc123"}\''

describe('the lines of the README of the mocks', () => {
  const replies: [what: string, reply: RegExp][] = [
    ['start a conversation', /^\{"wsResult":\{"idResult":0,"resultDescription":"OK"\}\} 200$/],
    [
      'load contacts',
      /^\{"fields":\["NAME","EMAIL"\],"fileName":"contacts\.csv","idCompany":"demo","includeHeaders":false,"separator":",","status":true,"tableCode":"CONTACTS"\} 200$/,
    ],
    ['get a token', /^\{"success":true,"token":"[0-9a-f]{40}","expire":\d{10}\} 200$/],
    ['create a dataset', /^\{"success":true,"account_id":"10278","total":1,"bad":0,"key":105\} 200$/],
    ['upsert a contact, signed', SUCCESS],
  ]
  test.each(replies.map(([what, reply], place) => [what, reply, LINES[place] ?? ''] as const))(
    '%s',
    async (_what, reply, line) => {
      const environment = { TOKEN: await tokenOf(), CALLBACK: `${listener.url.href}callbacks/secret` }
      expect(await shell(line, environment)).toMatch(reply)
    },
  )

  test('are all run here', () => {
    expect(LINES).toHaveLength(replies.length)
  })
})

test('a CSV that curl loads is processed, and the callback arrives', async () => {
  const arrived = new Promise<void>((resolve) => (onCallback = resolve))
  callbacks.length = 0
  sandbox.mocks.reset()
  const reply = await shell(
    'curl -u sandbox@demo:sandbox-password -F \'fieldsCode="NAME;EMAIL"\' -F "callbackUrl=$CALLBACK" -F file=@contacts.csv $URL/danaconnect/api/contacts/rest/webdb/table/CONTACTS',
    { CALLBACK: `${listener.url.href}callbacks/secret` },
  )
  expect(reply).toEndWith(' 200')
  await fetch(`${sandbox.url}/_sandbox/step`, { method: 'POST' })
  await arrived
  expect(callbacks).toEqual([
    {
      path: '/callbacks/secret',
      body: {
        fileName: 's3://contactsfile/3233/contacts.csv',
        fileSize: 49,
        logID: 1,
        result: 'FINISHED',
        idCompany: 'demo',
        idWebDb: 987,
        lineCount: 2,
        movedFile: 'processed/Log1-webdb987',
      },
    },
  ])
})

describe('curl --aws-sigv4', () => {
  test('with a byte changed on the way is refused with the documented message', async () => {
    // The signed host is the sandbox's; the connection goes to somebody who changes the body.
    const thief = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      async fetch(request) {
        const body = (await request.text()).replace('dana@', 'dane@')
        const { 'content-length': _, connection: __, ...headers } = Object.fromEntries(request.headers)
        const { status, text } = await sendRaw(sandbox.url, {
          method: 'POST',
          path: '/datatalks/v1/contacts',
          headers,
          body,
        })
        return new Response(text, { status })
      },
    })
    const port = new URL(sandbox.url).port
    const reply = await shell(
      `${SIGNED} --connect-to 127.0.0.1:${port}:127.0.0.1:${thief.port} $URL/datatalks/v1/contacts`,
    )
    await thief.stop(true)
    expect(reply).toStartWith(
      '{"message":"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\\n\\nThe Canonical String for this request should have been\\n\'POST\\n',
    )
    expect(reply).toEndWith(' 403')
  })

  const refused: [name: string, line: string, message: RegExp][] = [
    ['a wrong secret', SIGNED.replace('sandbox-secret', 'wrong'), /The request signature we calculated does not match/],
    ['a wrong region', SIGNED.replace('eu-north-1', 'us-east-1'), /Credential should be scoped to a valid region/],
    [
      'a wrong service',
      SIGNED.replace('execute-api', 'lambda'),
      /Credential should be scoped to correct service: 'execute-api'\. /,
    ],
    [
      'an unknown key',
      SIGNED.replace('AKIDSANDBOX', 'AKIDNOBODY'),
      /The security token included in the request is invalid\./,
    ],
  ]
  test.each(refused)('with %s is refused with the documented message', async (_name, line, message) => {
    const reply = await shell(`${line} $URL/datatalks/v1/contacts`)
    expect(reply).toMatch(message)
    expect(reply).toEndWith(' 403')
  })

  test('of what the contract prints of version 2 and an event is accepted', async () => {
    const event =
      '{"data": {"email": "john.doe@example.com", "description": "Order 1", "products": "P1,P2", "location": "shop-1", "value": 123.75,\n "contactExtEventType": "PURCHASE", "externalId": "order-1", "shopDomain": "shop.example", "detail1": "gold"}, "group_key": "abc123"}'
    writeFileSync(join(folder, 'event.json'), event)
    const line = SIGNED.replace(/--json '.*'/, '-H "Content-Type: application/json" --data-binary @event.json')
    expect(await shell(`${line} $URL/datatalks/v1/events`)).toMatch(SUCCESS)
  })
})

describe('the dataset calls as the contract prints them', () => {
  const url = (format: string, action: string): string =>
    `"$URL/contactnow/ecnow.php?token=$TOKEN&format=${format}&method=ecnow_datasets&action=${action}&raw=1"`
  const calls: [name: string, format: string, action: string, body: string | null, reply: RegExp][] = [
    [
      'DS-C-JSON',
      'json',
      'create',
      '[{"description":"baba3","import_table":"nelsontest"}]',
      /^\{"success":true,"account_id":"10278","total":1,"bad":0,"key":105\} 200$/,
    ],
    [
      'DS-C-XML',
      'xml',
      'create',
      '<easycall><ecnow_records><description>Baba3</description><import_table>nesontest</import_table></ecnow_records></easycall>',
      /^<result><success>1<\/success><account_id>10278<\/account_id><total>1<\/total><bad>0<\/bad><key>105<\/key><\/result> 200$/,
    ],
    [
      'a read in JSON',
      'json',
      'read',
      null,
      /^\{"success":true,"total":1,"list":\[\{"dataset":"104","qid":"0","d_status":"LIVE",/,
    ],
    [
      'a read in XML',
      'xml',
      'read',
      null,
      /^<\?xml version="1\.0" encoding="utf-8" \?>\n<result><success>1<\/success><total>1<\/total><list><ecnow_dataset><dataset>104<\/dataset>/,
    ],
    [
      'DS-U-JSON',
      'json',
      'update',
      '[{"description":"baba3","import_table":"nelsontest","qid":"829603","dataset":"104","d_status":"LIVE","d_priority":"90"}]',
      /^\{"success":true,"account_id":"10278","total":1,"bad":0\} 200$/,
    ],
    [
      'DS-U-XML with its qid closed',
      'xml',
      'update',
      "<?xml version='1.0' encoding='utf-8' ?>\n<easycall>\n    <ecnow_records>\n        <description>550447</description>\n        <import_table>nelsontest</import_table>\n        <qid>829603</qid>\n        <dataset>104</dataset>\n        <d_status>LIVE</d_status>\n        <d_priority>90</d_priority>\n    </ecnow_records>\n</easycall>",
      /^<result><success>1<\/success><account_id>10278<\/account_id><total>1<\/total><bad>0<\/bad><key>0<\/key><\/result> 200$/,
    ],
    [
      'DS-U-XML as it is printed, which is refused',
      'xml',
      'update',
      "<?xml version='1.0' encoding='utf-8' ?>\n<easycall>\n    <ecnow_records>\n        <qid>Blogs<qid/>\n        <dataset>104</dataset>\n    </ecnow_records>\n</easycall>",
      /^<result><success>1<\/success><error>[^<]+<\/error><\/result> 200$/,
    ],
  ]
  test.each(calls)('%s', async (_name, format, action, body, reply) => {
    sandbox.mocks.reset()
    const TOKEN = await tokenOf()
    if (body !== null) writeFileSync(join(folder, 'payload'), body)
    const data = body === null ? '' : '--data-binary @payload '
    expect(await shell(`curl ${data}${url(format, action)}`, { TOKEN })).toMatch(reply)
  })
})
