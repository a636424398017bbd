import { createRoute, z } from '@hono/zod-openapi'
import { AliasName } from '../config-shapes.ts'
import type { Config } from '../config.ts'
import type { AliasAddress, AliasChange } from '../control/port.ts'
import type { HttpPorts } from '../ports.ts'
import { RequestError } from '../problem.ts'
import {
  AliasListSchema,
  type AliasSchema,
  AliasWithHistorySchema,
  RemoveAliasQuery,
  SetAliasSchema,
} from './alias-schemas.ts'
import type { KeyGuard } from './auth.ts'
import { createApi } from './create-api.ts'
import { ONCE, type Once, onceRequest } from './idempotent.ts'
import { JSON_REQUEST, jsonAnswer, KEYED, problemAnswers } from './responses.ts'

const name = z.string().openapi({ example: 'danaconnect' })
const params = z.object({ name, alias: AliasName })

/** What a destination may answer that is asked for aliases. */
const ALIASED = ['DESTINATION_UNKNOWN', 'DESTINATION_WITHOUT_ALIASES'] as const

/** Answers `/v1/destinations/{name}/aliases`: what the conversations of an account are called. */
export function aliasesApi(
  config: Config,
  { control, nowMs, log }: Pick<HttpPorts, 'control' | 'nowMs' | 'log'>,
  guard: KeyGuard,
  once: Once,
) {
  const listAliases = createRoute({
    method: 'get',
    path: '/v1/destinations/{name}/aliases',
    operationId: 'listAliases',
    summary: 'List the aliases of a destination',
    tags: ['Destinations'],
    security: [{ key: ['read'] }],
    middleware: guard('read'),
    request: { params: z.object({ name }) },
    responses: {
      200: jsonAnswer('Those that stand for something.', AliasListSchema),
      ...problemAnswers(...KEYED, ...ALIASED),
    },
  })

  const readAlias = createRoute({
    method: 'get',
    path: '/v1/destinations/{name}/aliases/{alias}',
    operationId: 'readAlias',
    summary: 'Read an alias with its history',
    tags: ['Destinations'],
    security: [{ key: ['read'] }],
    middleware: guard('read'),
    request: { params },
    responses: {
      200: jsonAnswer('The alias.', AliasWithHistorySchema),
      ...problemAnswers(...KEYED, ...ALIASED, 'PARAMETER_INVALID', 'ALIAS_UNKNOWN'),
    },
  })

  const setAlias = createRoute({
    method: 'put',
    path: '/v1/destinations/{name}/aliases/{alias}',
    operationId: 'setAlias',
    summary: 'Set what an alias stands for',
    description:
      'Holds for every delivery that is sent from now on, also for those that wait; on Workers within 3 seconds. What died because the alias was not set (`CONVERSATION_ALIAS_UNKNOWN`) was not sent: retry it by a job.',
    tags: ['Destinations'],
    security: [{ key: ['operate'] }],
    middleware: [guard('operate'), once()] as const,
    request: {
      ...onceRequest,
      params,
      body: { required: true, content: { 'application/json': { schema: SetAliasSchema } } },
    },
    responses: {
      200: jsonAnswer('The alias as it is now.', AliasWithHistorySchema),
      ...problemAnswers(...KEYED, ...ONCE, ...JSON_REQUEST, ...ALIASED, 'STORE_FULL'),
    },
  })

  const removeAlias = createRoute({
    method: 'delete',
    path: '/v1/destinations/{name}/aliases/{alias}',
    operationId: 'removeAlias',
    summary: 'Remove what was set for an alias',
    description: 'What the configuration says holds again, if it says anything. The history stays.',
    tags: ['Destinations'],
    security: [{ key: ['operate'] }],
    middleware: [guard('operate', 'query'), once()] as const,
    request: { ...onceRequest, params, query: RemoveAliasQuery },
    responses: {
      200: jsonAnswer('The alias as it is now.', AliasWithHistorySchema),
      ...problemAnswers(...KEYED, ...ONCE, ...ALIASED, 'PARAMETER_INVALID', 'ALIAS_UNKNOWN', 'STORE_FULL'),
    },
  })

  return createApi()
    .openapi(listAliases, async (context) => {
      const destination = context.req.valid('param').name
      const configured = configuredOf(destination)
      const stored = await control.listAliases(destination)
      const byName = new Map<string, z.output<typeof AliasSchema>>(
        Object.entries(configured).map(([alias, conversationID]) => [
          alias,
          { alias, conversationID, from: 'configuration', changed: null },
        ]),
      )
      for (const { alias, id, change } of stored) {
        byName.set(alias, { alias, conversationID: id, from: 'api', changed: representChange(change, id) })
      }
      return context.json({ aliases: [...byName.values()] }, 200)
    })
    .openapi(readAlias, async (context) => {
      const { name: destination, alias } = context.req.valid('param')
      return context.json(await represent({ destination, alias }), 200)
    })
    .openapi(setAlias, async (context) => {
      const { name: destination, alias } = context.req.valid('param')
      const { conversationID, why } = context.req.valid('json')
      await change({ destination, alias }, { after: conversationID, why, by: context.get('keyName') })
      return context.json(await represent({ destination, alias }), 200)
    })
    .openapi(removeAlias, async (context) => {
      const { name: destination, alias } = context.req.valid('param')
      const { why } = context.req.valid('query')
      await represent({ destination, alias })
      await change({ destination, alias }, { after: null, why, by: context.get('keyName') })
      return context.json(await represent({ destination, alias }), 200)
    })

  function configuredOf(destination: string): Readonly<Record<string, number>> {
    const factory = config.destinations.get(destination)
    if (factory === undefined) throw new RequestError('DESTINATION_UNKNOWN')
    if (factory.aliases === null) throw new RequestError('DESTINATION_WITHOUT_ALIASES')
    return factory.aliases
  }

  async function change(address: AliasAddress, made: Pick<AliasChange, 'after' | 'why' | 'by'>): Promise<void> {
    await control.changeAlias(address, { ...made, atMs: nowMs(), configured: configuredAt(address) })
    log('info', 'alias changed', { ...address, by: made.by, conversationID: made.after ?? 0 })
  }

  async function represent({ destination, alias }: AliasAddress) {
    const fallback = configuredAt({ destination, alias })
    const history = await control.aliasHistory({ destination, alias })
    if (history.length === 0 && fallback === null) throw new RequestError('ALIAS_UNKNOWN')
    const set = history[0]?.after ?? null
    const from = set === null ? ('configuration' as const) : ('api' as const)
    const conversationID = set ?? fallback
    const shown = { alias, conversationID, from: conversationID === null ? null : from }
    // What a removal led to is what the next change found.
    const told = history.map((change, index) =>
      representChange(change, index === 0 ? fallback : (history[index - 1]?.before ?? null)),
    )
    return { ...shown, history: told }
  }

  function configuredAt({ destination, alias }: AliasAddress): number | null {
    const configured = configuredOf(destination)
    return Object.hasOwn(configured, alias) ? (configured[alias] ?? null) : null
  }
}

/** @param otherwise - What the alias stood for after a change that removed what was set. */
function representChange({ atMs, after, ...rest }: AliasChange, otherwise: number | null) {
  return { at: new Date(atMs).toISOString(), ...rest, after: after ?? otherwise, removed: after === null }
}
