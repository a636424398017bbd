export { makeAsset } from './assets.ts'
export type { BundleOptions } from './bundle.ts'
export { bundleWorker } from './bundle-apart.ts'
export { foreignCode, MAX_GZIP_BYTES, measure } from './measure.ts'
