import { expect, test } from 'bun:test'
import { MAX_GZIP_BYTES } from '@sluice/gateway/build'
import { measureWorker } from './measure-worker.ts'

test('the Worker is small, and holds no code of another runtime and none of the sandbox', async () => {
  const { gzipBytes, foreign } = await measureWorker()
  expect(foreign).toEqual([])
  expect(gzipBytes).toBeLessThan(MAX_GZIP_BYTES)
})
