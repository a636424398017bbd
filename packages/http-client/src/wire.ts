import { ConfigError, EncodeError } from '@sluice/errors'

import { layOut, sentBytes, sentText } from './lay-out.ts'
import type { HttpRequest } from './request.ts'

/** A field name is a token. @see RFC 9110 section 5.6.2 https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2 */
const HEADER_NAME = /^[!#$%&'*+.^_`|~\w-]+$/

/** What a field value may hold: no line end and no NUL, which would end it, and nothing above one byte. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

const LOOPBACK_HOST = /^(?:localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/**
 * Builds the runtime's request, with every secret in its place.
 *
 * @throws ConfigError `CONFIG_INVALID` the URL is not absolute, holds a query or a credential, or is not https outside loopback.
 * @throws EncodeError `HEADER_CHARACTER` a header that HTTP cannot carry.
 */
export function toWireRequest(request: HttpRequest, signal: AbortSignal): Request {
  checkUrl(request)
  const { url, headers, body } = layOut(request)
  const sent = new Headers()
  for (const [name, value] of headers) {
    checkHeader(name, sentText(value))
    sent.set(name, sentText(value))
  }
  return new Request(url.map(sentText).join(''), {
    method: request.method,
    headers: sent,
    redirect: 'manual',
    signal,
    // As bytes: a string would bring a Content-Type of its own.
    ...(body === undefined ? {} : { body: sentBytes(body) }),
  })
}

/** Names a request in messages: method, host and path template. */
export function requestLabel(request: HttpRequest): string {
  return `${request.method} ${parsedUrl(request.url)?.host ?? '(no host)'} ${request.pathTemplate}`
}

function checkUrl(request: HttpRequest): void {
  const url = parsedUrl(request.url)
  const faults: string[] = []
  if (url === undefined) faults.push('its URL is not absolute')
  else {
    const { protocol, hostname, username, password } = url
    const isSafe = protocol === 'https:' || (protocol === 'http:' && LOOPBACK_HOST.test(hostname))
    if (!isSafe) faults.push('its URL has to begin with https:')
    if (username + password !== '') faults.push('its URL may not hold a credential')
    if (/[?#]/.test(request.url)) faults.push('its URL may not hold a query or a fragment')
  }
  if (request.method === 'GET' && request.body !== undefined) faults.push('a GET request carries no body')
  if (faults.length > 0) throw new ConfigError(faults.map((fault) => `${requestLabel(request)}: ${fault}`))
}

function checkHeader(name: string, value: string): void {
  if (!HEADER_NAME.test(name)) throw new EncodeError('HEADER_CHARACTER', 'a header name is not an HTTP token')
  if (!HEADER_VALUE.test(value)) {
    throw new EncodeError('HEADER_CHARACTER', `the value of header ${name} holds a character that HTTP cannot carry`)
  }
}

function parsedUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined
}
