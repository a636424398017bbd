/** Bundles the Worker with the configuration of the first argument into the folder of the second, and prints its path. */
import { bundleWorker } from './bundle.ts'

const [configPath = '', folder = ''] = process.argv.slice(2)
process.stdout.write(await bundleWorker({ configPath, folder }))
