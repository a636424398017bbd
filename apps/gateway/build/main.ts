/**
 * Builds the Worker into `dist/worker`, and prints what it takes: `bun run build:worker`. `SLUICE_CONFIG` names another
 * configuration file than `sluice.config.ts`.
 */
import { join, resolve } from 'node:path'
import { bundleWorker } from './bundle.ts'
import { foreignCode, measure } from './measure.ts'

const ROOT = join(import.meta.dirname, '../../..')

const path = await bundleWorker({
  configPath: resolve(process.env['SLUICE_CONFIG'] ?? join(ROOT, 'sluice.config.ts')),
  folder: join(ROOT, 'dist/worker'),
})
const { rawBytes, gzipBytes } = await measure(path)
process.stdout.write(`${path}: ${rawBytes} bytes, ${gzipBytes} bytes gzip\n`)
const foreign = await foreignCode(path)
if (foreign.length > 0) {
  process.stderr.write(`the Worker holds code of another runtime: ${foreign.join(', ')}\n`)
  process.exit(1)
}
