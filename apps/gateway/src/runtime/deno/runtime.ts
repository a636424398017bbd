import type { ProcessRuntime } from '../process/process-runtime.ts'
import { listen } from './listen.ts'
import { openSqlite } from './sqlite.ts'

/**
 * Keeps no connection for a second request: on one that the upstream had closed meanwhile Deno would send a request again
 * by itself, also a POST that had landed.
 */
const client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 })
/** Deno's own member of the options of `fetch`, which `@types/deno` leaves out. */
const withClient: RequestInit & { readonly client: Deno.HttpClient } = { client }

/** What the process needs of Deno. */
export const DENO: ProcessRuntime = {
  openSqlite,
  listen,
  fetch: (request) => fetch(request, withClient),
}
