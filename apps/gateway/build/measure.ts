/** The most that the Worker may take, in bytes of gzip: Cloudflare's free plan allows 3 MB, and less starts sooner. */
export const MAX_GZIP_BYTES = 200_000

/** Measures a built Worker. */
export async function measure(path: string): Promise<{ readonly rawBytes: number; readonly gzipBytes: number }> {
  const bytes = await Bun.file(path).bytes()
  return { rawBytes: bytes.byteLength, gzipBytes: Bun.gzipSync(bytes, { level: 9 }).byteLength }
}

/** What only another runtime has, or the sandbox needs. */
const FOREIGN =
  /\bnode:[a-z]+|\bbun:[a-z]+|\bBun\.[a-z]\w*|\bmsw\b|upstream-mocks|\brequire\("[^"]+"\)|\bprocess\.(?:env|exit|std\w+)/g

/** Finds in a built Worker what does not belong there; none where all is well. */
export async function foreignCode(path: string): Promise<readonly string[]> {
  return [...new Set((await Bun.file(path).text()).match(FOREIGN))]
}
