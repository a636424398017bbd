import { describe, expect, test } from 'bun:test'

import { GET, multipart, TOKEN, tokenOf } from './contactnow-caller.ts'
import { createWorkbench, START_MS } from './workbench.ts'

describe('ContactNow tokens', () => {
  const EXPIRE = START_MS / 1000 + 43_200
  test('are 40 hex characters that live for 12 hours', async () => {
    const reply = JSON.parse((await createWorkbench().send('GET', GET)).text) as { token: string; expire: number }
    expect([Object.keys(reply), reply.expire]).toEqual([['success', 'token', 'expire'], 1_767_366_245])
    expect(reply.token).toMatch(/^[0-9a-f]{40}$/)
  })

  test('come in XML when asked for', async () => {
    const { text } = await createWorkbench().send('GET', `${GET}&format=xml`)
    expect(text).toMatch(
      /^<result><success>1<\/success><token>[0-9a-f]{40}<\/token><expire>1767366245<\/expire><\/result>$/,
    )
  })

  const posted: [name: string, sending: { headers?: Record<string, string>; body: string | FormData }][] = [
    [
      'a urlencoded form',
      {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'action=get&username=sandbox&password=sandbox-password',
      },
    ],
    ['a multipart form', { body: multipart({ action: 'get', username: 'sandbox', password: 'sandbox-password' }) }],
  ]
  test.each(posted)('are given for variables in %s', async (_name, sending) => {
    expect((await createWorkbench().send('POST', TOKEN, sending)).text).toStartWith('{"success":true,"token":"')
  })

  const refused: [name: string, query: string, reply: string][] = [
    [
      'a wrong password',
      'action=get&username=sandbox&password=sandbox',
      '{"success":false,"error":"Authentication failure"}',
    ],
    [
      'a wrong user name',
      'action=get&username=other&password=sandbox-password',
      '{"success":false,"error":"Authentication failure"}',
    ],
    ['no credentials', 'action=get', '{"success":false,"error":"Authentication failure"}'],
    ['an unknown action', 'action=revoke', '{"success":false,"error":"Bad argument: action"}'],
    [
      'more than 10 addresses',
      'action=get&username=sandbox&password=sandbox-password&address=1,2,3,4,5,6,7,8,9,10,11',
      '{"success":false,"error":"Bad argument: address"}',
    ],
    ['the validation of an unknown token', 'action=validate&token=x', '{"success":false,"error":"Invalid token"}'],
    ['the validation of no token', 'action=validate', '{"success":false,"error":"Invalid token"}'],
  ]
  test.each(refused)('are refused for %s', async (_name, query, reply) => {
    const seen = await createWorkbench().send('GET', `${TOKEN}?${query}`)
    expect([seen.status, seen.text]).toEqual([200, reply])
  })

  test('stay the same, with the same end, as long as one lives', async () => {
    const bench = createWorkbench()
    const first = (await bench.send('GET', GET)).text
    bench.clock.nowMs += 43_199_000
    expect((await bench.send('GET', GET)).text).toBe(first)
  })

  test('are new after the old one expired, which is then called expired', async () => {
    const bench = createWorkbench()
    const old = await tokenOf(bench)
    bench.clock.nowMs += 43_200_000
    const call = `/contactnow/ecnow.php?token=${old}&method=ecnow_datasets&action=read`
    expect((await bench.send('GET', call)).text).toBe('{"success":false,"error":"Expired token","expire":-1}')
    expect((await bench.send('GET', `${TOKEN}?action=validate&token=${old}`)).text).toBe(
      '{"success":false,"error":"Expired token","expire":-1}',
    )
    expect(await tokenOf(bench)).not.toBe(old)
  })

  test('expire all at once by the control', async () => {
    const bench = createWorkbench()
    const old = await tokenOf(bench)
    await bench.send('POST', '/_sandbox/tokens/expire')
    expect((await bench.send('GET', `${TOKEN}?action=validate&token=${old}`)).text).toContain('Expired token')
    expect(await tokenOf(bench)).not.toBe(old)
  })

  const bindings: [
    name: string,
    mintedWith: string,
    usedFrom: string,
    header: Record<string, string>,
    isGood: boolean,
  ][] = [
    ['the address that asked may use it', '', '10.0.0.1', {}, true],
    ['another address may not', '', '10.0.0.2', {}, false],
    ['a listed address may', '&address=10.0.0.2, 10.0.0.3', '10.0.0.3', {}, true],
    ['with a list, the address that asked may not', '&address=10.0.0.2', '10.0.0.1', {}, false],
    [
      'the test header overrides the address of the connection',
      '',
      '10.0.0.1',
      { 'x-sandbox-address': '10.9.9.9' },
      false,
    ],
  ]
  test.each(bindings)('are bound to an address: %s', async (_name, more, address, headers, isGood) => {
    const bench = createWorkbench()
    const { token } = JSON.parse((await bench.send('GET', GET + more, { address: '10.0.0.1' })).text) as {
      token: string
    }
    const validated = await bench.send('GET', `${TOKEN}?action=validate&token=${token}`, { address, headers })
    expect(validated.text).toBe(
      isGood ? `{"success":true,"expire":${EXPIRE}}` : '{"success":false,"error":"Invalid token"}',
    )
    const used = await bench.send(
      'GET',
      `/contactnow/ecnow.php?token=${token}&method=campaign_tables&action=read&limit=1`,
      {
        address,
        headers,
      },
    )
    expect(used.text).toBe(
      isGood ? '{"success":true,"total":3,"list":[{"name":"sandbox"}]}' : '{"success":false,"error":"Invalid token"}',
    )
  })

  const elsewhere: ['same' | 'authorise', string][] = [
    ['same', 'Invalid token'],
    ['authorise', '"success":true'],
  ]
  test.each(elsewhere)(
    'that are asked for from a second address follow the setting %s',
    async (getFromElsewhere, part) => {
      const bench = createWorkbench({ contactnow: { getFromElsewhere } })
      const token = await tokenOf(bench, '10.0.0.1')
      expect(await tokenOf(bench, '10.0.0.2')).toBe(token)
      expect(
        (await bench.send('GET', `${TOKEN}?action=validate&token=${token}`, { address: '10.0.0.2' })).text,
      ).toContain(part)
    },
  )

  test('are revoked by foreign use when the settings say so', async () => {
    const bench = createWorkbench({ contactnow: { foreignUse: 'revoke' } })
    const token = await tokenOf(bench, '10.0.0.1')
    await bench.send('GET', `/contactnow/ecnow.php?token=${token}&method=dnc`, { address: '10.0.0.2' })
    expect(
      (await bench.send('GET', `${TOKEN}?action=validate&token=${token}`, { address: '10.0.0.1' })).text,
    ).toContain('Invalid token')
  })
})
