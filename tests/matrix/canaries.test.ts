import { describe, expect, test } from 'bun:test'
import { CANARY_ENVIRONMENT, FoundSecrets } from './canaries.ts'
import { searchPages } from './pages.ts'

const PASSWORD = CANARY_ENVIRONMENT['DANACONNECT_PASSWORD'] ?? ''

describe('planted secrets', () => {
  const FORMS: readonly (readonly [form: string, text: string])[] = [
    ['as itself', PASSWORD],
    ['in a URL', encodeURIComponent(PASSWORD)],
    ['in JSON', JSON.stringify({ password: PASSWORD })],
    ['in hexadecimal', Buffer.from(PASSWORD).toString('hex')],
    ...[0, 1, 2].map((offset) => [`in base64 at offset ${offset}`, btoa('x'.repeat(offset) + PASSWORD)] as const),
    ['in a Basic header', `Basic ${btoa(`sandbox@demo:${PASSWORD}`)}`],
  ]

  test.each(FORMS)('would be found %s', (_form, text) => {
    expect(new FoundSecrets().in(`before ${text} after`)).toBe('a planted secret')
  })

  test('would be found as tokens and signatures that came up', () => {
    const secrets = new FoundSecrets()
    const token = '0123456789'.repeat(4)
    secrets.note(`?token=${token}&format=json`)
    expect(secrets.in(Buffer.from(`{"token":"${token}"}`))).toBe('a token or a signature')
    expect(secrets.in('nothing of the kind')).toBeNull()
  })

  test('stand in no page, answer or log line, nor in any byte of the database, after every operation and its failures', async () => {
    const { searched, tokens, wrong } = await searchPages()
    expect(wrong).toEqual([])
    expect(searched).toBeGreaterThan(100)
    expect(tokens).toBeGreaterThan(20)
  })
})
