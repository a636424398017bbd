import { describe, expect, test } from 'bun:test'

import { createWorkbench, type Seen, type Sending, type Workbench } from './workbench.ts'

/** `sandbox@demo:sandbox-password` */
const LOGIN = 'Basic c2FuZGJveEBkZW1vOnNhbmRib3gtcGFzc3dvcmQ='
/** `sandbox-client:sandbox-secret` */
const CLIENT = 'Basic c2FuZGJveC1jbGllbnQ6c2FuZGJveC1zZWNyZXQ='
const STARTED = '{"wsResult":{"idResult":0,"resultDescription":"OK"}}'
const V1 = '/danaconnect/api/1.0/rest/conversation'
const V2 = '/danaconnect/api/2.0/rest/conversation'
const TABLE = '/danaconnect/api/contacts/rest/webdb/table'
const TOKEN = '/danaconnect/oauth2/token'
const RECORD = '{"NAME":"Dana","EMAIL":"support@danaconnect.com"}'

const asJson = { authorization: LOGIN, 'content-type': 'application/json' }
const asForm = { authorization: CLIENT, 'content-type': 'application/x-www-form-urlencoded' }
const WITH_SCOPE = 'grant_type=client_credentials&scope=conversation:access2api'

function loadForm(parts: Record<string, string | null> = {}, file: File | null = csv('contacts-1.csv')): FormData {
  const form = new FormData()
  const all: Record<string, string | null> = {
    delimiter: '"',
    encodingType: 'UTF-8',
    includeHeaders: 'false',
    operationType: 'INSALL',
    separator: ',',
    strict: 'true',
    fieldsCode: 'TEST_NAME;TEST_EMAIL',
    ...parts,
  }
  for (const [name, value] of Object.entries(all)) if (value !== null) form.append(name, value)
  if (file !== null) form.append('file', file)
  return form
}

function csv(name: string): File {
  return new File(['"Dana","support@danaconnect.com"\n'], name, { type: 'text/csv' })
}

async function tokenOf(bench: Workbench, body = WITH_SCOPE): Promise<string> {
  const { text } = await bench.send('POST', TOKEN, { headers: asForm, body })
  return (JSON.parse(text) as { access_token: string }).access_token
}

async function startV2(bench: Workbench, token: string): Promise<Seen> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return bench.send('POST', `${V2}/1001/start/data`, { headers, body: RECORD })
}

describe('DANAConnect accepts', () => {
  const accepted: [name: string, path: string, sending: Sending, body: string, operation: string][] = [
    ['a start for one record', `${V1}/1001/start/data`, { headers: asJson, body: RECORD }, STARTED, 'start-data'],
    ['a start for the list', `${V1}/1001/start/list`, { headers: { authorization: LOGIN } }, STARTED, 'start-list'],
    [
      'a start by project',
      `${V1}/ProjectID/sandbox-project/start/data`,
      { headers: asJson, body: RECORD },
      STARTED,
      'project-start-data',
    ],
    [
      'a start with debugging, which brings a requestID',
      `${V1}/1001/start/data`,
      { headers: { ...asJson, 'x-debug': '1' }, body: RECORD },
      '{"wsResult":{"idResult":0,"resultDescription":"OK"},"requestID":"00000000-0000-4000-8000-000000000001"}',
      'start-data',
    ],
    [
      'a bulk load, echoing exactly seven members',
      `${TABLE}/CONTACTS`,
      { headers: { authorization: LOGIN }, body: loadForm() },
      '{"fields":["TEST_NAME","TEST_EMAIL"],"fileName":"contacts-1.csv","idCompany":"demo","includeHeaders":false,"separator":",","status":true,"tableCode":"CONTACTS"}',
      'bulk-load',
    ],
  ]
  test.each(accepted)('%s', async (_name, path, sending, body, operation) => {
    const bench = createWorkbench()
    const reply = await bench.send('POST', path, sending)
    expect([reply.status, reply.text]).toEqual([200, body])
    const [logged] = bench.mocks.requests()
    expect([logged?.operation, logged?.effect, logged?.status]).toEqual([operation, 1, 200])
  })

  test('a start of v2 with a token of the right scope', async () => {
    const bench = createWorkbench()
    const reply = await startV2(bench, await tokenOf(bench))
    expect([reply.status, reply.text]).toEqual([200, STARTED])
  })
})

describe('DANAConnect refuses', () => {
  const basic = (text: string): Sending => ({
    headers: { ...asJson, authorization: `Basic ${btoa(text)}` },
    body: RECORD,
  })
  const data = (body: string, headers: Record<string, string> = asJson): Sending => ({ headers, body })
  const load = (parts: Record<string, string | null>, file?: File | null): Sending => ({
    headers: { authorization: LOGIN },
    body: file === undefined ? loadForm(parts) : loadForm(parts, file),
  })
  const start = `${V1}/1001/start/data`
  const refused: [name: string, path: string, sending: Sending, status: number][] = [
    ['a call without credentials', start, data(RECORD, { 'content-type': 'application/json' }), 401],
    ['a login without company', start, basic('sandbox:sandbox-password'), 401],
    ['a wrong company', start, basic('sandbox@other:sandbox-password'), 401],
    ['a wrong password', start, basic('sandbox@demo:sandbox-passwore'), 401],
    ['the stray percent sign of the vendor sample', start, basic('sandbox@demo:%sandbox-password'), 401],
    ['credentials that are not base64', start, data(RECORD, { ...asJson, authorization: 'Basic ***' }), 401],
    ['a Bearer token on v1', start, data(RECORD, { ...asJson, authorization: 'Bearer abc' }), 401],
    ['Basic on v2', `${V2}/1001/start/data`, data(RECORD), 401],
    ['an unknown conversation', `${V1}/1002/start/data`, data(RECORD), 400],
    ['a conversationID of 0', `${V1}/0/start/data`, data(RECORD), 400],
    ['a conversationID that is no number', `${V1}/abc/start/list`, data(''), 400],
    ['an unknown project', `${V1}/ProjectID/other/start/data`, data(RECORD), 400],
    ['nested data', start, data('{"NAME":{"first":"Dana"}}'), 400],
    ['a list as a value', start, data('{"NAME":["Dana"]}'), 400],
    ['null as a value', start, data('{"NAME":null}'), 400],
    ['an array as body', start, data('[{"NAME":"Dana"}]'), 400],
    ['a body that is not JSON', start, data('<NAME>Dana</NAME>'), 400],
    ['an empty body', start, data(''), 400],
    ['a body with another Content-Type', start, data(RECORD, { ...asJson, 'content-type': 'text/plain' }), 415],
    ['an unknown path', '/danaconnect/api/3.0/rest', data(RECORD), 404],
    ['a load that is not multipart', `${TABLE}/CONTACTS`, data('{}'), 400],
    [
      'a load with a broken boundary',
      `${TABLE}/CONTACTS`,
      data('x', { authorization: LOGIN, 'content-type': 'multipart/form-data; boundary=y' }),
      400,
    ],
    [
      'a load with Content-Type set by hand, without boundary',
      `${TABLE}/CONTACTS`,
      data('--y--', { authorization: LOGIN, 'content-type': 'multipart/form-data' }),
      400,
    ],
    ['a load without a file', `${TABLE}/CONTACTS`, load({}, null), 400],
    ['a load whose file is a text part', `${TABLE}/CONTACTS`, load({ file: 'Dana' }, null), 400],
    ['a load without fieldsCode', `${TABLE}/CONTACTS`, load({ fieldsCode: null }), 400],
    ['a load with an empty fieldsCode', `${TABLE}/CONTACTS`, load({ fieldsCode: '' }), 400],
    ['a load with a lower-case operation', `${TABLE}/CONTACTS`, load({ operationType: 'insall' }), 400],
    ['an update without a keyField', `${TABLE}/CONTACTS`, load({ operationType: 'UPDINS' }), 400],
    ['includeHeaders that is not a boolean', `${TABLE}/CONTACTS`, load({ includeHeaders: '1' }), 400],
    ['a load into an unknown table', `${TABLE}/OTHER`, load({}), 404],
    ['a load without credentials', `${TABLE}/CONTACTS`, { body: loadForm() }, 401],
    [
      'a token for an unknown client',
      TOKEN,
      { headers: { ...asForm, authorization: 'Basic eDp5' }, body: WITH_SCOPE },
      401,
    ],
    ['a token without client credentials', TOKEN, data(WITH_SCOPE, { 'content-type': asForm['content-type'] }), 401],
    ['a token with another grant', TOKEN, data('grant_type=password', asForm), 400],
    ['a token with an unknown scope', TOKEN, data('grant_type=client_credentials&scope=all', asForm), 400],
    ['a token asked for in JSON', TOKEN, data('{}', { ...asForm, 'content-type': 'application/json' }), 400],
  ]
  test.each(refused)('%s', async (_name, path, sending, status) => {
    const bench = createWorkbench()
    expect((await bench.send('POST', path, sending)).status).toBe(status)
    expect(bench.mocks.requests().map(({ effect }) => effect)).toEqual([0])
    expect(bench.mocks.state().danaconnect).toMatchObject({ startCount: 0, loadCount: 0 })
  })

  test('a method other than POST', async () => {
    expect((await createWorkbench().send('GET', `${V1}/1001/start/list`, { headers: asJson })).status).toBe(405)
  })
})

describe('DANAConnect tokens', () => {
  test('look like the vendor sample and live for an hour', async () => {
    const bench = createWorkbench()
    const { text } = await bench.send('POST', TOKEN, { headers: asForm, body: WITH_SCOPE })
    const reply = JSON.parse(text) as { access_token: string; token_type: string; expires_in: number }
    expect([reply.token_type, reply.expires_in, atob(reply.access_token.split('.')[0] ?? '')]).toEqual([
      'Bearer',
      3600,
      '{"alg":"RS256","typ":"JWT"}',
    ])
  })

  const lives: [name: string, passedMs: number, status: number][] = [
    ['are good until the last millisecond', 3_599_999, 200],
    ['are refused from the second on in which they expire', 3_600_000, 401],
  ]
  test.each(lives)('%s', async (_name, passedMs, status) => {
    const bench = createWorkbench()
    const token = await tokenOf(bench)
    bench.clock.nowMs += passedMs
    expect((await startV2(bench, token)).status).toBe(status)
  })

  test('without the scope are given out and then refused', async () => {
    const bench = createWorkbench()
    const token = await tokenOf(bench, 'grant_type=client_credentials')
    expect((await startV2(bench, token)).status).toBe(401)
  })

  test('come without expires_in when the settings say so', async () => {
    const bench = createWorkbench({ danaconnect: { expiresInReply: false } })
    const { text } = await bench.send('POST', TOKEN, { headers: asForm, body: WITH_SCOPE })
    expect(Object.keys(JSON.parse(text) as object)).toEqual(['access_token', 'token_type'])
  })
})

describe('DANAConnect keeps state', () => {
  test('a start that is sent twice starts two conversations', async () => {
    const bench = createWorkbench()
    for (let time = 0; time < 2; time += 1)
      await bench.send('POST', `${V1}/1001/start/data`, { headers: asJson, body: RECORD })
    const record = { NAME: 'Dana', EMAIL: 'support@danaconnect.com' }
    expect(bench.mocks.state().danaconnect).toMatchObject({ startCount: 2, starts: [{ record }, { record }] })
  })

  test('a flow that is activated anew has another conversationID, and the old one is refused', async () => {
    const bench = createWorkbench()
    expect(bench.mocks.reactivate(1001)).toBe(1002)
    const statuses = []
    for (const id of [1001, 1002]) {
      statuses.push((await bench.send('POST', `${V1}/${id}/start/data`, { headers: asJson, body: RECORD })).status)
    }
    expect(statuses).toEqual([400, 200])
  })

  const flow = {
    company: 'demo',
    projectId: 'p',
    active: true,
    requiredFields: ['EMAIL'],
    fields: { EMAIL: 5, NAME: 9 },
  }
  const fieldRules: [name: string, body: string, status: number][] = [
    ['a record with all required fields passes', '{"EMAIL":"a@b.c"}', 200],
    ['a required field that is missing is refused', '{"NAME":"Dana"}', 400],
    ['a required field that is empty is refused', '{"EMAIL":""}', 400],
    ['a value that is too long is refused', '{"EMAIL":"a@b.cd"}', 400],
    ['an unknown field code is refused', '{"EMAIL":"a@b.c","PHONE":"1"}', 400],
  ]
  test.each(fieldRules)('%s', async (_name, body, status) => {
    const bench = createWorkbench({ danaconnect: { conversations: [{ ...flow, conversationId: 7 }] } })
    expect((await bench.send('POST', `${V1}/7/start/data`, { headers: asJson, body })).status).toBe(status)
  })

  const errorForms: ['json' | 'xml' | 'html' | 'empty', string | null, string][] = [
    ['json', 'application/json', '{"error":"Unauthorized user","reason":"unknown login or wrong password"}'],
    [
      'xml',
      'application/xml',
      '<error><outcome>Unauthorized user</outcome><reason>unknown login or wrong password</reason></error>',
    ],
    [
      'html',
      'text/html',
      '<html><body><h1>401 Unauthorized user</h1><p>unknown login or wrong password</p></body></html>',
    ],
    ['empty', null, ''],
  ]
  test.each(errorForms)('errors come as %s', async (errorBody, contentType, body) => {
    const reply = await createWorkbench({ danaconnect: { errorBody } }).send('POST', `${V1}/1001/start/list`)
    expect([reply.status, reply.headers.get('content-type'), reply.text]).toEqual([401, contentType, body])
  })
})
