import type { DanaconnectSettings } from './danaconnect-settings.ts'
import { type Answer, type Reply, withoutEffect } from './reply.ts'

/** The names of failed outcomes that the vendor's documentation gives. */
const OUTCOMES: Readonly<Record<number, string>> = {
  400: 'Illegal Argument',
  401: 'Unauthorized user',
  500: 'Request Internal Error',
}

/** Writes a JSON reply. */
export function json(status: number, body: unknown): Reply {
  return { status, contentType: 'application/json', body: JSON.stringify(body) }
}

/** Writes the reply of an accepted start, with a `requestID` where the caller asked for debugging. */
export function started(requestId: string | null): Reply {
  if (requestId === null) return { status: 200, contentType: 'application/json', body: STARTED }
  return json(200, { wsResult: { idResult: 0, resultDescription: 'OK' }, requestID: requestId })
}

const STARTED = '{"wsResult":{"idResult":0,"resultDescription":"OK"}}'

/**
 * Refuses a call. Error bodies are not documented, so their form is a setting.
 *
 * @param reason - What was wrong, without any value of the request.
 */
export function refuse(settings: DanaconnectSettings, status: number, reason: string): Answer {
  return withoutEffect(errorReply(settings, status, reason))
}

/** Writes an error in the form that the settings ask for. */
export function errorReply(settings: Pick<DanaconnectSettings, 'errorBody'>, status: number, reason: string): Reply {
  return ERROR_BODIES[settings.errorBody](status, OUTCOMES[status] ?? `Error ${status}`, reason)
}

type ErrorBody = (status: number, outcome: string, reason: string) => Reply

const ERROR_BODIES: Readonly<Record<DanaconnectSettings['errorBody'], ErrorBody>> = {
  json: (status, outcome, reason) => json(status, { error: outcome, reason }),
  xml: (status, outcome, reason) => ({
    status,
    contentType: 'application/xml',
    body: `<error><outcome>${outcome}</outcome><reason>${reason}</reason></error>`,
  }),
  html: (status, outcome, reason) => ({
    status,
    contentType: 'text/html',
    body: `<html><body><h1>${status} ${outcome}</h1><p>${reason}</p></body></html>`,
  }),
  empty: (status) => ({ status, contentType: null, body: '' }),
}
