import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createMockFetch, createUpstreamMocks, type FaultOrder, SANDBOX } from '@sluice/upstream-mocks'
import { eventually } from './eventually.ts'
import { contactOf, postContact, readApi, type Running, startRunning, temporaryFolder } from './running.ts'

/** A credential of every kind, with characters that are written in another way in a URL, in JSON and in base64. */
const CANARIES = {
  SLUICE_INGEST_TOKEN: 'canary-ingest-1f0c7a52',
  SLUICE_ADMIN_TOKEN: 'canary-admin-83b1d0e4',
  SIGNUP_WEBHOOK_SECRET: 'whsec_Y2FuYXJ5LXNpZ251cC1zZWNyZXQtNTVhYTAxMjM=',
  DANACONNECT_PASSWORD: 'canary/dana+"p&ss"-6d2e',
  CONTACTNOW_USERNAME: 'canary-caller-90fe',
  CONTACTNOW_PASSWORD: 'canary/now+"p&ss"-77c3',
  DATATALKS_ACCESS_KEY_ID: 'AKIDCANARY40B7',
  DATATALKS_SECRET_ACCESS_KEY: 'canary/talks+secret-b8a1',
} as const

/** One event under each line: what an upstream says about a credential must not get through either. */
const FAULTS: readonly (readonly FaultOrder[])[] = [
  [{ upstream: 'danaconnect', fault: 'status-500', times: 1 }],
  [{ upstream: 'danaconnect', fault: 'refusal-200', times: 1 }],
  [{ upstream: 'danaconnect', fault: 'cut-200', times: 1 }],
  [{ upstream: 'contactnow', fault: 'expired-token', times: 1, operation: 'ecnow_records.create' }],
  [{ upstream: 'contactnow', fault: 'cut-200', times: 1, operation: 'token.get' }],
  [{ upstream: 'contactnow', fault: 'wrong-format', times: 1, operation: 'token.get' }],
  [{ upstream: 'contactnow', fault: 'php-warning-200', times: 1, operation: 'ecnow_records.create' }],
  [{ upstream: 'contactnow', fault: 'none-landed', times: 1, operation: 'ecnow_records.create' }],
  [{ upstream: 'datatalks', fault: 'status-400', times: 1 }],
  [{ upstream: 'datatalks', fault: 'signature-expired', times: 1 }],
  [{ upstream: 'datatalks', fault: 'success-false', times: 1 }],
  [{ upstream: 'datatalks', fault: 'no-success-200', times: 1 }],
  // Each of these closes its gate for a minute, so they come last, and together.
  [
    { upstream: 'danaconnect', fault: 'status-401', times: 1 },
    { upstream: 'contactnow', fault: 'bad-credentials', times: 1, operation: 'token.get' },
    { upstream: 'datatalks', fault: 'signature-mismatch', times: 1 },
  ],
]

describe('secrets, searched for in everything that the gateway writes', () => {
  const folder = temporaryFolder()
  const mocks = createUpstreamMocks({
    nowMs: Date.now,
    settings: {
      danaconnect: {
        users: [
          {
            user: SANDBOX.danaconnect.user,
            company: SANDBOX.danaconnect.company,
            password: CANARIES.DANACONNECT_PASSWORD,
            mayUseApi: true,
          },
        ],
      },
      contactnow: { accounts: [{ username: CANARIES.CONTACTNOW_USERNAME, password: CANARIES.CONTACTNOW_PASSWORD }] },
      datatalks: {
        keys: [
          {
            accessKeyId: CANARIES.DATATALKS_ACCESS_KEY_ID,
            secretAccessKey: CANARIES.DATATALKS_SECRET_ACCESS_KEY,
            groupKeys: [SANDBOX.datatalks.groupKey],
            mayInvoke: true,
          },
        ],
      },
    },
  })
  const wire: string[] = []
  /** Secrets that nobody configured: tokens that were given out, signatures that were made. */
  const found = new Set<string>()
  let running: Running
  let answers: readonly string[]

  beforeAll(async () => {
    const reachMocks = createMockFetch(mocks)
    running = await startRunning({
      sandboxUrl: 'http://127.0.0.1:9',
      dataPath: folder.path,
      environment: CANARIES,
      adapt: (ports) => ({
        ...ports,
        fetch: async (request) => {
          wire.push(await textOf(request.clone()))
          found.add(
            request.headers
              .get('authorization')
              ?.split(/ |Signature=/)
              .at(-1) ?? '',
          )
          const reply = await reachMocks(request)
          for (const [token] of (await reply.clone().text()).matchAll(/\b[0-9a-f]{40}\b/g)) found.add(token)
          return reply
        },
      }),
    })
    let posted = 0
    const deliver = async () => {
      posted += 1
      const response = await postContact(running.url, contactOf(posted), {
        authorization: `Bearer ${CANARIES.SLUICE_INGEST_TOKEN}`,
      })
      const text = await response.text()
      const { eventId } = JSON.parse(text) as { eventId: string }
      await eventually(`event ${posted} is tried`, async () => {
        const event = await readApi<Event>(running.url, `/v1/events/${eventId}`, CANARIES.SLUICE_ADMIN_TOKEN)
        return event.deliveries.every(isTried) ? true : undefined
      })
      return [text, await readText(`/v1/events/${eventId}`)]
    }
    const collected: string[][] = [await deliver()]
    for (const faults of FAULTS) {
      for (const fault of faults) {
        // The call for a token is made only where there is none that still works.
        if (fault.operation === 'token.get') mocks.expireTokens()
        mocks.setFault(fault)
      }
      collected.push(await deliver())
    }
    const refused = await postContact(running.url, contactOf(0), { authorization: 'Bearer canary-presented-2b9d' })
    const pages = ['/v1/deliveries?limit=200', '/', '/openapi.json', '/readyz', '/healthz', '/v1/events/evt_0']
    answers = [...collected.flat(), await refused.text(), ...(await Promise.all(pages.map(readText)))]
  }, 30_000)

  afterAll(async () => {
    await running?.gateway.stop()
    folder.remove()
  })

  const readText = async (path: string): Promise<string> => {
    const headers = { authorization: `Bearer ${CANARIES.SLUICE_ADMIN_TOKEN}` }
    return (await fetch(`${running.url}${path}`, { headers })).text()
  }

  test('the secrets were in use: each went out in one form or another', () => {
    const sent = wire.join('\n')
    const basic = btoa(`${SANDBOX.danaconnect.login}:${CANARIES.DANACONNECT_PASSWORD}`)
    expect(sent).toContain(basic)
    expect(sent).toContain(CANARIES.CONTACTNOW_USERNAME)
    expect(sent).toContain(encodeURIComponent(CANARIES.CONTACTNOW_PASSWORD))
    expect(sent).toContain(CANARIES.DATATALKS_ACCESS_KEY_ID)
    expect([...found].filter((text) => /^[0-9a-f]{40}$/.test(text)).length).toBeGreaterThan(1)
    expect([...found].filter((text) => /^[0-9a-f]{64}$/.test(text)).length).toBeGreaterThan(1)
  })

  test('the faults struck: deliveries ended in many ways', async () => {
    expect(mocks.activeFaults()).toEqual([])
    const { deliveries } = await readApi<Event>(running.url, '/v1/deliveries?limit=200', CANARIES.SLUICE_ADMIN_TOKEN)
    expect(new Set(deliveries.map(({ state }) => state))).toEqual(new Set(['delivered', 'dead', 'parked', 'pending']))
  })

  test('no answer holds one', () => {
    expect(answers.length).toBeGreaterThan(30)
    expect(answers.flatMap(secretsIn)).toEqual([])
  })

  test('no log line holds one', () => {
    expect(running.log.length).toBeGreaterThan(2)
    expect(running.log.flatMap(secretsIn)).toEqual([])
  })

  test('no file of the data folder holds one', () => {
    const files = readdirSync(folder.path)
    expect(files).toContain('sluice.sqlite')
    const texts = files.map((file) => readFileSync(join(folder.path, file)).toString('latin1'))
    expect(texts.join('')).toContain('contact-1@example.com')
    expect(texts.flatMap(secretsIn)).toEqual([])
  })

  test('the search finds a secret in each of its spellings', () => {
    const password = CANARIES.CONTACTNOW_PASSWORD
    for (const text of [password, encodeURIComponent(password), JSON.stringify(password), btoa(password)]) {
      expect(secretsIn(`before ${text} after`)).not.toEqual([])
    }
  })

  function secretsIn(text: string): readonly string[] {
    const secrets = [...Object.values(CANARIES), 'canary-presented-2b9d', ...found].filter((secret) => secret !== '')
    return secrets.filter((secret) => spellings(secret).some((spelling) => text.includes(spelling)))
  }
})

interface Event {
  readonly deliveries: readonly { readonly state: string; readonly attemptCount: number }[]
}

function isTried({ state, attemptCount }: Event['deliveries'][number]): boolean {
  return state !== 'leased' && (attemptCount > 0 || state === 'dead')
}

function spellings(secret: string): readonly string[] {
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), btoa(secret)]
}

async function textOf(request: Request): Promise<string> {
  return [request.url, ...[...request.headers].map((pair) => pair.join(': ')), await request.text()].join('\n')
}
