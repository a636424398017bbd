import type { Seen, Sending, Workbench } from './workbench.ts'

/** `sandbox@demo:sandbox-password` */
export const LOGIN = 'Basic c2FuZGJveEBkZW1vOnNhbmRib3gtcGFzc3dvcmQ='
/** Where loads go. */
export const TABLE = '/danaconnect/api/contacts/rest/webdb/table/CONTACTS'
/** Where a test's callbacks go. */
export const CALLBACK_URL = 'http://receiver.test/callbacks/secret'

/** Makes the form of a load, with the parts that the vendor's sample has. */
export function loadForm(parts: Readonly<Record<string, string | null>>, file: File | null): FormData {
  const form = new FormData()
  const all: Record<string, string | null> = {
    delimiter: '"',
    encodingType: 'UTF-8',
    includeHeaders: 'false',
    operationType: 'INSALL',
    separator: ',',
    strict: 'true',
    fieldsCode: 'NAME;EMAIL',
    ...parts,
  }
  for (const [name, value] of Object.entries(all)) if (value !== null) form.append(name, value)
  if (file !== null) form.append('file', file)
  return form
}

/** Sends a load that asks to be called back. */
export function load(
  bench: Workbench,
  csv: string | Uint8Array<ArrayBuffer>,
  parts: Readonly<Record<string, string | null>> = {},
): Promise<Seen> {
  const body = loadForm({ callbackUrl: CALLBACK_URL, ...parts }, new File([csv], 'contacts.csv', { type: 'text/csv' }))
  return bench.send('POST', TABLE, { headers: { authorization: LOGIN }, body })
}

/** Makes a call of v1 with a good login. */
export function asUser(sending: Sending = {}): Sending {
  return { ...sending, headers: { authorization: LOGIN, accept: 'application/json', ...sending.headers } }
}

/** Shows the rows of the list CONTACTS, each as its values. */
export function rowsOf(bench: Workbench): unknown[] {
  const { tables } = bench.mocks.state().danaconnect as { tables: { rows: { values: unknown }[] }[] }
  return tables.flatMap(({ rows }) => rows.map(({ values }) => values))
}
