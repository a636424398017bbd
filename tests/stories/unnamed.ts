const INSTANCE = /,"instance":"urn:sluice:request:[\w.:@/+=-]+"(?=\}$)/

/**
 * Takes the request's own name out of a problem document, so that it can be compared with another's.
 *
 * @throws Error it holds none, as its last member.
 */
export function unnamed(problem: string): string {
  if (!INSTANCE.test(problem)) throw new Error(`no name of the request: ${problem}`)
  return problem.replace(INSTANCE, '')
}
