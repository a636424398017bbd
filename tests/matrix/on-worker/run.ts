import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { grouped } from '../grouped.ts'
import { type Cell, type CellResult, strikeOf } from '../cell.ts'
import { FoundSecrets } from '../canaries.ts'
import { DEATHS, NO_CONNECTION } from '../replies.ts'
import { WORLD_START_MS } from '../../world/world.ts'
import { Lockstep } from './lockstep.ts'
import { playStruck, playUndisturbed } from './play.ts'
import { type Scene, setScene } from './scene.ts'
import { setStage, type Stage } from './stage.ts'
import { startUpstream, type Upstream } from './upstream.ts'

/** So many times as many cells are played in one life of workerd: all that it keeps of them stays until its end. */
const BATCHES_PER_LIFE = 4
/** So many workerds at once: most of the time each waits for its disk. */
const LIVES_AT_ONCE = 2
/** Cells that are played at the same time. */
const AT_ONCE = 96
/** So many cells whose faults cannot strike share a gateway, one after the other: nothing in it is ever disturbed. */
const SHARING = 30

/** Cells that are played on one gateway. */
interface Turn {
  readonly cells: readonly Cell[]
  readonly play: (scene: Scene) => Promise<readonly CellResult[]>
}

/**
 * Whether a cell is left out on Workers: a write whose route has a marker, refused more than once. What is unsure there is
 * looked for on the same connection, and a listener that refuses cannot tell the look from the write.
 */
export function isLeftOut({ operation: { marked, looksAfter }, reply, times }: Cell): boolean {
  return marked && looksAfter === undefined && reply === NO_CONNECTION && times !== 'once'
}

/** What was searched for secrets, and what was found. */
export interface SecretSearch {
  readonly searched: number
  readonly wrong: readonly string[]
}

/** Plays cells on the Worker, and hands over the results as they come. */
export async function playOnWorker(
  cells: readonly Cell[],
  each: (results: readonly CellResult[]) => void,
): Promise<SecretSearch> {
  const searches: SecretSearch[] = []
  const waiting = [...sliced(batchesOf(cells), BATCHES_PER_LIFE)]
  const workThrough = async (): Promise<void> => {
    for (let batches = waiting.shift(); batches !== undefined; batches = waiting.shift()) {
      searches.push(await playInOneWorkerd(batches, each))
    }
  }
  await Promise.all(Array.from({ length: LIVES_AT_ONCE }, workThrough))
  return {
    searched: searches.reduce((sum, { searched }) => sum + searched, 0),
    wrong: searches.flatMap(({ wrong }) => wrong),
  }
}

type Batch = readonly Turn[]

async function playInOneWorkerd(
  batches: readonly Batch[],
  each: (results: readonly CellResult[]) => void,
): Promise<SecretSearch> {
  const stage = await setStage(WORLD_START_MS)
  const upstreams: Upstream[] = []
  const secrets = new FoundSecrets()
  let count = 0
  try {
    const lockstep = new Lockstep(stage, upstreams)
    while (upstreams.length < AT_ONCE) upstreams.push(await startUpstream(() => lockstep.note()))
    for (const turns of batches) {
      const scenes = new Set<Scene>()
      const plays = turns.map((turn, index) => async () => {
        const upstream = upstreams[index]
        if (upstream === undefined) throw new Error('there are more turns than places')
        const found = new FoundSecrets()
        const scene = setScene({ stage, lockstep, upstream, number: ++count, secrets: found })
        scenes.add(scene)
        const results = await turn.play(scene)
        scenes.delete(scene)
        secrets.add(found)
        each(results.map((result) => ({ ...result, wrong: [...result.wrong, ...scene.told()] })))
        await scene.leave()
      })
      await lockstep.play(plays, async () => {
        for (const scene of scenes) await scene.awake()
      })
    }
    await stage.kill()
    return searchStage(stage, secrets)
  } finally {
    for (const upstream of upstreams) upstream.stop()
    await stage.close()
  }
}

/** Searches the log, and every byte of every object's file. */
function searchStage(stage: Stage, secrets: FoundSecrets): SecretSearch {
  const files = readdirSync(stage.storagePath, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  const outputs = files.map(({ parentPath, name }) => ({ name, read: () => readFileSync(join(parentPath, name)) }))
  const wrong = [{ name: 'the log', read: () => stage.log() }, ...outputs].flatMap(({ name, read }) => {
    const secret = secrets.inLarge(read())
    return secret === null ? [] : [`${name} holds ${secret}`]
  })
  return { searched: outputs.length + 1, wrong }
}

/**
 * Puts cells together that are played at the same time: those that take about as long, and by themselves those in which the
 * process dies, since all that are played die with it.
 */
function batchesOf(cells: readonly Cell[]): readonly (readonly Turn[])[] {
  const struck = cells.filter((cell) => strikeOf(cell) !== null)
  const undisturbed = grouped(
    cells.filter((cell) => strikeOf(cell) === null),
    ({ operation }) => operation.name,
  )
  const shared: Turn[] = [...undisturbed.values()].flatMap((all) =>
    sliced(all, SHARING).map((sharing) => ({
      cells: sharing,
      play: (scene) => {
        const [first] = sharing
        return first === undefined ? Promise.resolve([]) : playUndisturbed(scene, first.operation, sharing)
      },
    })),
  )
  const alone = (of: readonly Cell[]): readonly Turn[] =>
    of.map((cell) => ({ cells: [cell], play: async (scene) => [await playStruck(scene, cell)] }))
  const byReply = grouped(struck, ({ reply, times }) => `${DEATHS.has(reply)} ${times === 'for ever'} ${reply}`)
  const sorted = [...byReply].toSorted(([left], [right]) => (left < right ? -1 : 1)).flatMap(([, of]) => of)
  return [
    ...sliced(shared, AT_ONCE),
    ...sliced(alone(sorted.filter(({ reply }) => !DEATHS.has(reply))), AT_ONCE),
    ...sliced(alone(sorted.filter(({ reply }) => DEATHS.has(reply))), AT_ONCE),
  ]
}

function sliced<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}
