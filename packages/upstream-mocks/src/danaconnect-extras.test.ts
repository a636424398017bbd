import { describe, expect, test } from 'bun:test'

import { asUser, load, LOGIN } from './danaconnect-caller.ts'
import type { FaultName } from './fault-table.ts'
import { createWorkbench, type Seen, type Workbench } from './workbench.ts'

const V1 = '/danaconnect/api/1.0/rest/conversation'
const UPLOAD = '/danaconnect/dana/conversation/http/rest/file/upload'
const TRIGGER = '/danaconnect/event/Trigger'
const TOKEN = '/danaconnect/oauth2/token'
const ASK = {
  headers: {
    authorization: 'Basic c2FuZGJveC1jbGllbnQ6c2FuZGJveC1zZWNyZXQ=',
    'content-type': 'application/x-www-form-urlencoded',
  },
  body: 'grant_type=client_credentials&scope=conversation:access2api',
}

async function bearerOf(bench: Workbench): Promise<Record<string, string>> {
  const { text } = await bench.send('POST', TOKEN, ASK)
  return { authorization: `Bearer ${(JSON.parse(text) as { access_token: string }).access_token}` }
}

function upload(bench: Workbench, headers: Record<string, string> = {}, files = 1): Promise<Seen> {
  const body = new FormData()
  for (let count = 0; count < files; count += 1) body.append('file', new File(['%PDF'], 'offer.pdf'))
  return bench.send('POST', UPLOAD, asUser({ headers, body }))
}

describe('DANAConnect data retrieval', () => {
  const read: [name: string, query: string, body: string][] = [
    ['all fields', '', '{"record":{"NAME":"Dana","EMAIL":"support@danaconnect.com"}}'],
    ['one field', '?fields=EMAIL', '{"record":{"EMAIL":"support@danaconnect.com"}}'],
    ['two fields', '?fieldList=NAME,EMAIL', '{"record":{"NAME":"Dana","EMAIL":"support@danaconnect.com"}}'],
    ['a field that is not there', '?fields=PHONE', '{"record":{}}'],
  ]
  test.each(read)('of %s', async (_name, query, body) => {
    const seen = await createWorkbench().send('GET', `${V1}/data/sandbox-dana${query}`, asUser())
    expect([seen.status, seen.text]).toEqual([200, body])
  })

  test('on v2 takes a token, and says its requestID with debugging on', async () => {
    const bench = createWorkbench()
    const path = '/danaconnect/api/2.0/rest/conversation/data/sandbox-dana?fields=NAME'
    const seen = await bench.send('GET', path, { headers: { ...(await bearerOf(bench)), 'x-debug': '1' } })
    expect(seen.text).toBe('{"record":{"NAME":"Dana"},"requestID":"00000000-0000-4000-8000-000000000001"}')
    expect((await bench.send('GET', path, asUser())).status).toBe(401)
  })

  const failed: [name: string, code: string, status: number, body: string][] = [
    [
      'an expired code',
      'sandbox-dana-expired',
      200,
      '{"wsError":{"errorCode":2,"errorDescription":"The token has expired"}}',
    ],
    ['an unknown code', '%24f%7Bdana%7D', 200, '{"wsError":{"errorDescription":"Record not found"}}'],
  ]
  test.each(failed)('of %s fails', async (_name, code, status, body) => {
    const seen = await createWorkbench().send('GET', `${V1}/data/${code}`, asUser())
    expect([seen.status, seen.text]).toEqual([status, body])
  })

  test('without permission on the list gives a record without its data', async () => {
    const link = {
      company: 'demo',
      dana: 'd',
      record: { NAME: 'Dana' },
      expired: false,
      deniedLogins: ['sandbox@demo'],
    }
    const bench = createWorkbench({ danaconnect: { links: [link] } })
    expect((await bench.send('GET', `${V1}/data/d`, asUser())).text).toBe('{"record":{}}')
  })

  const faults: [fault: FaultName, body: string][] = [
    ['record-without-data', '{"record":{}}'],
    ['other-case-200', '{"record":{"name":"Dana","email":"support@danaconnect.com"}}'],
    ['expired-link-200', '{"wsError":{"errorCode":2,"errorDescription":"The token has expired"}}'],
    ['refusal-200', '{"wsError":{"errorCode":1,"errorDescription":"Refused by the sandbox"}}'],
  ]
  test.each(faults)('under %s', async (fault, body) => {
    const bench = createWorkbench()
    bench.mocks.setFault({ upstream: 'danaconnect', fault, times: 1, operation: 'data' })
    expect((await bench.send('GET', `${V1}/data/sandbox-dana`, asUser())).text).toBe(body)
  })
})

describe('DANAConnect external trigger', () => {
  test('updates the record, and counts', async () => {
    const bench = createWorkbench()
    const seen = await bench.send('POST', `${TRIGGER}?dana=sandbox-dana&NAME=Ann%20B`, asUser())
    expect([seen.status, seen.text]).toEqual([200, '{"result":true}'])
    expect(bench.mocks.state().danaconnect['triggers']).toMatchObject([
      { dana: 'sandbox-dana', fields: { NAME: 'Ann B' } },
    ])
    const read = await bench.send('GET', `${V1}/data/sandbox-dana?fields=NAME`, asUser())
    expect(read.text).toBe('{"record":{"NAME":"Ann B"}}')
    expect(bench.mocks.tallies().danaconnect.effects).toBe(1)
  })

  const refused: [name: string, query: string, body: string | undefined, status: number, text: RegExp][] = [
    ['of an expired code', '?dana=sandbox-dana-expired', undefined, 200, /^\{"result":false\}$/],
    ['of an unknown code', '?dana=x', undefined, 200, /^\{"result":false\}$/],
    ['without a code', '?NAME=Ann', undefined, 400, /dana is missing/],
    ['with a body', '?dana=sandbox-dana', '{"NAME":"Ann"}', 400, /the body is not empty/],
  ]
  test.each(refused)('%s does nothing', async (_name, query, body, status, text) => {
    const bench = createWorkbench()
    const seen = await bench.send('POST', TRIGGER + query, asUser(body === undefined ? {} : { body }))
    expect(seen.status).toBe(status)
    expect(seen.text).toMatch(text)
    expect(bench.mocks.tallies().danaconnect.effects).toBe(0)
  })
})

describe('DANAConnect file upload', () => {
  test('gives a fileID, with a requestID where debugging is on', async () => {
    const seen = await upload(createWorkbench(), { 'x-debug': '1' })
    expect(Object.keys(JSON.parse(seen.text) as object)).toEqual(['fileID', 'requestID'])
    expect((JSON.parse(seen.text) as { fileID: string }).fileID).toMatch(/^s3:\/\/WS\/2026\/1\/[0-9a-f]{64}$/)
  })

  const forms: [name: string, accept: string, uploadReply: 'by-accept' | 'json', start: string][] = [
    ['answers in JSON where that is accepted', 'application/json', 'by-accept', '{"fileID":"s3://WS/'],
    ['answers in XML where JSON is not named', '*/*', 'by-accept', '<upload><fileID>s3://WS/'],
    ['answers in JSON always, by a setting', '*/*', 'json', '{"fileID":"s3://WS/'],
  ]
  test.each(forms)('%s', async (_name, accept, uploadReply, start) => {
    const bench = createWorkbench({ danaconnect: { uploadReply } })
    expect((await upload(bench, { accept })).text).toStartWith(start)
  })

  test('takes one file per call, in a form', async () => {
    const bench = createWorkbench()
    const statuses = [(await upload(bench, {}, 0)).status, (await upload(bench, {}, 2)).status]
    const text = new FormData()
    text.append('file', 'text')
    for (const body of [text, 'x']) statuses.push((await bench.send('POST', UPLOAD, asUser({ body }))).status)
    expect(statuses).toEqual([400, 400, 400, 400])
  })

  const ages: [name: string, passedMs: number, status: number][] = [
    ['can be used until the seventh day is over', 604_799_999, 200],
    ['is gone after seven days', 604_800_000, 400],
  ]
  test.each(ages)('%s', async (_name, passedMs, status) => {
    const bench = createWorkbench()
    const { fileID } = JSON.parse((await upload(bench)).text) as { fileID: string }
    bench.clock.nowMs += passedMs
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ ATTACHMENT: fileID })
    expect((await bench.send('POST', `${V1}/1001/start/data`, asUser({ headers, body }))).status).toBe(status)
  })
})

describe('DANAConnect starts without a documented path', () => {
  const paths = {
    batchPath: '/api/1.0/rest/conversation/{id}/start/batch',
    existingRecordPath: '/api/2.0/rest/conversation/{id}/start/record/{record}',
  }
  const headers = { 'content-type': 'application/json' }

  test('do not exist before a path is configured', async () => {
    const bench = createWorkbench()
    const seen = await bench.send('POST', `${V1}/1001/start/batch`, asUser({ headers, body: '[{"NAME":"Dana"}]' }))
    expect(seen.status).toBe(404)
  })

  const batches: [count: number, status: number][] = [
    [1, 200],
    [10, 200],
    [11, 400],
    [0, 400],
  ]
  test.each(batches)('a batch of %p contacts', async (count, status) => {
    const bench = createWorkbench({ danaconnect: paths })
    const body = JSON.stringify(Array.from({ length: count }, () => ({ NAME: 'Dana' })))
    expect((await bench.send('POST', `${V1}/1001/start/batch`, asUser({ headers, body }))).status).toBe(status)
    expect(bench.mocks.state().danaconnect['startCount']).toBe(status === 200 ? count : 0)
  })

  const records: [name: string, uid: string, body: string, status: number, started: object[]][] = [
    ['as it is stored', '1', '', 200, [{ NAME: 'Ann', EMAIL: 'x' }]],
    ['with values put over it', '1', '{"EMAIL":"y"}', 200, [{ NAME: 'Ann', EMAIL: 'y' }]],
    ['that is not there', '2', '', 400, []],
  ]
  test.each(records)('a record %s', async (_name, uid, body, status, started) => {
    const bench = createWorkbench({ danaconnect: paths })
    await load(bench, 'Ann,x')
    await bench.mocks.runAll()
    const path = `/danaconnect/api/2.0/rest/conversation/1001/start/record/${uid}`
    const sent = { headers: { ...(await bearerOf(bench)), ...headers }, ...(body === '' ? {} : { body }) }
    expect((await bench.send('POST', path, sent)).status).toBe(status)
    expect((bench.mocks.state().danaconnect['starts'] as { record: object }[]).map(({ record }) => record)).toEqual(
      started,
    )
  })
})

describe('DANAConnect credentials under a fault', () => {
  test('password-changed refuses every login until a reset', async () => {
    const bench = createWorkbench()
    bench.mocks.setFault({ upstream: 'danaconnect', fault: 'password-changed', times: 1 })
    const statuses = []
    for (let time = 0; time < 3; time += 1) {
      if (time === 2) bench.mocks.reset()
      statuses.push((await bench.send('POST', `${V1}/1001/start/list`, { headers: { authorization: LOGIN } })).status)
    }
    expect(statuses).toEqual([401, 401, 200])
  })

  const tokens: [fault: FaultName, status: number, members: string[]][] = [
    ['unknown-client', 401, ['error']],
    ['no-expires-in', 200, ['access_token', 'token_type']],
  ]
  test.each(tokens)('%s', async (fault, status, members) => {
    const bench = createWorkbench()
    bench.mocks.setFault({ upstream: 'danaconnect', fault, times: 1 })
    const seen = await bench.send('POST', TOKEN, ASK)
    expect([seen.status, Object.keys(JSON.parse(seen.text) as object)]).toEqual([status, members])
  })

  test('scope-missing meets v2, and not the token', async () => {
    const bench = createWorkbench()
    bench.mocks.setFault({ upstream: 'danaconnect', fault: 'scope-missing', times: 1 })
    const headers = await bearerOf(bench)
    const seen = await bench.send('POST', '/danaconnect/api/2.0/rest/conversation/1001/start/list', { headers })
    expect([seen.status, JSON.parse(seen.text)]).toEqual([
      401,
      { error: 'Unauthorized user', reason: 'the token lacks the scope of this API' },
    ])
  })
})
