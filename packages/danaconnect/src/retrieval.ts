import { UpstreamError } from '@sluice/errors'
import type { HttpReply } from '@sluice/http-client'
import type { JsonValue } from '@sluice/json-codec'
import { z } from 'zod'

import { bodyWithoutFailure, failure, type JudgeContext } from './failures.ts'
import { isObject, readJson, requestIdIn, wordsOf } from './reply-body.ts'

/** Fields of one record: code to text, null where the vendor says null. */
export type RecordFields = Readonly<Record<string, string | null>>

/** What is known of one record. */
export interface RetrievedRecord {
  /** By the codes that were asked for; where none were, by those of the vendor. */
  readonly fields: RecordFields
  /** Codes that were asked for and did not come: the login may lack the permission for the list. */
  readonly missing: readonly string[]
  readonly requestId?: string
}

/** Where the fields stand: the first is documented, clients of this API have seen the others. */
const CONTAINERS = ['record', 'fields', 'contact', 'data'] as const

const fieldsSchema = z.record(
  z.string(),
  z.union([z.string(), z.number().transform(String), z.boolean().transform(String), z.null()]),
)

/**
 * Judges the answer of `records.retrieve`.
 *
 * @param asked - The field codes that were asked for, or null for all.
 * @throws UpstreamError with a `DanaconnectCode`.
 * @see https://help.danaconnect.com/es/article/api-rest-recuperacion-de-datos-de-un-contacto-a-partir-de-codigo-de-external-trigger-smgcxp
 */
export function judgeRetrieval(
  reply: HttpReply,
  context: JudgeContext,
  asked: readonly string[] | null,
): RetrievedRecord {
  const body = bodyOfRecord(reply, context)
  const parsed = fieldsSchema.safeParse(fieldsIn(body))
  if (!parsed.success) throw failure('DANACONNECT_UNREADABLE_REPLY', reply, context)
  return { ...pickFields(parsed.data, asked), ...requestIdIn(body) }
}

// QUIRK danaconnect: codes may come back in another case than they were asked for.
/** Finds a field by its code, in any case; undefined when it did not come. */
export function fieldOf(fields: RecordFields, code: string): string | null | undefined {
  if (Object.hasOwn(fields, code)) return fields[code]
  const wanted = code.toLowerCase()
  return Object.entries(fields).find(([name]) => name.toLowerCase() === wanted)?.[1]
}

function bodyOfRecord(reply: HttpReply, context: JudgeContext): JsonValue {
  try {
    return bodyWithoutFailure(reply, context)
  } catch (error) {
    const refused = error instanceof UpstreamError && error.code === 'DANACONNECT_RESULT_REFUSED'
    if (refused && saysExpired(readJson(reply))) {
      throw failure('DANACONNECT_LINK_EXPIRED', reply, context, wordsOf(reply, readJson(reply)))
    }
    throw error
  }
}

// QUIRK danaconnect: nothing but these two words tells a link that is too old from one that never was.
function saysExpired(body: JsonValue): boolean {
  const text = JSON.stringify(body).toLowerCase()
  return text.includes('token') && text.includes('expired')
}

function fieldsIn(body: JsonValue): JsonValue {
  if (!isObject(body)) return null
  const container = CONTAINERS.find((name) => isObject(body[name] ?? null))
  return container === undefined ? null : (body[container] ?? null)
}

function pickFields(fields: RecordFields, asked: readonly string[] | null): Omit<RetrievedRecord, 'requestId'> {
  if (asked === null) return { fields, missing: [] }
  const found = asked.map((code) => [code, fieldOf(fields, code)] as const)
  return {
    fields: Object.fromEntries(found.flatMap(([code, value]) => (value === undefined ? [] : [[code, value]]))),
    missing: found.flatMap(([code, value]) => (value === undefined ? [code] : [])),
  }
}
