/**
 * Bundles the Worker with the configuration of the first argument into the folder of the second, and prints its path. The
 * third is the module that it is made of.
 */
import { bundleWorker } from './bundle.ts'

const [configPath = '', folder = '', mainPath] = process.argv.slice(2)
process.stdout.write(await bundleWorker({ configPath, folder, ...(mainPath === undefined ? {} : { mainPath }) }))
