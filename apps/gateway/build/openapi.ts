/**
 * Writes the document of the API to `openapi.json`, where it is compared and read without a gateway: `bun run openapi`. With
 * `--baseline` to `openapi.baseline.json` too, which later changes are compared with: when a version is made.
 */
import { join } from 'node:path'
import { makeAsset } from './assets.ts'

const ROOT = join(import.meta.dirname, '../../..')
const names = ['openapi.json', ...(process.argv.includes('--baseline') ? ['openapi.baseline.json'] : [])]

const document = JSON.parse(new TextDecoder().decode(await makeAsset('/openapi.json'))) as unknown
for (const name of names) {
  await Bun.write(join(ROOT, name), `${JSON.stringify(document, null, 2)}\n`)
  process.stdout.write(`${name}\n`)
}
