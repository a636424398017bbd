import { SANDBOX } from './sandbox.ts'

/** A platform user; the login is `user@company`. */
export interface DanaconnectUser {
  readonly user: string
  readonly company: string
  readonly password: string
  /** The API permission that the account manager switches on. */
  readonly mayUseApi: boolean
}

/** An OAuth2 client of the v2 API. */
export interface DanaconnectOauthClient {
  readonly company: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scopes: readonly string[]
}

/** An automated flow and its present activation. */
export interface DanaconnectConversation {
  readonly company: string
  readonly conversationId: number
  readonly projectId: string
  readonly active: boolean
  /** Field codes without which `start/data` is refused. */
  readonly requiredFields: readonly string[]
  /** The list's field codes with the greatest length of each; null accepts any. */
  readonly fields: Readonly<Record<string, number>> | null
}

/** A contact list. */
export interface DanaconnectTable {
  readonly company: string
  readonly tableCode: string
  /** The list's internal number. Default: counted from 987. */
  readonly idWebDb?: number
  /** The list's field codes with the greatest length of each. Default null: any. */
  readonly fields?: Readonly<Record<string, number>> | null
  /** Records that are in the list from the start. */
  readonly rows?: readonly Readonly<Record<string, string>>[]
}

/** A `dana` code, as a message carries it in a link, and the record behind it. */
export interface DanaconnectLink {
  readonly company: string
  readonly dana: string
  readonly record: Readonly<Record<string, string>>
  readonly expired: boolean
  /** Logins that lack the permission on the record's list: they get the record without its data. */
  readonly deniedLogins?: readonly string[]
}

/** What DANAConnect's mock knows, and how it decides what is not documented. */
export interface DanaconnectSettings {
  readonly users: readonly DanaconnectUser[]
  readonly oauthClients: readonly DanaconnectOauthClient[]
  readonly conversations: readonly DanaconnectConversation[]
  readonly tables: readonly DanaconnectTable[]
  readonly links: readonly DanaconnectLink[]
  /** Assumed: 3600, as in the vendor's sample. */
  readonly tokenLifeSeconds: number
  /** Whether the token reply says `expires_in`. */
  readonly expiresInReply: boolean
  /** The scope without which the v2 API refuses a token. */
  readonly requiredScope: string
  /** Assumed: 401. */
  readonly missingScopeStatus: 401 | 403
  /** Whether the token endpoint takes client_id and client_secret in the form. Assumed: false. */
  readonly clientInForm: boolean
  /** Assumed: 401. */
  readonly noPermissionStatus: 401 | 403
  /** Unknown, replaced or inactive conversation; missing, unknown or over-long field. Assumed: 400. */
  readonly refusedStartStatus: 400 | 404 | 422
  /** Whether a start takes numbers and booleans besides strings. Assumed: true. */
  readonly acceptScalars: boolean
  /** Answer to a start that is not `application/json`. Assumed: 415. */
  readonly wrongContentTypeStatus: 400 | 415
  /** Assumed: 404. */
  readonly unknownTableStatus: 400 | 404
  /** Whether INSNEW, UPDALL and UPDINS need a `keyField`. Assumed: true. */
  readonly requireKeyField: boolean
  /** Form of every error body. Assumed: json. */
  readonly errorBody: 'json' | 'xml' | 'html' | 'empty'
  /** Name of the part of a load that carries the callback's address. Assumed: callbackUrl. */
  readonly callbackPart: string
  /** How long after the reply a load is processed. Assumed: 1,000. */
  readonly loadDelayMs: number
  /** How often a callback is sent until it is answered 2xx. Assumed: 1. */
  readonly callbackTries: number
  /** How long after a callback that was not taken it is sent again. Assumed: 60,000. */
  readonly callbackRetryMs: number
  /** What the callback of a file that cannot be read says. Assumed: FAILED. */
  readonly failedResult: string
  /** Whether `lineCount` counts a header. Assumed: false. */
  readonly countHeader: boolean
  /** How long an uploaded file is kept. Default 7. */
  readonly fileLifeDays: number
  /** Form of the reply to an upload: XML unless Accept names JSON, or always JSON. Assumed: by-accept. */
  readonly uploadReply: 'by-accept' | 'json'
  /** Path of batch starts, with `{id}`. It is not documented, so without this setting there are none. */
  readonly batchPath: string | null
  /** Path of the starts of an existing record, with `{id}` and `{record}`; without it there are none. */
  readonly existingRecordPath: string | null
}

/** The sandbox account, and the assumed behaviour. */
export const DANACONNECT_DEFAULTS: DanaconnectSettings = {
  users: [{ user: 'sandbox', company: 'demo', password: SANDBOX.danaconnect.password, mayUseApi: true }],
  oauthClients: [
    {
      company: 'demo',
      clientId: SANDBOX.danaconnect.clientId,
      clientSecret: SANDBOX.danaconnect.clientSecret,
      scopes: ['conversation:access2api', 'access2api'],
    },
  ],
  conversations: [
    {
      company: 'demo',
      conversationId: SANDBOX.danaconnect.conversationId,
      projectId: SANDBOX.danaconnect.projectId,
      active: true,
      requiredFields: [],
      fields: null,
    },
  ],
  tables: [{ company: 'demo', tableCode: SANDBOX.danaconnect.tableCode }],
  links: [
    {
      company: 'demo',
      dana: SANDBOX.danaconnect.dana,
      record: { NAME: 'Dana', EMAIL: 'support@danaconnect.com' },
      expired: false,
    },
    { company: 'demo', dana: SANDBOX.danaconnect.expiredDana, record: { NAME: 'Dana' }, expired: true },
  ],
  tokenLifeSeconds: 3600,
  expiresInReply: true,
  requiredScope: 'conversation:access2api',
  missingScopeStatus: 401,
  clientInForm: false,
  noPermissionStatus: 401,
  refusedStartStatus: 400,
  acceptScalars: true,
  wrongContentTypeStatus: 415,
  unknownTableStatus: 404,
  requireKeyField: true,
  errorBody: 'json',
  callbackPart: 'callbackUrl',
  loadDelayMs: 1000,
  callbackTries: 1,
  callbackRetryMs: 60_000,
  failedResult: 'FAILED',
  countHeader: false,
  fileLifeDays: 7,
  uploadReply: 'by-accept',
  batchPath: null,
  existingRecordPath: null,
}
