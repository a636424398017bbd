import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse } from 'acorn'
import { Glob, Transpiler } from 'bun'

const ROOT = resolve(import.meta.dirname, '../..')
const SOURCES = ['apps/gateway/src/**/*.ts', 'packages/*/src/**/*.ts']

/** A regular expression of the source, and a file that has it. */
export interface FoundRegExp {
  readonly source: string
  readonly flags: string
  readonly file: string
}

/** Files of ours that are not tests. */
function sourceFiles(): readonly string[] {
  return SOURCES.flatMap((pattern) => [...new Glob(pattern).scanSync(ROOT)]).filter(
    (file) => !file.endsWith('.test.ts') && !file.endsWith('.d.ts'),
  )
}

/** Lists the literals of a file. */
function literalsOf(file: string): readonly FoundRegExp[] {
  const found: FoundRegExp[] = []
  const script = new Transpiler({ loader: 'ts' }).transformSync(readFileSync(join(ROOT, file), 'utf8'))
  parse(script, {
    ecmaVersion: 'latest',
    sourceType: 'module',
    onToken: (token) => {
      if (token.type.label !== 'regexp' || !('value' in token)) return
      const { pattern, flags } = token.value as { readonly pattern: string; readonly flags: string }
      found.push({ source: pattern, flags, file })
    },
  })
  return found
}

/** Lists what our modules put together by `new RegExp` while they are loaded. This process has to be fresh. */
async function constructed(): Promise<readonly FoundRegExp[]> {
  const found: FoundRegExp[] = []
  const original = globalThis.RegExp
  globalThis.RegExp = new Proxy(original, {
    construct(target, [source, flags]: [string | RegExp, string | undefined]) {
      const made = new target(source, flags)
      const caller = new Error().stack
        ?.split('\n')
        .find((line) => /\/(?:packages|apps\/gateway)\/[^:]*src\//.test(line))
      const isOurs = caller !== undefined && !caller.includes('node_modules/')
      if (isOurs) found.push({ source: made.source, flags: made.flags, file: caller.trim().slice(0, 200) })
      return made
    },
  })
  for (const file of sourceFiles()) {
    // What runs on another runtime, or runs as soon as it is loaded, builds none.
    if (!file.includes('/runtime/') && !/cli|main\.ts$/.test(file)) await import(join(ROOT, file))
  }
  globalThis.RegExp = original
  return found
}

/** Prints them all as JSON. */
if (import.meta.main) {
  const all = [...sourceFiles().flatMap(literalsOf), ...(await constructed())]
  process.stdout.write(JSON.stringify(all))
}
