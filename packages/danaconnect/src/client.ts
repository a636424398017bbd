import { formatBasicAuth } from '@sluice/basic-auth'
import type { FormulaPolicy } from '@sluice/csv-codec'
import { Secret } from '@sluice/http-client'
import type { ObservedOptions } from '@sluice/http-client/observe'

import { DANACONNECT_BASE_URLS } from './base-urls.ts'
import { type CallApi, sendApiCall } from './call-api.ts'
import { type Conversations, createConversations } from './conversations.ts'
import { MAX_REQUEST_BYTES } from './file-size.ts'
import { createFiles, type Files } from './files.ts'
import { type Contacts, createContacts } from './load.ts'
import { createRecords, type FieldsParameter, type Records } from './records.ts'
import { createTriggers, type Triggers } from './triggers.ts'

/** A platform user, the company code it belongs to, and the password used on the web platform. */
export interface DanaconnectCredentials {
  readonly user: string
  readonly company: string
  readonly password: string
}

export interface DanaconnectOptions extends Omit<ObservedOptions, 'observe' | 'replySecrets' | 'signal'> {
  /** Defaults to `DANACONNECT_BASE_URLS`. */
  readonly baseUrls?: { readonly appserv: string; readonly ws: string }
  readonly credentials: DanaconnectCredentials
  /** Name of the part by which a load asks for a callback. No page names it, so without it no callback is asked for. */
  readonly callbackParameter?: string
  /** Largest file of a load or an upload, in bytes. Default 10,485,760. */
  readonly maxRequestBytes?: number
  /**
   * What to do with values of a load that a spreadsheet would take for a formula; a phone number with a + is none. Default
   * `quote`, which changes nothing: the file is read by a program.
   */
  readonly formulas?: FormulaPolicy
  /** Name of the query variable of `records.retrieve`. Default `fields`. */
  readonly fieldsParameter?: FieldsParameter
}

/** A client of the DANAConnect HTTP API with the platform login: one function per operation, one HTTP request per call. */
export interface Danaconnect {
  readonly conversations: Conversations
  readonly contacts: Contacts
  readonly records: Records
  readonly triggers: Triggers
  readonly files: Files
}

/**
 * Creates a client for one platform user.
 *
 * @throws EncodeError `AUTH_CHARACTER` when user, company or password holds a character that Basic authentication cannot carry.
 * @see https://dev.danaconnect.com/developer-portal
 */
export function createDanaconnect(options: DanaconnectOptions): Danaconnect {
  const {
    baseUrls = DANACONNECT_BASE_URLS,
    credentials: { user, company, password },
    callbackParameter,
    maxRequestBytes = MAX_REQUEST_BYTES,
    formulas = 'quote',
    fieldsParameter,
    ...send
  } = options
  const basic = new Secret('basic', formatBasicAuth({ user: `${user}@${company}`, password }))
  const secrets = [new Secret('password', password), basic]
  const callApi: CallApi = (api, call) =>
    sendApiCall(api, { baseUrl: baseUrls[api.host], authorization: basic, secrets, send }, call)
  const load = { maxRequestBytes, formulas, ...(callbackParameter === undefined ? {} : { callbackParameter }) }
  return {
    conversations: createConversations(callApi, 'v1'),
    contacts: createContacts(callApi, load),
    records: createRecords(callApi, 'v1', fieldsParameter),
    triggers: createTriggers(callApi),
    files: createFiles(callApi, maxRequestBytes),
  }
}
