/** The token that the bench's sources accept. */
export const INGEST_TOKEN = 'bench-ingest-token'
/** The key of the bench's API. */
export const ADMIN_TOKEN = 'bench-admin-token'

/** What is posted, again and again: 500 bytes. Without an idempotency key each is an event of its own. */
export const EVENT = JSON.stringify({
  email: 'astrid.lindqvist@example.com',
  phone: '+46 70 174 06 05',
  firstName: 'Astrid',
  lastName: 'Lindqvist',
  consent: { email: true, sms: false, givenAt: '2026-03-14T09:26:53Z' },
  address: { street: 'Sveavägen 44', postcode: '111 34', city: 'Stockholm', country: 'SE' },
  tags: ['newsletter', 'autumn-campaign', 'returning-customer'],
  note: 'Asked to be called back on a weekday after nine, about the annual plan, prefers to be written to in Swedish, and has an open question about the last invoice.',
})

/** Builds the bytes of one request, which every connection sends unchanged. */
export function requestBytes(url: URL): Uint8Array {
  const body = new TextEncoder().encode(EVENT)
  const head = [
    `POST ${url.pathname} HTTP/1.1`,
    `Host: ${url.host}`,
    `Authorization: Bearer ${INGEST_TOKEN}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ].join('\r\n')
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body])
}
