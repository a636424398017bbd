import { expect, test } from 'bun:test'
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
