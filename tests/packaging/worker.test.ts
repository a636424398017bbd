import { expect, test } from 'bun:test'
import { MAX_GZIP_BYTES } from '@sluice/gateway/build'
import { isObject, operationsOf, readCommitted } from '../document/document.ts'
import { measureWorker, shippedWorker } from './measure-worker.ts'

const BUILD_MS = 60_000
/** What a function is given that makes schemas: it stays, and is a line. */
const HANDED_OVER = /^Created (?:at this time or later|before this time)/

test(
  'the Worker is small, and holds no code of another runtime and none of the sandbox',
  async () => {
    const { gzipBytes, foreign } = await measureWorker()
    expect(foreign).toEqual([])
    expect(gzipBytes).toBeLessThan(MAX_GZIP_BYTES)
  },
  BUILD_MS,
)

test(
  'the Worker says nothing that only the document says',
  async () => {
    const document = await readCommitted()
    const operations = operationsOf(document).map(({ operation }) => operation.description)
    const said = [...operations, ...descriptionsIn(document.components['schemas'])].flatMap(plainStart)
    expect(said.length).toBeGreaterThan(80)
    const code = await Bun.file(await shippedWorker()).text()
    // The answer to a mistake has the same words in the Worker.
    expect(code).toContain('There is no such delivery.')
    expect(said.filter((text) => code.includes(text) && !HANDED_OVER.test(text))).toEqual([])
  },
  BUILD_MS,
)

/** Lists every description in a part of the document. */
function descriptionsIn(part: unknown): readonly unknown[] {
  if (Array.isArray(part)) return part.flatMap(descriptionsIn)
  if (!isObject(part)) return []
  return [part['description'], ...Object.values(part).flatMap(descriptionsIn)]
}

/** A text up to what no code writes as it is, where that is long enough to be told from any other. */
function plainStart(text: unknown): readonly string[] {
  const start = typeof text === 'string' ? /^[\w ,.:;-]{20,}/.exec(text)?.[0] : undefined
  return start === undefined ? [] : [start]
}
