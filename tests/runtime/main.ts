/**
 * Plays every story on every runtime: `bun run test:runtime`. Prints a table of stories and runtimes, and ends with one
 * line of totals. `--runtime bun,deno` plays on those only, `--story kill` those stories only whose name holds the word.
 */
import { parseArgs } from 'node:util'
import { installTools } from '../tools/install.ts'
import { listRuntimes, refuseToRun, runtimeNamed } from '../tools/runtime-name.ts'
import { DRIVERS } from './drivers.ts'
import { playOn } from './play.ts'
import { type Cell, head, row, totals } from './report.ts'
import { STORIES } from './stories.ts'

const { values } = parseArgs({ options: { runtime: { type: 'string' }, story: { type: 'string' } } })
const names = DRIVERS.map(({ name }) => name)
const asked = values.runtime?.split(',').map((text) => {
  const there = `but ${listRuntimes(names)}`
  return runtimeNamed(names, text) ?? refuseToRun(`test:runtime: there is no runtime ${text}, ${there}`)
})
const drivers = DRIVERS.filter(({ name }) => asked?.includes(name) ?? true)
const stories = STORIES.filter(({ name }) => name.includes(values.story ?? ''))
if (stories.length === 0) refuseToRun(`test:runtime: no story has "${values.story}" in its name`)

installTools()
const runtimes = drivers.map(({ name }) => name)
const width = Math.max(...stories.map(({ name }) => name.length))
const texts = new Map<string, string>()
const cells: Cell[] = []
process.stdout.write(head(runtimes, width))
for (const story of stories) {
  cells.push(...(await playOn(story, drivers, texts)))
  process.stdout.write(row(story.name, runtimes, cells, width))
}
const { text, ok } = totals(
  stories.map(({ name }) => name),
  runtimes,
  cells,
)
process.stdout.write(text)
process.exit(ok ? 0 : 1)
