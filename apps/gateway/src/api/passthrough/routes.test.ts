import { describe, expect, test } from 'bun:test'
import { operations as contactnow } from '@sluice/contactnow'
import { operations as danaconnect } from '@sluice/danaconnect'
import { operations as datatalks } from '@sluice/datatalks'
import { hc } from 'hono/client'
import { FAILURE_CAUSES } from '../../flow/call.ts'
import { RequestError } from '../../problem.ts'
import { problemOf } from '../../problem.ts'
import type { GatewayApi } from '../api.ts'
import { FAILURES, problemOfCall } from './failures.ts'
import { ROUTES } from './routes.ts'

/** Why an operation of a client has no route. */
const WITHOUT_ROUTE: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/^token\./, 'a token is a secret: `POST /v1/destinations/{name}/test` makes the call and shows nothing of it'],
  [/^v[23]\./, 'no destination is configured with the credentials of a later version'],
]

describe.each([
  ['contactnow', contactnow, 14],
  ['danaconnect', danaconnect, 12],
  ['datatalks', datatalks, 10],
] as const)('%s', (kind, operations, count) => {
  const names = Object.keys(operations)
  const routed = ROUTES.filter((entry) => entry.kind === kind)

  test('every operation of the client has a route, or a reason for having none', () => {
    const explained = (name: string) => WITHOUT_ROUTE.some(([pattern]) => pattern.test(name))
    expect(names.length).toBe(count)
    expect(names.filter((name) => !explained(name)).toSorted()).toEqual(
      [...new Set<string>(routed.map(({ operation }) => operation))].toSorted(),
    )
  })

  test('a read is got, and a write is not', () => {
    const facts: Readonly<Record<string, { readonly effect: string }>> = operations
    for (const { operation, route } of routed)
      expect([operation, facts[operation]?.effect === 'read']).toEqual([operation, route.method === 'get'])
  })
})

test('no two routes have one id, or one method and path', () => {
  const ids = ROUTES.map(({ route }) => route.operationId)
  const places = ROUTES.map(({ route: { method, path } }) => `${method} ${path}`)
  expect([new Set(ids).size, new Set(places).size]).toEqual([ROUTES.length, ROUTES.length])
})

describe('a call that has no result', () => {
  const failure = { kind: 'failed', code: 'X', detail: 'words', retryAfterMs: null, loadId: null } as const
  const where = { destination: 'd', operation: 'o', lookAt: 'GET /x' }

  test.each(FAILURE_CAUSES)('is answered by its cause, and what cannot be repeated by a warning: %s', (cause) => {
    const [again, once] = [true, false].map((repeatable) => problemOfCall({ ...failure, cause, repeatable }, where))
    expect([again?.code, once?.code]).toEqual([...FAILURES[cause]])
    const { problem } = problemOf(once ?? new RequestError('NOT_FOUND'))
    const unsure = problem.code === 'UPSTREAM_UNSURE'
    expect(problem.upstream).toEqual({ ...where, code: 'X', lookAt: unsure ? 'GET /x' : null })
    expect(problem.detail?.includes('Do not send it again')).toBe(unsure)
    expect(problem.detail).toContain('words')
  })

  test('names the time to wait in whole seconds', () => {
    const { headers } = problemOf(
      problemOfCall({ ...failure, cause: 'closed', repeatable: true, retryAfterMs: 1001 }, where),
    )
    expect(headers['retry-after']).toBe('2')
  })
})

/** Only its types are of interest: the compiler checks each line that says what it refuses. */
async function typedCalls(): Promise<void> {
  const { v1 } = hc<GatewayApi>('http://localhost')
  const created = await v1.contactnow.datasets[':dataset'].records.$post({
    param: { dataset: '104' },
    query: {},
    json: { MobilePhone: '+46700000001' },
  })
  if (created.status === 201) {
    const { key, info }: { key: number; info: string | null } = await created.json()
    // @ts-expect-error -- a key is a number
    const wrong: string = key
    expect([info, wrong]).toBeDefined()
  }
  await v1.danaconnect.conversations[':conversation'].starts.$post({
    param: { conversation: 'welcome' },
    query: {},
    // @ts-expect-error -- a start has fields
    json: {},
  })
  // @ts-expect-error -- there is no such path
  await v1.contactnow.nothing.$get({ query: {} })
}

test('hono/client knows the routes', () => {
  expect(typedCalls).toBeFunction()
})
