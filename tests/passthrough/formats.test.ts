import { afterEach, describe, expect, test } from 'bun:test'
import { SANDBOX } from '@sluice/upstream-mocks'
import { setStage, type Stage } from './stage.ts'

let stage: Stage
afterEach(() => stage.world.stop())

const DATASETS = '/v1/contactnow/datasets'
const RECORDS = `${DATASETS}/${SANDBOX.contactnow.dataset}/records`
const LOADS = `/v1/danaconnect/tables/${SANDBOX.danaconnect.tableCode}/loads`
const JSON_TYPE = 'application/json'
const XML_TYPE = 'application/xml'
const NEITHER = 'application/problem+json'

describe('Accept', () => {
  test.each([
    [undefined, JSON_TYPE],
    ['', JSON_TYPE],
    ['*/*', JSON_TYPE],
    ['application/*', JSON_TYPE],
    ['application/json', JSON_TYPE],
    ['APPLICATION/XML', XML_TYPE],
    ['text/xml', 'text/xml'],
    ['text/*', 'text/xml'],
    ['text/xml, application/xml', XML_TYPE],
    ['text/xml, application/xml;q=0.9', 'text/xml'],
    ['application/json, application/xml', JSON_TYPE],
    ['application/xml, application/json', JSON_TYPE],
    ['application/json;q=0.5, application/xml;q=0.6', XML_TYPE],
    ['application/json;q=0.5, */*;q=0.1', JSON_TYPE],
    ['application/json;q=0, */*', XML_TYPE],
    ['application/problem+xml', XML_TYPE],
    ['application/xml;q=0, application/*;q=0.2', JSON_TYPE],
    ['application/xml, */*;q=0.9', XML_TYPE],
    ['text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8', XML_TYPE],
    ['application/xml; charset=utf-8; q=1.0, application/json; q=0.999', XML_TYPE],
    ['application/problem+xml, application/xml', XML_TYPE],
    ['text/html', NEITHER],
    ['text/html, image/*', NEITHER],
    ['application/json;q=0, application/xml;q=0', NEITHER],
    ['application/json;q=0', NEITHER],
    ['*/*;q=0', NEITHER],
    // A header in which nothing is a media range says nothing.
    ['json', JSON_TYPE],
    [', ;q=1, /', JSON_TYPE],
  ])('%p is answered with %s', async (accept, type) => {
    stage = await setStage()
    const { status, headers, json } = await stage.ask(
      'GET',
      DATASETS,
      accept === undefined ? {} : { headers: { accept } },
    )
    expect([headers.get('content-type'), status]).toEqual([type, type === NEITHER ? 406 : 200])
    if (type === NEITHER) expect(json).toMatchObject({ code: 'NOT_ACCEPTABLE' })
    else expect(headers.get('vary')).toContain('Accept')
  })

  test('problems are XML too, also of who has no key', async () => {
    stage = await setStage()
    const { status, headers, text } = await stage.ask('GET', DATASETS, {
      headers: { accept: XML_TYPE, authorization: 'none' },
    })
    expect([status, headers.get('content-type')]).toEqual([401, 'application/problem+xml'])
    expect(text).toStartWith(
      '<?xml version="1.0" encoding="UTF-8"?>\n<problem xmlns="urn:ietf:rfc:7807"><type>urn:sluice:problem:UNAUTHENTICATED</type>',
    )
  })

  test('what is wrong with a body is a list in XML', async () => {
    stage = await setStage()
    const asked = { body: {}, headers: { accept: XML_TYPE } }
    const { status, text } = await stage.ask('POST', DATASETS, asked)
    expect(status).toBe(422)
    expect(text).toContain('<errors><i><path>description</path>')
    expect(text).toContain('</i><i><path>import_table</path>')
  })
})

describe('Content-Type', () => {
  const json = '{"MobilePhone":"+46700000001"}'
  const xml = '<r><MobilePhone>+46700000001</MobilePhone></r>'
  test.each([
    ['application/json', json, 201, null],
    ['application/json; charset=UTF-8', json, 201, null],
    ['application/vnd.example+json', json, 201, null],
    ['application/xml', xml, 201, null],
    ['text/xml; charset="utf-8"', xml, 201, null],
    ['application/soap+xml', xml, 201, null],
    ['application/xml', `<r xmlns="urn:x">${xml.slice(3)}`, 201, null],
    ['application/json; charset=utf-16', json, 415, 'CONTENT_TYPE_UNSUPPORTED'],
    ['text/plain', json, 415, 'CONTENT_TYPE_UNSUPPORTED'],
    ['application/x-www-form-urlencoded', 'MobilePhone=1', 415, 'CONTENT_TYPE_UNSUPPORTED'],
    ['text/csv', 'MobilePhone\n1\n', 415, 'CONTENT_TYPE_UNSUPPORTED'],
    ['application/json', '{"MobilePhone":', 400, 'JSON_SYNTAX'],
    ['application/json', '{"a":1,"a":2}', 400, 'JSON_DUPLICATE_KEY'],
    ['application/json', '{"__proto__":{"MobilePhone":"1"}}', 400, 'JSON_FORBIDDEN_KEY'],
    ['application/json', '"MobilePhone"', 422, 'SCHEMA_MISMATCH'],
    ['application/json', '["MobilePhone"]', 422, 'SCHEMA_MISMATCH'],
    ['application/json', '{"dataset":"7","MobilePhone":"1"}', 422, 'SCHEMA_MISMATCH'],
    ['application/xml', '<r><MobilePhone>1</r>', 400, 'XML_SYNTAX'],
    ['application/xml', '<!DOCTYPE r [<!ENTITY e "1">]><r><MobilePhone>&e;</MobilePhone></r>', 400, 'XML_DOCTYPE'],
  ])('%s %s is answered with %d', async (type, body, status, code) => {
    stage = await setStage()
    const answer = await stage.ask('POST', RECORDS, { body, headers: { 'content-type': type } })
    expect(answer).toMatchObject({ status, ...(code === null ? {} : { json: { code } }) })
    expect(stage.world.effects('contactnow')).toBe(code === null ? 1 : 0)
  })

  test('a body of another encoding, or larger than 1 MiB, is refused', async () => {
    stage = await setStage()
    const encoded = await stage.ask('POST', RECORDS, { body: json, headers: { 'content-encoding': 'br' } })
    expect(encoded).toMatchObject({ status: 415, json: { code: 'CONTENT_ENCODING_UNSUPPORTED' } })
    const large = await stage.ask('POST', RECORDS, { body: { MobilePhone: '1'.repeat(1_048_576) } })
    expect(large).toMatchObject({ status: 413, json: { code: 'BODY_TOO_LARGE' } })
  })
})

describe('a list in XML', () => {
  const FORMS: readonly (readonly [how: string, write: (name: string, items: readonly string[]) => string])[] = [
    ['its element repeated', (name, items) => items.map((one) => `<${name}>${one}</${name}>`).join('')],
    [
      'an item in it for each, as answers have it',
      (name, items) => `<${name}>${items.map((one) => `<item>${one}</item>`).join('')}</${name}>`,
    ],
    [
      'an element of any name in it',
      (name, items) => `<${name}>${items.map((one) => `<code>${one}</code>`).join('')}</${name}>`,
    ],
  ]
  const COUNTS = [1, 2, 3]
  const forms = FORMS.flatMap(([how, write]) => COUNTS.map((count) => [count, how, write] as const))
  const codesOf = (count: number) => ['EMAIL', 'NAME', 'PHONE'].slice(0, count)
  const [LOADS, PRODUCTS, CONTACTS] = [
    '/v1/danaconnect/tables/CONTACTS/loads',
    '/v1/datatalks/products',
    '/v1/datatalks/contacts',
  ]
  const sendXml = (path: string, body: string) =>
    stage.ask('POST', path, { body, headers: { 'content-type': 'application/xml', prefer: 'respond-async' } })
  const payloads = async () => (await stage.world.deliveries()).map(({ payload }) => payload).toReversed()

  test.each(forms)('of %d codes, %s', async (count, _, write) => {
    stage = await setStage()
    const codes = codesOf(count)
    const row = codes.map((code) => `<${code}>x</${code}>`).join('')
    const rows = write(
      'rows',
      Array.from({ length: count }, () => row),
    )
    const settings = `${write('fieldsCode', codes)}${write('keyField', ['EMAIL'])}<operationType>UPDINS</operationType>`
    const { status } = await sendXml(LOADS, `<r>${settings}${rows}</r>`)
    expect(status).toBe(202)
    const fields = Object.fromEntries(codes.map((code) => [code, 'x']))
    expect(await payloads()).toMatchObject(Array.from({ length: count }, () => ({ keyField: ['EMAIL'], fields })))
  })

  test.each(forms)('of %d products, %s, each with a list', async (count, _, write) => {
    stage = await setStage()
    const products = codesOf(count).map((id) => `<product_id>${id}</product_id><tags><item>new</item></tags>`)
    const { status } = await sendXml(PRODUCTS, `<r>${write('data', products)}<group_key>abc123</group_key></r>`)
    expect(status).toBe(202)
    const data = codesOf(count).map((product_id) => ({ product_id, tags: ['new'] }))
    expect(await payloads()).toEqual([{ data, group_key: 'abc123' }])
  })

  test.each([
    ['<tags>a</tags>', 'a'],
    ['<tags><item>a</item></tags>', ['a']],
    ['<tags><item>a</item><item>b</item></tags>', ['a', 'b']],
    ['<tags>a</tags><tags>b</tags>', ['a', 'b']],
    ['<tags/>', ''],
  ])('of what may be text too is a list where it says so: %s', async (written, tags) => {
    stage = await setStage()
    const data = `<data><email>ada@example.com</email>${written}</data>`
    expect((await sendXml(CONTACTS, `<r>${data}<group_key>abc123</group_key></r>`)).status).toBe(202)
    expect(await payloads()).toEqual([{ data: { email: 'ada@example.com', tags }, group_key: 'abc123' }])
  })

  test.each([
    ['no row', LOADS, '<r><fieldsCode>EMAIL</fieldsCode><rows/></r>'],
    ['no code', LOADS, '<r><fieldsCode/><rows><EMAIL>x</EMAIL></rows></r>'],
    ['no product', PRODUCTS, '<r><data></data><group_key>abc123</group_key></r>'],
  ])('of nothing is a list of nothing, which is refused where there has to be something: %s', async (_, path, body) => {
    stage = await setStage()
    const { status, json } = await sendXml(path, body)
    expect(status).toBe(422)
    expect(JSON.stringify(json)).toContain('expected array to have >=1 items')
  })

  test.each([
    [
      'a record whose field is called item',
      '/v1/danaconnect/conversations/1001/starts',
      '<fields><item>x</item></fields>',
      { fields: { item: 'x' } },
    ],
    ['a record of one column', RECORDS, '<MobilePhone>+46700000001</MobilePhone>', { MobilePhone: '+46700000001' }],
  ])('is not made of %s', async (_, path, members, payload) => {
    stage = await setStage()
    expect((await sendXml(path, `<r>${members}</r>`)).status).toBe(202)
    expect(await payloads()).toMatchObject([payload])
  })

  test('is not made of an element within an element where text is expected', async () => {
    stage = await setStage()
    const { status } = await sendXml(RECORDS, '<r><MobilePhone><item>+46700000001</item></MobilePhone></r>')
    expect(status).toBe(422)
  })
})

describe('a query', () => {
  test.each([
    ['limit=x', 400],
    ['limit=0', 400],
    ['limit=1&limit=2', 400],
    ['qid=1;DROP', 400],
    ['nobody=1', 400],
    ['limit=', 200],
    ['dataset=104&limit=2', 200],
  ])('%s is answered with %d', async (query, status) => {
    stage = await setStage()
    expect((await stage.ask('GET', `${DATASETS}?${query}`)).status).toBe(status)
  })
})

describe('a load', () => {
  const csv = 'NAME,EMAIL\nAda,ada@example.com\n"Peña, ""Ana""",ana@example.com\n'
  const ndjson = '{"NAME":"Ada","EMAIL":"ada@example.com"}\n{"EMAIL":"ana@example.com","NAME":null}\n'
  const load = (type: string, body: unknown, query = '') =>
    stage.ask('POST', `${LOADS}${query}`, { body, headers: { 'content-type': type } })

  test.each([
    ['text/csv', csv],
    ['application/x-ndjson', ndjson],
    ['application/x-ndjson', ndjson.replaceAll('\n', '\r\n\n')],
  ])('comes as %s', async (type, body) => {
    stage = await setStage()
    const answer = await load(type, body, '?operationType=UPDINS&keyField=EMAIL&strict=false')
    expect(answer).toMatchObject({ status: 201, json: { sentLineCount: 2 } })
    expect(stage.world.effects('danaconnect', 'bulk-load')).toBe(1)
    expect(answer.headers.get('location')).toBe(`/v1/danaconnect/loads/${(answer.json as { id: string }).id}`)
    expect(await stage.ask('GET', answer.headers.get('location') ?? '')).toMatchObject({
      status: 200,
      json: { rows: 2, state: 'unconfirmed', destination: 'danaconnect' },
    })
  })

  test.each([
    ['rows that differ in their fields', 'application/x-ndjson', '{"A":"1"}\n{"B":"1"}', 422, 'SCHEMA_MISMATCH'],
    ['a line that is no object', 'application/x-ndjson', '{"A":"1"}\n[1]', 422, 'SCHEMA_MISMATCH'],
    ['a line that is no JSON', 'application/x-ndjson', '{"A":"1"}\n{', 400, 'JSON_SYNTAX'],
    ['no row', 'text/csv', 'A,B\n', 422, 'SCHEMA_MISMATCH'],
    ['a column twice', 'text/csv', 'A,A\n1,2\n', 400, 'CSV_HEADER'],
    ['a quote that stays open', 'text/csv', 'A\n"1\n', 400, 'CSV_SYNTAX'],
    ['uneven rows', 'text/csv', 'A,B\n1\n', 400, 'CSV_ROW_LENGTH'],
    ['10,001 rows of CSV', 'text/csv', `A\n${'1\n'.repeat(10_001)}`, 413, 'LOAD_TOO_LARGE'],
    ['10,001 rows of NDJSON', 'application/x-ndjson', '{"A":"1"}\n'.repeat(10_001), 413, 'LOAD_TOO_LARGE'],
    [
      '10,001 rows of JSON',
      'application/json',
      JSON.stringify({ fieldsCode: ['A'], rows: Array.from({ length: 10_001 }, () => ({ A: '1' })) }),
      413,
      'LOAD_TOO_LARGE',
    ],
    ['more than 10 MiB', 'text/csv', `A\n${'1'.repeat(10_485_760)}\n`, 413, 'BODY_TOO_LARGE'],
  ])('with %s is refused', async (_, type, body, status, code) => {
    stage = await setStage()
    expect(await load(type, body)).toMatchObject({ status, json: { code } })
    expect(stage.world.effects('danaconnect')).toBe(0)
  })

  test('of 10,000 rows is one call', async () => {
    stage = await setStage()
    expect(await load('text/csv', `NAME\n${'Ada\n'.repeat(10_000)}`)).toMatchObject({
      status: 201,
      json: { sentLineCount: 10_000 },
    })
    expect(stage.world.effects('danaconnect', 'bulk-load')).toBe(1)
  })

  test('that is stored first is a delivery for each row, which share their call', async () => {
    stage = await setStage()
    const stored = await stage.ask('POST', LOADS, {
      body: csv,
      headers: { 'content-type': 'text/csv', prefer: 'respond-async' },
    })
    const { eventId, deliveries } = stored.json as { eventId: string; deliveries: unknown[] }
    expect([stored.status, deliveries.length, stored.headers.get('location')]).toEqual([
      202,
      2,
      `/v1/events/${eventId}`,
    ])
    await stage.world.runUntilIdle({ untilMs: stage.world.nowMs() + 10_000 })
    expect(await stage.world.counts()).toMatchObject({ delivered: 2 })
    expect(stage.world.effects('danaconnect', 'bulk-load')).toBe(1)
    const many = await stage.ask('POST', LOADS, {
      body: `A\n${'1\n'.repeat(1001)}`,
      headers: { 'content-type': 'text/csv', prefer: 'respond-async' },
    })
    expect(many).toMatchObject({ status: 413, json: { code: 'LOAD_TOO_LARGE' } })
  })
})

describe('whole numbers that would be rounded', () => {
  test.each([
    [
      'a call',
      '/v1/datatalks/contacts',
      JSON_TYPE,
      '{"data":{"email":"a@x.test","id":12345678901234567890},"group_key":"g"}',
    ],
    ['a row of a load', LOADS, 'application/x-ndjson', '{"NAME":12345678901234567890}\n'],
  ])('are refused in %s, and nothing is sent', async (_, path, type, body) => {
    stage = await setStage()
    const { status, json } = await stage.ask('POST', path, { body, headers: { 'content-type': type } })
    expect([status, json]).toMatchObject([400, { code: 'JSON_NUMBER_RANGE' }])
  })
})
