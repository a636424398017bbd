import { StoreError } from '@sluice/errors'
import { Hono } from 'hono'
import type { KeyEnv } from '../../api/auth.ts'
import type { Http } from '../../app.ts'
import { answerProblem, refuse } from '../../http/answer-problem.ts'
import { createExchange } from '../../http/exchange.ts'
import type { HttpPorts } from '../../ports.ts'
import { RequestError } from '../../problem.ts'

type Ports = Pick<HttpPorts, 'nowMs' | 'random' | 'log'>

/** Answers for a Worker whose settings are not complete: `/readyz` names all that is wrong, and nothing is taken. */
export function createUnconfigured(ports: Ports, faults: readonly string[]): Http {
  return createRefusing(ports, 'configuration', faults, () => new RequestError('NOT_CONFIGURED'))
}

/**
 * Takes nothing before the shards are known to be those that were used before, and nothing where some are missing: a sender
 * that is refused sends again, and what is taken into another shard than its repeat would be delivered twice.
 *
 * @param check - Says what is missing, if anything; throws StoreError while nobody can say.
 */
export function withAllShards(http: Http, check: () => Promise<string | null>, ports: Ports): Http {
  let refusing: Http | null = null
  return {
    async fetch(request) {
      try {
        const fault = await check()
        if (fault === null) return await http.fetch(request)
        if (refusing === null) ports.log('error', 'shards are missing', { detail: fault })
        refusing ??= createUnconfigured(ports, [fault])
        return await refusing.fetch(request)
      } catch (error) {
        if (!(error instanceof StoreError)) throw error
        return createRefusing(ports, 'store', [error.message], () => error).fetch(request)
      }
    },
  }
}

/** Answers everything with the same problem, but for the two that are asked how the gateway is. */
function createRefusing(ports: Ports, name: string, faults: readonly string[], problem: () => Error): Http {
  const app = new Hono<KeyEnv>()
  app.use(createExchange(ports))
  app.get('/healthz', (context) => context.json({ status: 'ok' }))
  app.get('/readyz', (context) => {
    const checks = faults.map((detail) => ({ name, ok: false, detail }))
    return context.json({ status: 'unavailable', checks, warnings: [] }, 503)
  })
  app.onError(answerProblem)
  app.notFound((context) => refuse(problem(), context))
  return { fetch: (request) => app.fetch(request) }
}
