import { expect, test } from 'bun:test'
import { makeAsset } from '@sluice/gateway/build'
import { COMMITTED_PATH } from './document.ts'

test('the committed document is the one that the gateway makes of its routes: `bun run openapi` writes it', async () => {
  const made = JSON.parse(new TextDecoder().decode(await makeAsset('/openapi.json'))) as unknown
  expect(await Bun.file(COMMITTED_PATH).text()).toBe(`${JSON.stringify(made, null, 2)}\n`)
})
