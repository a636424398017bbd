/** Runs the bundled suite beside it in a Worker: the setting comes as the body of a request, and the reply is how it went. */
import { runSuite, type Setting, type Suite } from '../suite.ts'

const worker = {
  async fetch(request: Request): Promise<Response> {
    const setting: Setting = await request.json()
    const beside: string = 'suite'
    const { suite }: { suite: Suite } = await import(beside)
    return Response.json(await runSuite(suite, { ...setting, fetch: (sent, init) => fetch(sent, init) }))
  },
}

// oxlint-disable-next-line import/no-default-export -- a Worker is what its module exports by default
export default worker
