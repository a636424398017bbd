import { SANDBOX } from './sandbox.ts'

/** An API user of ContactNow. */
export interface ContactnowAccount {
  readonly username: string
  readonly password: string
}

/** What ContactNow's mock knows, and how it decides what is not documented. */
export interface ContactnowSettings {
  readonly accounts: readonly ContactnowAccount[]
  readonly accountId: string
  /** Names of the tables that exist. */
  readonly tables: readonly string[]
  /** Datasets that exist from the start. */
  readonly datasets: readonly {
    readonly dataset: number
    readonly status: 'LIVE' | 'HOLD' | 'EXPIRED'
    readonly table: string
  }[]
  /** Numbers listed as do-not-call. */
  readonly doNotCall: readonly {
    readonly ddi: string
    readonly qid: string
    readonly urn: string
    readonly when: string
  }[]
  /** Life of a token. Default 43,200 (12 h). */
  readonly tokenLifeSeconds: number
  /** Header that gives the caller's address in tests; without it the address of the connection counts. */
  readonly addressHeader: string
  /** What a `get` from an address other than the live token's does. Assumed: `same`, the token stays bound as it was. */
  readonly getFromElsewhere: 'same' | 'authorise'
  /** What the use of a token from another address does to it. Assumed: `reject`. */
  readonly foreignUse: 'reject' | 'revoke'
  /** Error text for a token that was never given out, or none at all. Assumed: `Invalid token`. */
  readonly unknownTokenError: string
  /** Format of ecnow.php and database.php where none is asked for. Assumed: json. */
  readonly defaultFormat: 'json' | 'xml'
  /** What `<success>` says beside an `<error>`. Default 1, as the vendor prints it. */
  readonly xmlFailureSuccess: '0' | '1'
  /** Encoding of what is read in XML. Default utf-8; tod_policy and ajax are documented with the other. */
  readonly xmlEncoding: 'utf-8' | 'iso-8859-1'
  /** Content-Type of every reply. Assumed: `text/html; charset=UTF-8`. */
  readonly contentType: string
  /** Whether a JSON payload may be one object instead of an array. Assumed: false. */
  readonly acceptBareObject: boolean
  /** Which row of a batch `key` names. Assumed: last. */
  readonly keyOfBatch: 'first' | 'last'
  /** What a read without rows says. Assumed: an empty `list`. */
  readonly emptyList: 'empty' | 'absent'
  /** Outcome codes that take a record off the dialler. Assumed: 98. */
  readonly completeOutcomes: readonly string[]
  /** Largest payload, in bytes. Assumed: 10 MiB. */
  readonly maxPayloadBytes: number
}

/** The sandbox account, and the assumed behaviour. */
export const CONTACTNOW_DEFAULTS: ContactnowSettings = {
  accounts: [{ username: SANDBOX.contactnow.username, password: SANDBOX.contactnow.password }],
  accountId: '10278',
  // The two others are those of the vendor's samples.
  tables: [SANDBOX.contactnow.table, 'nelsontest', 'nesontest'],
  datasets: [{ dataset: SANDBOX.contactnow.dataset, status: 'LIVE', table: SANDBOX.contactnow.table }],
  doNotCall: [],
  tokenLifeSeconds: 43_200,
  addressHeader: 'x-sandbox-address',
  getFromElsewhere: 'same',
  foreignUse: 'reject',
  unknownTokenError: 'Invalid token',
  defaultFormat: 'json',
  xmlFailureSuccess: '1',
  xmlEncoding: 'utf-8',
  contentType: 'text/html; charset=UTF-8',
  acceptBareObject: false,
  keyOfBatch: 'last',
  emptyList: 'empty',
  completeOutcomes: ['98'],
  maxPayloadBytes: 10_485_760,
}
