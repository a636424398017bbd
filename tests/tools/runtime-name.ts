/** Names of the same runtime: a Worker runs in workerd. */
const SAME: readonly (readonly string[])[] = [['worker', 'workerd']]

/** Reads which runtime is meant; null for none of these. */
export function runtimeNamed<Name extends string>(names: readonly Name[], text: string): Name | null {
  const meant = SAME.find((same) => same.includes(text)) ?? [text]
  return names.find((name) => meant.includes(name)) ?? null
}

/** Lists runtimes with every name that does. */
export function listRuntimes(names: readonly string[]): string {
  return names.map((name) => (SAME.find((same) => same.includes(name)) ?? [name]).join(' or ')).join(', ')
}

/** Ends the program with one line: it was asked for what there is not. */
export function refuseToRun(line: string): never {
  process.stderr.write(`${line}\n`)
  process.exit(2)
}
