/** How often the processes are looked at, and how long and often an answer is waited for once one of them has ended. */
const LOOK_MS = 2000
const ANSWER_MS = 5000
const TRIES = 3

/** Lists the processes of this machine, a line `<id> <group> <command>` each. Null where nothing lists them. */
export type ListProcesses = () => string | null

/**
 * Notices when a workerd of a process group has ended. Wrangler starts another one at each change, and when one was killed;
 * but then some requests are never answered.
 *
 * @param group - Id of the process group.
 * @returns a function for every look, which says whether one has ended since the look before.
 */
export function createWorkerdWatch(group: number, list: ListProcesses = listProcesses): () => boolean {
  let before: readonly string[] = []
  return () => {
    const now = (list() ?? '').split('\n').flatMap((line) => workerdOf(line, group) ?? [])
    const hasEnded = before.some((id) => !now.includes(id))
    before = now
    return hasEnded
  }
}

/** Looks until a workerd of the group has ended and `url` is not answered any more; resolves then. */
export async function untilWorkerdIsGone(group: number, url: string): Promise<void> {
  const hasEnded = createWorkerdWatch(group)
  do await Bun.sleep(LOOK_MS)
  while (!hasEnded() || (await isAnswered(url)))
}

async function isAnswered(url: string): Promise<boolean> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const reply = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) }).catch((): null => null)
    if (reply !== null) return true
    await Bun.sleep(LOOK_MS)
  }
  return false
}

/** Reads the id of a workerd of the group; null for any other process. One that died and is only listed still is none. */
function workerdOf(line: string, group: number): string | null {
  const [, id = null, of, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
  return Number(of) === group && /(^|\/)workerd$/.test(command.trim()) ? id : null
}

function listProcesses(): string | null {
  if (Bun.which('ps') === null) return null
  const { success, stdout } = Bun.spawnSync(['ps', '-A', '-o', 'pid=,pgid=,comm='])
  return success ? stdout.toString() : null
}
