import { afterEach, describe, expect, test } from 'bun:test'
import { decodeXml, encodeXml, type XmlValue } from '@sluice/xml-codec'
import { SAMPLES, type Sample } from './samples.ts'
import { prepare, setStage, type Stage } from './stage.ts'

let stage: Stage
afterEach(() => stage.world.stop())

const nameOf = ({ method, path }: Sample) => `${method} ${path}`
const cases = SAMPLES.map((sample) => [nameOf(sample), sample] as const)

test('every route of the upstreams that the document has is tried here', async () => {
  stage = await setStage()
  const { json } = await stage.ask('GET', '/openapi.json')
  const { paths } = json as { paths: Record<string, Record<string, unknown>> }
  const declared = Object.entries(paths)
    .filter(
      ([path]) => /^\/v1\/(contactnow|danaconnect|datatalks)\//.test(path) && path !== '/v1/danaconnect/loads/{id}',
    )
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
  const tried = (route: string) => {
    const pattern = new RegExp(`^${route.replaceAll(/\{\w+\}/g, '[^/]+')}$`)
    return SAMPLES.some(({ method, path }) => pattern.test(`${method} ${path.split('?', 1)[0]}`))
  }
  expect(declared.filter((route) => !tried(route))).toEqual([])
  expect(declared.length).toBe(25)
})

describe.each(cases)('%s', (_, sample) => {
  test('is called now, and answers what the upstream says', async () => {
    stage = await setStage()
    await prepare(stage)
    const before = stage.world.effects(sample.upstream, sample.strikes)
    const { status, json, headers } = await stage.play(sample)
    expect({ status, json }).toMatchObject({ status: sample.status, json: sample.answer })
    expect(headers.get('content-type')).toBe('application/json')
    for (const member of sample.has ?? []) expect(json).toHaveProperty(member)
    expect(stage.world.effects(sample.upstream, sample.strikes) - before).toBe(sample.kind === 'read' ? 0 : 1)
  })

  test('takes and answers XML that says the same', async () => {
    stage = await setStage()
    await prepare(stage)
    const sent =
      sample.operation === 'files.upload' || sample.body === undefined ? undefined : (sample.xml ?? xmlOf(sample.body))
    const { status, text, headers } = await stage.play(sample, { accept: 'application/xml' }, sent)
    expect(headers.get('content-type')).toBe('application/xml')
    const { name, value } = decodeXml(text, { lists: [...LISTS] })
    expect({ status, name }).toEqual({ status: sample.status, name: 'result' })
    // An element without content is one without members, too.
    const members = value === '' ? {} : value
    expect(members).toMatchObject(textOf(sample.answer) as object)
    for (const member of sample.has ?? []) expect(members).toHaveProperty(member)
  })

  test('is stored first where the caller prefers that, and is delivered', async () => {
    stage = await setStage()
    await prepare(stage)
    const { status, headers, json } = await stage.play(sample, { prefer: 'respond-async, wait=10' })
    expect(headers.get('preference-applied')).toBe(sample.storable ? 'respond-async' : null)
    if (!sample.storable) {
      expect({ status, json }).toMatchObject({ status: sample.status, json: sample.answer })
      return
    }
    const { eventId, deliveries } = json as { eventId: string; deliveries: { id: string; operation: string }[] }
    expect({ status, operations: deliveries.map(({ operation }) => operation) }).toEqual({
      status: 202,
      operations: [sample.operation],
    })
    expect(headers.get('location')).toBe(`/v1/deliveries/${deliveries[0]?.id}`)
    await stage.world.runUntilIdle({ untilMs: stage.world.nowMs() + 10_000 })
    const delivery = await stage.ask('GET', headers.get('location') ?? '')
    expect(delivery.json).toMatchObject({ state: 'delivered', source: '_api', eventId })
  })
})

/** Elements of an answer that are lists. */
const LISTS = ['result.list', 'result.missing', 'result.warnings'] as const

/** Writes a sample's body as XML: lists as repeated elements. */
function xmlOf(body: Readonly<Record<string, unknown>>): string {
  return encodeXml({ name: 'request', value: textOf(body) as XmlValue })
}

/** What XML can tell of a value: text, and nothing of what is null. */
function textOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(textOf)
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => (member === null ? [] : [[name, textOf(member)]])),
  )
}
