import { DecodeError } from '@sluice/errors'
import { decodeJson, type JsonValue } from '@sluice/json-codec'
import { SigV4VerifyError, verifySigV4 } from '@sluice/sigv4/verify'

import type { Ambient } from './ambient.ts'
import { checkBody, type DatatalksOperation } from './datatalks-contract.ts'
import { checkLaterBody, isLater } from './datatalks-later-contract.ts'
import { DatatalksReplies } from './datatalks-replies.ts'
import type { DatatalksKey, DatatalksSettings } from './datatalks-settings.ts'
import { DatatalksStore } from './datatalks-store.ts'
import type { Received } from './received.ts'
import { type Answer, type Reply, withoutEffect } from './reply.ts'
import type { Call, Upstream } from './upstream.ts'

const V1_PATH = /^\/datatalks\/(?:v1|Production)\/(contacts|events|products)$/
const LATER_PATH = /^\/datatalks\/(v[23])\/(profiles|events|inventory)$/

/**
 * Mocks contacts, events and products of Datatalks' v1, and what is printed of v2 and v3, behind the checks of API Gateway: the signature is calculated
 * again from the bytes received.
 *
 * @see https://datatalks.atlassian.net/wiki/spaces/PI/pages/875495429/Datatalks+API+Using+the+API (read 2026-11-22)
 */
export function createDatatalksMock(settings: DatatalksSettings, ambient: Ambient, keep: number): Upstream {
  const store = new DatatalksStore(settings, keep)
  const replies = new DatatalksReplies(ambient, settings)

  const answer = async (received: Received, operation: DatatalksOperation | null): Promise<Answer> => {
    const key = await admit(received, settings, replies)
    if (operation === null) return withoutEffect(unknownPath(key, replies))
    if ('status' in key) return withoutEffect(key)
    if (!key.mayInvoke) return withoutEffect(replies.accessDenied())
    if (received.bytes.length > settings.maxBodyBytes) return withoutEffect(replies.gateway(413, 'Request Too Long'))
    return answerContract(received, operation, key)
  }

  const answerContract = (received: Received, operation: DatatalksOperation, key: DatatalksKey): Answer => {
    const body = readJson(received.bytes, settings)
    if (body === undefined) return withoutEffect(replies.refused(400, ['the body is not JSON'], key.accessKeyId))
    const checked = isLater(operation)
      ? checkLaterBody(body, operation, key.groupKeys, settings)
      : checkBody(body, operation, key.groupKeys, settings)
    if ('messages' in checked) return withoutEffect(replies.refused(400, checked.messages, key.accessKeyId))
    const effect = store.apply(operation, checked.groupKey, checked.records, received.atMs)
    if (typeof effect === 'string') return withoutEffect(replies.refused(400, [effect], key.accessKeyId))
    return { reply: replies.success(key.accessKeyId, isLater(operation)), effect }
  }

  return {
    name: 'datatalks',
    open(received): Call {
      const operation = operationOf(received, settings)
      return {
        operation: operation ?? 'unknown',
        answer: () => answer(received, operation),
        errorReply: (status) => replies.error(status),
        faultReply: (fault, real) => replies.fault(fault, real),
      }
    },
    reset: () => store.reset(),
    state: () => store.state(),
  }
}

/** Tells who calls, or how the gateway refuses the call. */
async function admit(
  received: Received,
  settings: DatatalksSettings,
  replies: DatatalksReplies,
): Promise<DatatalksKey | Reply> {
  const { region, service, clockSkewSeconds } = settings
  const find = (id: string): DatatalksKey | null => settings.keys.find((key) => key.accessKeyId === id) ?? null
  try {
    const options = { nowMs: received.atMs, region, service, clockSkewSeconds }
    const { accessKeyId } = await verifySigV4(received, received.bytes, find, options)
    return find(accessKeyId) ?? replies.missingToken()
  } catch (error) {
    if (error instanceof SigV4VerifyError) return replies.gateway(403, error.awsMessage, error.errorType)
    throw error
  }
}

/** The gateway never says 404; but an Authorization header that cannot be read is judged before the path. */
function unknownPath(admitted: DatatalksKey | Reply, replies: DatatalksReplies): Reply {
  const isUnreadable = 'status' in admitted && admitted.headers?.['x-amzn-ErrorType'] === 'IncompleteSignatureException'
  return isUnreadable ? admitted : replies.missingToken()
}

function operationOf({ path, method }: Received, { versions }: DatatalksSettings): DatatalksOperation | null {
  const [, version, kind] = LATER_PATH.exec(path) ?? []
  if (version === 'v2' || version === 'v3') {
    const known = LATER_KINDS.find((name) => name === kind)
    return known === undefined || method !== 'POST' || !versions.includes(version) ? null : `${version}.${known}`
  }
  const collection = versions.includes('v1') ? V1_PATH.exec(path)?.[1] : undefined
  if (collection === 'contacts' && method === 'DELETE') return 'contacts.delete'
  if (method !== 'POST') return null
  if (collection === 'contacts') return 'contacts.upsert'
  if (collection === 'events') return 'events.create'
  return collection === 'products' ? 'products.send' : null
}

const LATER_KINDS = ['profiles', 'events', 'inventory'] as const

function readJson(bytes: Uint8Array, settings: DatatalksSettings): JsonValue | undefined {
  try {
    return decodeJson(bytes, { maxBytes: settings.maxBodyBytes, duplicateKeys: 'last' })
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}
