import type { MockSettingsInput } from './settings.ts'
import type { Seen, Workbench } from './workbench.ts'

/** Where tests ask for tokens. */
export const TOKEN = '/contactnow/token.php'
/** How they ask for one. */
export const GET = `${TOKEN}?action=get&username=sandbox&password=sandbox-password`

/** The account of the vendor's samples: its next dataset is 104. */
export const SAMPLES: MockSettingsInput = {
  contactnow: {
    tables: ['nelsontest', 'nesontest'],
    datasets: [{ dataset: 103, status: 'LIVE', table: 'nelsontest' }],
  },
}

/** Asks for a token as a test's caller. */
export async function tokenOf(bench: Workbench, address?: string): Promise<string> {
  const { text } = await bench.send('GET', GET, address === undefined ? {} : { address })
  return (JSON.parse(text) as { token: string }).token
}

/** A data call, with what most tests leave alone. */
export interface DataCall {
  readonly method?: string
  readonly action: string
  readonly format?: string
  readonly more?: string
  readonly body?: string
  readonly script?: string
}

/** Makes a data call with a good token. */
export async function callData(bench: Workbench, call: DataCall): Promise<Seen> {
  const { method = 'ecnow_datasets', action, format = 'json', more = '&raw=1', body, script = 'ecnow' } = call
  const query = `token=${await tokenOf(bench)}&method=${method}&action=${action}&format=${format}${more}`
  const path = `/contactnow/${script}.php?${query}`
  return bench.send(body === undefined ? 'GET' : 'POST', path, body === undefined ? {} : { body })
}

/** Makes a multipart form. */
export function multipart(parts: Readonly<Record<string, string | File>>): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(parts)) form.append(name, value)
  return form
}
