import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { setStage, type Stage } from '../passthrough/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await setStage()
})
afterAll(() => stage.world.stop())

const [RECORDS, PREVIEW, LOADS] = [
  '/v1/contactnow/datasets/104/records',
  '/v1/preview',
  '/v1/danaconnect/tables/CONTACTS/loads',
]
const FORM = 'application/x-www-form-urlencoded'

interface Problem {
  readonly code: string
  readonly title: string
  readonly detail?: string
}
const refused = async (path: string, body: string, type = 'application/json'): Promise<Problem> => {
  const { status, json } = await stage.ask('POST', path, { body, headers: { 'content-type': type } })
  expect(status).toBeGreaterThanOrEqual(400)
  return json as Problem
}

describe('whoever sends a type that is not taken is told what is, by the very path', () => {
  test.each([
    [PREVIEW, ['application/json'], ['xml', 'form', 'csv']],
    ['/v1/jobs', ['application/json'], ['xml', 'form', 'csv']],
    ['/v1/destinations/contactnow/pause', ['application/json'], ['xml', 'form', 'csv']],
    [RECORDS, ['application/json', 'application/xml'], ['form']],
    [LOADS, ['application/json', 'application/xml', 'text/csv', 'application/x-ndjson'], ['form']],
  ])('%s', async (path, taken, others) => {
    const { code, title, detail = '' } = await refused(path, 'a=b', FORM)
    expect(code).toBe('CONTENT_TYPE_UNSUPPORTED')
    expect(taken.filter((type) => !detail.includes(type))).toEqual([])
    expect(others.filter((word) => `${title}${detail}`.includes(word))).toEqual([])
  })

  test('a source takes forms too', async () => {
    const reply = await stage.world.post('demo', 'a=b', { 'content-type': 'text/plain' })
    const { code, detail } = (await reply.json()) as Problem
    expect([code, detail?.includes(FORM), detail?.includes('application/x-ndjson')]).toEqual([
      'CONTENT_TYPE_UNSUPPORTED',
      true,
      true,
    ])
  })
})

test.each([
  ['a body that does not fit', RECORDS, '{}', 'SCHEMA_MISMATCH'],
  ['one that is too large', RECORDS, `{"MobilePhone":"${'1'.repeat(1_048_576)}"}`, 'BODY_TOO_LARGE'],
  ['one that is too large for what is kept', PREVIEW, `"${'1'.repeat(8_388_608)}"`, 'BODY_TOO_LARGE'],
  ['no JSON', PREVIEW, '{', 'PARAMETER_INVALID'],
])('no route of /v1 speaks of a source that nobody named: %s', async (_, path, body, code) => {
  const problem = await refused(path, body)
  expect(problem.code).toBe(code)
  expect(`${problem.title} ${problem.detail ?? ''}`).not.toMatch(/\bsource\b/)
})

test('what is no JSON is said to be none', async () => {
  expect(await refused(PREVIEW, '{')).toMatchObject({ detail: 'The body is not well-formed JSON.' })
})

test('whoever decides about a delivery that cannot be decided about is told where it is, and what could be', async () => {
  const posted = await stage.world.post('demo', {
    email: 'ada@example.com',
    phone: '+46700000001',
    firstName: 'Ada',
    lastName: 'L',
  })
  const { deliveries } = (await posted.json()) as { deliveries: readonly { readonly id: string }[] }
  await stage.world.runUntilIdle()
  for (const decision of ['resolve', 'retry', 'acknowledge']) {
    const body = decision === 'resolve' ? '{"as":"delivered","why":"x"}' : '{}'
    const { code, title, detail } = await refused(`/v1/deliveries/${deliveries[0]?.id}/${decision}`, body)
    expect([code, detail]).toEqual(['DELIVERY_NOT_RESOLVABLE', 'It is delivered.'])
    for (const word of ['resend', 'delivered', 'drop', 'acknowledge']) expect(title).toContain(`\`${word}\``)
  }
})
