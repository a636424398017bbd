import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type Sandbox, startSandbox } from '@sluice/gateway/bun'
import { SUITES } from './suites.ts'
import { sendRaw } from './wrong-request.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox(0)
})
afterAll(() => sandbox.stop())

describe.each(SUITES.map(([name, suite]) => [name, suite] as const))(
  '%s refuses, over HTTP,',
  (name, { wrongRequests }) => {
    test.each(wrongRequests.map((wrong) => [wrong.name, wrong] as const))('%s', async (_name, wrong) => {
      const before = sandbox.mocks.tallies()[name].effects
      const seen = await sendRaw(sandbox.url, await wrong.request(sandbox.url))
      expect(seen.status).toBe(wrong.status)
      expect(seen.text).toMatch(wrong.says)
      expect(sandbox.mocks.tallies()[name].effects).toBe(before)
    })

    test('at least 15 wrong requests', () => {
      expect(wrongRequests.length).toBeGreaterThanOrEqual(15)
    })
  },
)
