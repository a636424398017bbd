import { createRoute, z } from '@hono/zod-openapi'
import { type Config, keySourceFaults } from '../config.ts'
import { DEFAULT_RATE_PER_MINUTE, holderOf, isConfigured } from '../control/desk.ts'
import { isLive } from '../control/keys.ts'
import type { NewSecret, StoredKey } from '../control/port.ts'
import { newSecret, prefixOf } from '../control/secret.ts'
import { sha256Hex } from '../digest.ts'
import type { HttpPorts } from '../ports.ts'
import { RequestError } from '../problem.ts'
import type { KeyGuard } from './auth.ts'
import { createApi } from './create-api.ts'
import { ONCE, type Once, onceRequest } from './idempotent.ts'
import { checkCursor, msOf, PAGE_QUERY } from './filters.ts'
import { linksOf, PAGE_HEADERS } from './links.ts'
import {
  KeyListSchema,
  KeyRequestSchema,
  KeySchema,
  KeyWithSecretSchema,
  RevokeRequestSchema,
  RotateRequestSchema,
} from './key-schemas.ts'
import { representConfigured, representKey } from './represent-key.ts'
import { JSON_REQUEST, jsonAnswer, KEYED, problemAnswers } from './responses.ts'

const params = z.object({ id: z.string().openapi({ example: 'key_01KAPQ3Z8N4T6V9X2B5D7F0G1M' }) })
/** No cache keeps a secret. */
const NO_STORE = { 'cache-control': 'no-store' }

/** Answers `/v1/keys`: who may call the API, and post to sources that ask for a key. */
export function keysApi(
  config: Config,
  { control, nowMs, newId, fillRandom, log }: Pick<HttpPorts, 'control' | 'nowMs' | 'newId' | 'fillRandom' | 'log'>,
  guard: KeyGuard,
  once: Once,
) {
  const createKey = createRoute({
    method: 'post',
    path: '/v1/keys',
    operationId: 'createKey',
    summary: 'Create a key',
    description:
      'The secret is in this answer and nowhere else. Should the answer get lost, revoke the key by its name in the list and create another one.',
    tags: ['Keys'],
    security: [{ key: ['operate'] }],
    middleware: [guard('operate'), once({ keepsBody: false })] as const,
    request: {
      ...onceRequest,
      body: { required: true, content: { 'application/json': { schema: KeyRequestSchema } } },
    },
    responses: {
      201: jsonAnswer('The key, and its secret.', KeyWithSecretSchema),
      ...problemAnswers(...KEYED, ...ONCE, ...JSON_REQUEST, 'KEY_NAME_TAKEN', 'KEYS_TOO_MANY', 'STORE_FULL'),
    },
  })

  const listKeys = createRoute({
    method: 'get',
    path: '/v1/keys',
    operationId: 'listKeys',
    summary: 'List keys, those of the configuration first, then the newest',
    description: 'Those that were revoked or have expired are listed too.',
    tags: ['Keys'],
    security: [{ key: ['read'] }],
    middleware: guard('read', 'query'),
    request: { query: z.strictObject(PAGE_QUERY) },
    responses: {
      200: { ...jsonAnswer('A page of keys.', KeyListSchema), headers: PAGE_HEADERS },
      ...problemAnswers(...KEYED, 'PARAMETER_INVALID', 'CURSOR_INVALID'),
    },
  })

  const readKey = createRoute({
    method: 'get',
    path: '/v1/keys/{id}',
    operationId: 'readKey',
    summary: 'Read a key',
    tags: ['Keys'],
    security: [{ key: ['read'] }],
    middleware: guard('read'),
    request: { params },
    responses: { 200: jsonAnswer('The key.', KeySchema), ...problemAnswers(...KEYED, 'KEY_UNKNOWN') },
  })

  const rotateKey = createRoute({
    method: 'post',
    path: '/v1/keys/{id}/rotate',
    operationId: 'rotateKey',
    summary: 'Give a key a new secret',
    description: 'Those that it has are accepted for `overlapSeconds` more, or until they would have ended.',
    tags: ['Keys'],
    security: [{ key: ['operate'] }],
    middleware: [guard('operate'), once({ keepsBody: false })] as const,
    request: {
      ...onceRequest,
      params,
      body: { content: { 'application/json': { schema: RotateRequestSchema } } },
    },
    responses: {
      200: jsonAnswer('The key, and its new secret.', KeyWithSecretSchema),
      ...problemAnswers(...KEYED, ...ONCE, ...JSON_REQUEST, 'KEY_UNKNOWN', 'KEY_CONFIGURED', 'KEY_ENDED', 'STORE_FULL'),
    },
  })

  const revokeKey = createRoute({
    method: 'post',
    path: '/v1/keys/{id}/revoke',
    operationId: 'revokeKey',
    summary: 'Revoke a key, with all its secrets',
    description: 'For good, and at once; on Workers within 3 seconds. One that was revoked before stays as it was.',
    tags: ['Keys'],
    security: [{ key: ['operate'] }],
    middleware: [guard('operate'), once()] as const,
    request: {
      ...onceRequest,
      params,
      body: { content: { 'application/json': { schema: RevokeRequestSchema } } },
    },
    responses: {
      200: jsonAnswer('The key as it is now.', KeySchema),
      ...problemAnswers(
        ...KEYED,
        ...ONCE,
        ...JSON_REQUEST,
        'KEY_UNKNOWN',
        'KEY_CONFIGURED',
        'KEY_LAST_OPERATOR',
        'STORE_FULL',
      ),
    },
  })

  return createApi()
    .openapi(createKey, async (context) => {
      const { name, scopes, sources = null, expiresAt, ratePerMinute } = context.req.valid('json')
      const by = context.get('keyName')
      const expiresAtMs = msOf(expiresAt) ?? null
      const faults = keySourceFaults({ scopes, sources }, (source) => config.sources.get(source))
      if (faults.length > 0) throw new RequestError('PARAMETER_INVALID', faults)
      if (expiresAtMs !== null && expiresAtMs <= nowMs()) {
        throw new RequestError('PARAMETER_INVALID', [{ path: 'expiresAt', message: 'expected a time to come' }])
      }
      if (config.keys.some((key) => key.name === name)) throw new RequestError('KEY_NAME_TAKEN')
      const { secret, kept } = await makeSecret(by)
      const id = newId('key')
      const added = await control.addKey({
        id,
        name,
        scopes: [...new Set(scopes)],
        sources,
        ratePerMinute: ratePerMinute ?? DEFAULT_RATE_PER_MINUTE,
        expiresAtMs,
        secret: kept,
      })
      if (added === 'name-taken') throw new RequestError('KEY_NAME_TAKEN')
      if (added === 'too-many') throw new RequestError('KEYS_TOO_MANY')
      log('info', 'key created', { key: id, name, by })
      return context.json({ key: represent(await stored(id)), secret }, 201, NO_STORE)
    })
    .openapi(listKeys, async (context) => {
      const { limit, cursor } = context.req.valid('query')
      const before = checkCursor('key', cursor)
      const { rows, next } = await control.listKeys({ limit, before })
      const configured = before === undefined ? config.keys.map((key) => representConfigured(holderOf(key))) : []
      context.header('link', linksOf(context.req.url, limit, next))
      return context.json({ keys: [...configured, ...rows.map(represent)], nextCursor: next }, 200)
    })
    .openapi(readKey, async (context) => {
      const { id } = context.req.valid('param')
      const configured = config.keys.map(holderOf).find((holder) => holder.id === id)
      return context.json(configured === undefined ? represent(await stored(id)) : representConfigured(configured), 200)
    })
    .openapi(rotateKey, async (context) => {
      const id = changeable(context.req.valid('param').id)
      const { overlapSeconds } = RotateRequestSchema.parse(context.req.valid('json'))
      const by = context.get('keyName')
      const { secret, kept } = await makeSecret(by)
      const rotated = await control.rotateKey({ id, secret: kept, othersEndAtMs: kept.atMs + overlapSeconds * 1000 })
      if (rotated === 'unknown') throw new RequestError('KEY_UNKNOWN')
      if (rotated === 'ended') throw new RequestError('KEY_ENDED')
      log('info', 'key rotated', { key: id, by, overlapSeconds })
      return context.json({ key: represent(await stored(id)), secret }, 200, NO_STORE)
    })
    .openapi(revokeKey, async (context) => {
      const id = changeable(context.req.valid('param').id)
      const { evenIfLast = false } = context.req.valid('json')
      const by = context.get('keyName')
      const operatorIsConfigured = config.keys.some(({ scopes }) => scopes.includes('operate'))
      const keepOperator = !evenIfLast && !operatorIsConfigured
      const revoked = await control.revokeKey({ id, atMs: nowMs(), by, keepOperator })
      if (revoked === 'unknown') throw new RequestError('KEY_UNKNOWN')
      if (revoked === 'last-operator') throw new RequestError('KEY_LAST_OPERATOR')
      log('info', 'key revoked', { key: id, by })
      return context.json(represent(await stored(id)), 200)
    })

  async function makeSecret(by: string): Promise<{ readonly secret: string; readonly kept: NewSecret }> {
    const secret = newSecret(fillRandom)
    return { secret, kept: { digest: await sha256Hex(secret), prefix: prefixOf(secret), atMs: nowMs(), by } }
  }

  async function stored(id: string): Promise<StoredKey> {
    const key = await control.readKey(id)
    if (key === null) throw new RequestError('KEY_UNKNOWN')
    return key
  }

  function represent(key: StoredKey) {
    return representKey(key, key.revoked === null ? (isLive(key, nowMs()) ? 'active' : 'expired') : 'revoked')
  }

  function changeable(id: string): string {
    if (!isConfigured(id)) return id
    throw new RequestError(config.keys.some((key) => holderOf(key).id === id) ? 'KEY_CONFIGURED' : 'KEY_UNKNOWN')
  }
}
