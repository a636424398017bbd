import { join } from 'node:path'
import type { BunPlugin } from 'bun'
import { withoutWords } from './without-words.ts'

/** Makes the Worker smaller: it leaves out what is never called there. Each part says why it is not. */
export const smaller: BunPlugin = {
  name: 'smaller',
  setup(build) {
    build.onResolve({ filter: /^@asteasolutions\/zod-to-openapi$/ }, () => ({ path: WITHOUT_DOCUMENT }))
    build.onResolve({ filter: /^\.\/declare\.ts$/ }, () => ({ path: WITHOUT_DECLARATIONS }))
    for (const [filter, contents] of REPLACED) {
      build.onLoad({ filter }, async ({ path }) => ({ contents: contents(await Bun.file(path).text()), loader: 'js' }))
    }
    build.onLoad({ filter: JSONATA }, async ({ path }) => ({
      contents: await Bun.file(path.replace(/\.js$/, '.min.js')).text(),
      loader: 'js',
    }))
  },
}

/** The generator of the document: the Worker serves the finished one, from its assets. */
const WITHOUT_DOCUMENT = join(import.meta.dirname, 'without-document.ts')

/** What describes the routes of the upstreams, for the same reason. */
const WITHOUT_DECLARATIONS = join(import.meta.dirname, 'without-declarations.ts')

const REPLACED: readonly (readonly [RegExp, (module: string) => string])[] = [
  // It hands all of zod to the generator, so that no bundler can leave any of it out: its locales, its compiler and the rest.
  [/[/\\]@hono[/\\]zod-openapi[/\\]dist[/\\]index\.mjs$/, withoutLine('extendZodWithOpenApi(z);')],
  // `toJSONSchema` of every schema, in two parts: each schema has methods made for it, and has its own limits read.
  [/[/\\]zod[/\\]v4[/\\]core[/\\]to-json-schema\.js$/, absentOnce],
  [/[/\\]zod[/\\]v4[/\\]core[/\\]json-schema-processors\.js$/, absentFrom('export const stringProcessor =')],
  // What makes the document and the page of it, which are among the assets.
  [/[/\\]gateway[/\\]src[/\\](?:api[/\\]build-document|console[/\\]docs[/\\]page)\.ts$/, absent],
  // What routes and schemas say to the document alone.
  [/[/\\]gateway[/\\]src[/\\](?:api[/\\].*|console[/\\]home|console[/\\]docs[/\\]docs)\.ts$/, withoutWords],
  // The parser's own check, and its making of objects and numbers: we guard what it is given, and shape what it finds.
  [/[/\\]fast-xml-parser[/\\]src[/\\](?:validator|xmlparser[/\\]node2json)\.js$/, absent],
  [/[/\\]strnum[/\\]strnum\.js$/, absent],
  // What the parser asks about the entities of a document type: one that has any is refused before it is parsed.
  [/[/\\]is-unsafe[/\\]src[/\\]index\.js$/, absent],
]

/** Its own small form is smaller than what a bundler makes of it. */
const JSONATA = /[/\\]jsonata[/\\]jsonata\.js$/

/** Writes a module with the same names, none of which can be called: whoever does is told so. */
function absent(module: string): string {
  return `${NOT_HERE}${exported('notHere', namesOf(module))}`
}

/** Writes a module with the same names, each of which yields a function that cannot be called. */
function absentOnce(module: string): string {
  return `${NOT_HERE}const later = () => notHere\n${exported('later', namesOf(module))}`
}

/** Keeps a module up to a place in it, and the names only of what follows. */
function absentFrom(place: string): (module: string) => string {
  return (module) => {
    const from = module.indexOf(`\n${place}`)
    if (from < 0) throw new Error(`a module of the Worker has no ${place} to leave out`)
    const kept = module.slice(0, from)
    const keptNames = namesOf(kept)
    const left = namesOf(module).filter((name) => !keptNames.includes(name))
    return `${kept}\n${NOT_HERE}${exported('notHere', left)}`
  }
}

const NOT_HERE = `function notHere() { throw new Error('this part of a library is not in the Worker') }\n`
const namesOf = (module: string): readonly string[] => new Bun.Transpiler({ loader: 'ts' }).scan(module).exports
const exported = (value: string, names: readonly string[]): string =>
  `export { ${names.map((name) => `${value} as ${name}`).join(', ')} }\n`

function withoutLine(line: string): (module: string) => string {
  return (module) => {
    if (!module.includes(`\n${line}\n`)) throw new Error(`a module of the Worker has no line ${line} to leave out`)
    return module.replace(`\n${line}\n`, '\n')
  }
}
