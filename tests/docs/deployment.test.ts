import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const read = (name: string) => readFileSync(join(import.meta.dirname, '../..', name), 'utf8')

test('docs/forwarding.md shows the two configurations that the tests run', () => {
  const shown = [...read('docs/forwarding.md').matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code)
  expect(shown).toEqual([read('examples/relay/edge.config.ts'), read('examples/relay/fixed.config.ts')])
})

test('docs/cloudflare.md names every secret that a shipped configuration reads', () => {
  const secrets = ['sluice.config.ts', 'examples/relay/edge.config.ts'].flatMap((name) =>
    [...read(name).matchAll(/settings\.secret\('(\w+)'\)/g)].map(([, secret = '']) => secret),
  )
  expect(secrets.length).toBeGreaterThan(5)
  const document = read('docs/cloudflare.md')
  expect(secrets.filter((secret) => !document.includes(secret))).toEqual([])
})

test('docs/forwarding.md names every setting that only the two configurations have', () => {
  const document = read('docs/forwarding.md')
  for (const name of ['RELAY_URL', 'RELAY_SECRET', 'RELAY_WEBHOOK_SECRET'])
    expect(document).toContain(`| \`${name}\` |`)
})

describe('what the default configuration needs', () => {
  const settings = (how: string) =>
    [...read('sluice.config.ts').matchAll(new RegExp(`settings\\.(?:${how})\\('(\\w+)'\\)`, 'g'))]
      .map(([, name = '']) => name)
      .toSorted()
  const secrets = settings('secret')
  const texts = settings('text|integer')

  test('is put by docs/cloudflare.md: these secrets and no others, and these variables', () => {
    const [steps = ''] = /^## Steps$[\s\S]*?^4\. /m.exec(read('docs/cloudflare.md')) ?? []
    const put = [...steps.matchAll(/^ +bun run wrangler secret put (\w+)$/gm)].map(([, name = '']) => name)
    expect(put.toSorted()).toEqual(secrets)
    expect(texts.filter((name) => !steps.includes(`\`${name}\``))).toEqual([])
  })

  test('is listed by wrangler.toml: these secrets and variables, and no others', () => {
    const [, listed = '', others = ''] =
      /^# Secrets,[^\n]*\n([\s\S]*?)^# and, secret or as \[vars\]:\n([\s\S]*?)^# While/m.exec(read('wrangler.toml')) ??
      []
    const names = (text: string) => (text.match(/\b[A-Z][A-Z_]{3,}\b/g) ?? []).toSorted()
    expect([names(listed), names(others)]).toEqual([secrets, texts])
  })
})
