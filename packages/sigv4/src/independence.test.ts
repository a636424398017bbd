import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** Lists a module of this package and all that it imports, types left out. */
function modulesOf(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found
  found.add(file)
  const { imports } = new Bun.Transpiler({ loader: 'ts' }).scan(readFileSync(file, 'utf8'))
  for (const { path } of imports) if (path.startsWith('.')) modulesOf(join(file, '..', path), found)
  return found
}

test('the verifier shares with the signers the hashes, the derived key and the form of the time, and nothing else', () => {
  const signers = modulesOf(join(import.meta.dir, 'index.ts'))
  const verifier = modulesOf(join(import.meta.dir, 'verify/index.ts'))
  const shared = [...verifier].filter((file) => signers.has(file)).map((file) => relative(import.meta.dir, file))
  expect(new Set(shared)).toEqual(
    new Set(['bounded-map.ts', 'hash-functions.ts', 'hexadecimal.ts', 'signing-key.ts', 'signing-time.ts']),
  )
})
