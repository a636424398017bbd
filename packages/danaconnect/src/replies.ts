import type { HttpReply } from '@sluice/http-client'
import type { JsonValue } from '@sluice/json-codec'
import { decodeXml } from '@sluice/xml-codec'

import { bodyWithoutFailure, failure, type JudgeContext } from './failures.ts'
import { findMember, isObject, readJson, requestIdIn, wordsOf } from './reply-body.ts'
import { type StartReceipt, startReplySchema, type Token, tokenReplySchema, triggerReplySchema } from './wire.ts'

/** Names under which documents and clients of this API know the id of one record. */
const RECORD_UID_NAMES = ['recordUID', 'rowId', 'UID', 'idRow'] as const

/** Life of a token whose reply does not name it, in seconds: the shortest that clients of this API assume. */
const FALLBACK_TOKEN_SECONDS = 300

/** What an upload returns: the name by which a field of a later start refers to the file. */
export interface FileReceipt {
  readonly fileId: string
  readonly fileName?: string
  readonly requestId?: string
}

/**
 * Judges the answer of a start: success means accepted, not delivered.
 *
 * @throws UpstreamError with a `DanaconnectCode`.
 * @see https://dev.danaconnect.com/openapi/conversation-reference/v1
 */
export function judgeStart(reply: HttpReply, context: JudgeContext): StartReceipt {
  const body = bodyWithoutFailure(reply, context)
  const parsed = startReplySchema.safeParse(body)
  if (!parsed.success) throw failure('DANACONNECT_UNREADABLE_REPLY', reply, context)
  return { ...requestIdIn(body), ...named('recordUid', body, RECORD_UID_NAMES) }
}

/**
 * Judges the answer of `triggers.fire`: only a `result` of true is a success.
 *
 * @throws UpstreamError with a `DanaconnectCode`.
 */
export function judgeTrigger(reply: HttpReply, context: JudgeContext): void {
  const body = bodyWithoutFailure(reply, context)
  const parsed = triggerReplySchema.safeParse(body)
  if (!parsed.success) throw failure('DANACONNECT_UNREADABLE_REPLY', reply, context)
  if (!parsed.data.result) throw failure('DANACONNECT_RESULT_REFUSED', reply, context, wordsOf(reply, body))
}

/**
 * Judges the answer of `files.upload`, in JSON or in XML.
 *
 * @throws UpstreamError with a `DanaconnectCode`.
 * @see https://dev.danaconnect.com/openapi/fileupload-reference
 */
export function judgeUpload(reply: HttpReply, context: JudgeContext): FileReceipt {
  const body = bodyWithoutFailure(reply, context, readJsonOrXml)
  const fileId = findMember(body, ['fileID'])
  if (fileId === undefined) throw failure('DANACONNECT_UNREADABLE_REPLY', reply, context)
  return { fileId, ...named('fileName', body, ['fileName']), ...requestIdIn(body) }
}

/**
 * Judges the answer of `token.get`.
 *
 * @throws UpstreamError with a `DanaconnectCode`.
 * @see https://dev.danaconnect.com/developer-portal/oauth2
 */
export function judgeToken(reply: HttpReply, context: JudgeContext): Token {
  const parsed = tokenReplySchema.safeParse(bodyWithoutFailure(reply, context))
  if (!parsed.success) throw failure('DANACONNECT_UNREADABLE_REPLY', reply, context)
  const { access_token: token, expires_in: seconds = FALLBACK_TOKEN_SECONDS } = parsed.data
  return { token, expiresAtMs: context.nowMs + seconds * 1000 }
}

// QUIRK danaconnect: an upload can be answered in XML, although JSON is asked for.
function readJsonOrXml(reply: HttpReply): JsonValue {
  const json = readJson(reply)
  if (json !== null) return json
  try {
    const { name, value } = decodeXml(reply.bytes, { maxBytes: reply.bytes.length })
    // A root is a wrapper, unless it is the member itself: so its members are found where those of JSON are.
    return { ...(isObject(value) ? value : {}), [name]: value }
  } catch {
    return null
  }
}

function named<Key extends string>(
  key: Key,
  body: JsonValue,
  names: readonly string[],
): { readonly [name in Key]?: string } {
  const found = findMember(body, names)
  return found === undefined ? {} : ({ [key]: found } as { readonly [name in Key]?: string })
}
