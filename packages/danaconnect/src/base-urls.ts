/** The vendor's hosts: `appserv` for conversations, `ws` for lists of contacts, `auth` for tokens. */
export const DANACONNECT_BASE_URLS = {
  appserv: 'https://appserv.danaconnect.com',
  ws: 'https://ws.danaconnect.com',
  auth: 'https://auth.danaconnect.com',
} as const

/** Joins a base URL, which may hold a path, and a path template with its parameters filled in. */
export function endpoint(baseUrl: string, template: string, parameters: Readonly<Record<string, string>> = {}): string {
  const path = Object.entries(parameters).reduce(
    (filled, [name, value]) => filled.replace(`{${name}}`, () => encodeURIComponent(value)),
    template,
  )
  return `${baseUrl.replace(/\/+$/, '')}${path}`
}
