import type { GatewayApi } from '@sluice/gateway'
import { hc } from 'hono/client'
import { CliError } from './cli-error.ts'

const DEFAULT_URL = 'http://127.0.0.1:8787'

/** The API of a gateway. */
export type GatewayClient = ReturnType<typeof openGateway>

/**
 * Makes a client of the gateway at `SLUICE_URL` with the key in `SLUICE_ADMIN_TOKEN`.
 *
 * @throws CliError one of them is missing or cannot be used.
 */
export function openGateway(environment: Readonly<Record<string, string | undefined>>) {
  const url = checkUrl(environment['SLUICE_URL'] || DEFAULT_URL)
  const token = environment['SLUICE_ADMIN_TOKEN']
  if (!token) throw new CliError('SLUICE_ADMIN_TOKEN is not set: a key that may operate')
  return hc<GatewayApi>(url, { headers: { authorization: `Bearer ${token}` }, init: { redirect: 'error' } })
}

/** A key that goes over a network in the clear is nobody's own any more. */
function checkUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null) throw new CliError('SLUICE_URL cannot be read')
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback)) return url.href.replace(/\/$/, '')
  throw new CliError('SLUICE_URL must be https (http is allowed on loopback only)')
}

/** A reply as `hono/client` types it: one of those that the route declares. */
interface Reply {
  readonly ok: boolean
  readonly status: number
  json(): Promise<unknown>
}

type BodyOf<Answer> = Answer extends { readonly ok: true; json(): Promise<infer Body> } ? Body : never

/**
 * Waits for a reply, and returns its body.
 *
 * @throws CliError the gateway was not reached or has refused.
 */
export async function bodyOf<Answer extends Reply>(call: Promise<Answer>): Promise<BodyOf<Answer>> {
  const reply = await call.catch((): never => {
    throw new CliError('the gateway was not reached (SLUICE_URL)')
  })
  const body = await reply.json().catch((): null => null)
  if (reply.ok && body !== null) return body as BodyOf<Answer>
  throw new CliError(refusalOf(body) ?? `the gateway answered ${reply.status}, with no problem document`)
}

/** Says what a problem document says, in one line. */
function refusalOf(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !('code' in body) || !('title' in body)) return null
  const { code, title } = body
  const errors = 'errors' in body && Array.isArray(body.errors) ? body.errors.map(issueOf) : []
  return [`${String(code)}: ${String(title)}`, ...errors].join(' ').replaceAll(/\p{Cc}/gu, ' ')
}

function issueOf(issue: unknown): string {
  const { path = '', message = '' } = { ...(issue as { path?: unknown; message?: unknown } | null) }
  return `${String(path)}: ${String(message)}.`
}
