export { type BundleOptions, bundleWorker } from './bundle.ts'
export { foreignCode, MAX_GZIP_BYTES, measure } from './measure.ts'
