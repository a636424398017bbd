import type { UpstreamName } from './upstream-name.ts'

/** The operation in which DANAConnect calls, and is not called. */
export const CALLBACK = 'callback'

/** Operations that give or check a token. */
export const TOKEN_OPERATIONS: ReadonlySet<string> = new Set(['token', 'token.get', 'token.validate'])

/** Every operation of each mock, by the names that the log and the faults use. */
export const OPERATIONS: Readonly<Record<UpstreamName, readonly string[]>> = {
  danaconnect: [
    'start-data',
    'start-list',
    'start-batch',
    'project-start-data',
    'project-start-list',
    'v2-start-data',
    'v2-start-list',
    'v2-start-batch',
    'v2-start-record',
    'v2-project-start-data',
    'v2-project-start-list',
    'bulk-load',
    CALLBACK,
    'token',
    'data',
    'v2-data',
    'trigger',
    'file-upload',
  ],
  contactnow: [
    'token.get',
    'token.validate',
    'ecnow_datasets.create',
    'ecnow_datasets.read',
    'ecnow_datasets.update',
    'ecnow_records.create',
    'ecnow_records.read',
    'ecnow_records.update',
    'ecnow_data.create',
    'ecnow_data.read',
    'ecnow_data.update',
    'campaign_tables.read',
    'campaign_fields.read',
    'dnc.read',
  ],
  datatalks: [
    'contacts.upsert',
    'contacts.delete',
    'events.create',
    'products.send',
    'v2.profiles',
    'v2.events',
    'v2.inventory',
    'v3.profiles',
    'v3.events',
    'v3.inventory',
  ],
}
