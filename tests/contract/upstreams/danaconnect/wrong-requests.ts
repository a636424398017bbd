import { multipartBody, type RawRequest, sendRaw, type WrongRequest } from '../wrong-request.ts'

const V1 = '/danaconnect/api/1.0/rest/conversation'
const V2 = '/danaconnect/api/2.0/rest/conversation'
const TABLE = '/danaconnect/api/contacts/rest/webdb/table'
const TOKEN = '/danaconnect/oauth2/token'

const basic = (text: string): { authorization: string } => ({ authorization: `Basic ${btoa(text)}` })
const LOGIN = basic('sandbox@demo:sandbox-password')
const CLIENT = basic('sandbox-client:sandbox-secret')
const JSON_TYPE = { 'content-type': 'application/json' }
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' }
const RECORD = '{"NAME":"Dana"}'
const FORM = 'grant_type=client_credentials&scope=conversation:access2api'

function start(
  headers: Readonly<Record<string, string>>,
  body = RECORD,
  path = `${V1}/1001/start/data`,
): () => RawRequest {
  return () => ({ method: 'POST', path, headers: { ...JSON_TYPE, ...headers }, body })
}

const PARTS = { fieldsCode: 'NAME;EMAIL', file: { filename: 'a.csv', content: 'Dana,d@example.com\n' } }

type Part = string | { readonly filename: string; readonly content: string } | null

function load(
  changed: Readonly<Record<string, Part>>,
  table = 'CONTACTS',
  login: Readonly<Record<string, string>> = LOGIN,
): () => RawRequest {
  const parts = Object.entries({ ...PARTS, ...changed }).flatMap(([name, part]) =>
    part === null ? [] : [[name, part] as const],
  )
  const { headers, body } = multipartBody(Object.fromEntries(parts))
  return () => ({ method: 'POST', path: `${TABLE}/${table}`, headers: { ...headers, ...login }, body })
}

async function withoutScope(url: string): Promise<RawRequest> {
  const body = 'grant_type=client_credentials'
  const { text } = await sendRaw(url, { method: 'POST', path: TOKEN, headers: { ...CLIENT, ...FORM_TYPE }, body })
  const { access_token: token } = JSON.parse(text) as { access_token: string }
  return { method: 'POST', path: `${V2}/1001/start/list`, headers: { authorization: `Bearer ${token}` } }
}

const token =
  (headers: Readonly<Record<string, string>>, body = FORM): (() => RawRequest) =>
  () => ({
    method: 'POST',
    path: TOKEN,
    headers,
    body,
  })

const LOGIN_REFUSED = /unknown login or wrong password/

/** Requests that DANAConnect refuses. */
export const wrongRequests: readonly WrongRequest[] = (
  [
    ['no credentials', start({}), 401, LOGIN_REFUSED],
    ['another scheme', start({ authorization: 'Bearer abc' }), 401, LOGIN_REFUSED],
    ['credentials that are not base64', start({ authorization: 'Basic ***' }), 401, LOGIN_REFUSED],
    ['a login without its company', start(basic('sandbox:sandbox-password')), 401, LOGIN_REFUSED],
    ['a wrong company', start(basic('sandbox@other:sandbox-password')), 401, LOGIN_REFUSED],
    ['a wrong password', start(basic('sandbox@demo:wrong')), 401, LOGIN_REFUSED],
    ['the stray % of the vendor sample', start(basic('sandbox@demo:%sandbox-password')), 401, LOGIN_REFUSED],
    ['Basic on version 2', start(LOGIN, RECORD, `${V2}/1001/start/data`), 401, /the token is not valid/],
    ['a token without the scope', withoutScope, 401, /the token lacks the scope/],
    ['an unknown conversation', start(LOGIN, RECORD, `${V1}/7/start/data`), 400, /unknown conversation/],
    ['a conversationID of 0', start(LOGIN, RECORD, `${V1}/0/start/data`), 400, /not a whole number from 1/],
    [
      'a conversationID beyond int32',
      start(LOGIN, RECORD, `${V1}/2147483648/start/data`),
      400,
      /not a whole number from 1/,
    ],
    [
      'a conversationID that is a word',
      start(LOGIN, RECORD, `${V1}/spring/start/data`),
      400,
      /not a whole number from 1/,
    ],
    ['an unknown project', start(LOGIN, RECORD, `${V1}/ProjectID/other/start/data`), 400, /unknown conversation/],
    ['nested data', start(LOGIN, '{"NAME":{"first":"Dana"}}'), 400, /a value is nested, or null/],
    ['a list in place of a record', start(LOGIN, '[{"NAME":"Dana"}]'), 400, /the body is not an object/],
    ['no JSON', start(LOGIN, 'NAME=Dana'), 400, /the body is not JSON/],
    ['another media type', start({ ...LOGIN, 'content-type': 'text/plain' }), 415, /the body is not application\/json/],
    ['a GET', () => ({ method: 'GET', path: `${V1}/1001/start/list`, headers: LOGIN }), 405, /only POST/],
    ['an unknown path', start(LOGIN, RECORD, '/danaconnect/api/3.0/rest'), 404, /unknown path/],
    [
      'a batch, whose path nobody configured',
      start(LOGIN, '[{"NAME":"Dana"}]', `${V1}/1001/start/batch`),
      404,
      /unknown path/,
    ],
    ['a load without credentials', load({}, 'CONTACTS', {}), 401, LOGIN_REFUSED],
    ['a load without a file', load({ file: null }), 400, /part file is missing/],
    ['a load whose file is text', load({ file: 'Dana' }), 400, /part file is missing/],
    ['a load without fieldsCode', load({ fieldsCode: null }), 400, /fieldsCode is missing/],
    ['a load with an empty fieldsCode', load({ fieldsCode: '' }), 400, /fieldsCode is missing/],
    ['a load of an unknown operation', load({ operationType: 'DELETE' }), 400, /unknown operationType/],
    ['a load of an operation in lower case', load({ operationType: 'insall' }), 400, /unknown operationType/],
    ['a load by key without a key', load({ operationType: 'UPDINS' }), 400, /keyField is missing/],
    [
      'a load by a key that is no column',
      load({ operationType: 'UPDINS', keyField: 'PHONE' }),
      400,
      /not among fieldsCode/,
    ],
    ['a load into an unknown list', load({}, 'NOWHERE'), 404, /unknown tableCode/],
    [
      'a load with a Content-Type set by hand',
      () => ({ ...load({})(), headers: { ...LOGIN, 'content-type': 'multipart/form-data' } }),
      400,
      /not a multipart form/,
    ],
    ['an unknown client', token({ ...FORM_TYPE, ...basic('nobody:x') }), 401, /invalid_client/],
    ['no client', token(FORM_TYPE), 401, /invalid_client/],
    ['another grant', token({ ...FORM_TYPE, ...CLIENT }, 'grant_type=password'), 400, /unsupported_grant_type/],
    ['an unknown scope', token({ ...FORM_TYPE, ...CLIENT }, `${FORM}2`), 400, /invalid_scope/],
    ['a token asked for in JSON', token({ ...JSON_TYPE, ...CLIENT }, '{}'), 400, /invalid_request/],
    [
      'a trigger without a code',
      () => ({ method: 'POST', path: '/danaconnect/event/Trigger?NAME=A', headers: LOGIN }),
      400,
      /dana is missing/,
    ],
    [
      'a record of an expired code',
      () => ({ method: 'GET', path: `${V1}/data/sandbox-dana-expired`, headers: LOGIN }),
      200,
      /"wsError":\{"errorCode":2,"errorDescription":"The token has expired"\}/,
    ],
    [
      'an upload of two files',
      () => {
        const { headers, body } = multipartBody({ file: PARTS.file })
        const twice = body.replace('--contract-suite--', body)
        const path = '/danaconnect/dana/conversation/http/rest/file/upload'
        return { method: 'POST', path, headers: { ...headers, ...LOGIN }, body: twice }
      },
      400,
      /exactly one part file/,
    ],
  ] as const
).map(([name, request, status, says]) => ({ name, request, status, says }))
