import { SANDBOX } from './sandbox.ts'

/** An access key that the vendor gave out, and the groups that it may write to. */
export interface DatatalksKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly groupKeys: readonly string[]
  /** False for a key that is known but lacks the right to call the API. */
  readonly mayInvoke: boolean
}

/** How attributes of `data` become fields of the integration behind a group. */
export type DatatalksMapping =
  | { readonly kind: 'string'; readonly from: string; readonly to: string }
  | { readonly kind: 'list'; readonly from: string; readonly to: string }
  | { readonly kind: 'dynamic'; readonly to: string; readonly keys: Readonly<Record<string, string>> }

/** What Datatalks' mock knows, and how it decides what is not documented. */
export interface DatatalksSettings {
  readonly keys: readonly DatatalksKey[]
  readonly region: string
  readonly service: string
  readonly clockSkewSeconds: number
  /** Attributes that may hold the address by which contacts are told apart, best first. Assumed: email, epost. */
  readonly emailAttributes: readonly string[]
  /** Mappings by group; a group without any forwards `data` as it is. */
  readonly mappings: Readonly<Record<string, readonly DatatalksMapping[]>>
  /** What a scalar does in a field that is mapped as a list. Assumed: refuse. */
  readonly scalarForList: 'refuse' | 'drop' | 'forward'
  /** Assumed: accept. */
  readonly booleans: 'accept' | 'refuse'
  /** Assumed: refuse. */
  readonly nulls: 'accept' | 'refuse'
  /** Members beside `data` and `group_key`. Assumed: refuse. */
  readonly extraMembers: 'accept' | 'refuse'
  /** A `contactExtEventType` outside the documented list. Assumed: refuse. */
  readonly unknownEventTypes: 'accept' | 'refuse'
  /** What a second call of products does. Assumed: add. */
  readonly products: 'add' | 'set'
  /** The versions that answer. */
  readonly versions: readonly ('v1' | 'v2' | 'v3')[]
  /** Body of a success. Assumed: the envelope of v2 and v3. */
  readonly successBody: 'envelope' | 'empty'
  /** Largest body, in bytes. Default 10 MB. */
  readonly maxBodyBytes: number
}

/** The sandbox key, and the assumed behaviour. */
export const DATATALKS_DEFAULTS: DatatalksSettings = {
  keys: [
    {
      accessKeyId: SANDBOX.datatalks.accessKeyId,
      secretAccessKey: SANDBOX.datatalks.secretAccessKey,
      groupKeys: [SANDBOX.datatalks.groupKey],
      mayInvoke: true,
    },
  ],
  region: SANDBOX.datatalks.region,
  service: SANDBOX.datatalks.service,
  clockSkewSeconds: 300,
  emailAttributes: ['email', 'epost'],
  mappings: {},
  scalarForList: 'refuse',
  booleans: 'accept',
  nulls: 'refuse',
  extraMembers: 'refuse',
  unknownEventTypes: 'refuse',
  products: 'add',
  versions: ['v1', 'v2', 'v3'],
  successBody: 'envelope',
  maxBodyBytes: 10_000_000,
}
