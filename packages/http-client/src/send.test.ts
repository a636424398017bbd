import { afterEach, describe, expect, spyOn, test } from 'bun:test'
import net from 'node:net'

import { EncodeError, SluiceError, TransportError } from '@sluice/errors'

import { type HttpRequest, Secret } from './request.ts'
import { type Fetch, sendHttp, type SendOptions } from './send.ts'

type Answer = (socket: net.Socket, nth: { readonly onConnection: number; readonly connection: number }) => void

const open: { close(): void }[] = []
afterEach(() => {
  for (const server of open.splice(0)) server.close()
})

/** Serves raw bytes, so that a test decides what happens on the connection. Remembers each request as it came. */
async function serve(answer: Answer): Promise<{ url: string; requests: string[] }> {
  const requests: string[] = []
  const sockets = new Set<net.Socket>()
  let connections = 0
  const server = net.createServer((socket) => {
    const connection = (connections += 1)
    let onConnection = 0
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('data', (data) => {
      requests.push(data.toString('latin1'))
      answer(socket, { onConnection: (onConnection += 1), connection })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push({
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  })
  const address = server.address()
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/path`, requests }
}

const reply =
  (status: string, body = 'ok', headers = ''): Answer =>
  (socket) => {
    socket.write(`HTTP/1.1 ${status}\r\ncontent-length: ${body.length}\r\n${headers}\r\n${body}`, 'latin1')
  }

const runtimeFetch: Fetch = (request, init) => fetch(request, init)
const options: SendOptions = { fetch: runtimeFetch }
const get = (url: string): HttpRequest => ({ method: 'GET', url, pathTemplate: '/path' })
const post = (url: string): HttpRequest => ({
  method: 'POST',
  url,
  pathTemplate: '/path',
  body: { kind: 'text', text: 'x' },
})

/** Runs what has to fail, and returns how. */
async function failureOf(call: Promise<unknown>): Promise<{ code: string; sent?: string }> {
  try {
    await call
  } catch (error) {
    if (error instanceof TransportError) return { code: error.code, sent: error.sent }
    if (error instanceof SluiceError) return { code: error.code }
    throw error
  }
  throw new Error('it did not fail')
}

describe('a reply', () => {
  test.each(['200 OK', '201 Created', '400 Bad Request', '401 Unauthorized', '429 Too Many', '500 Oops', '503 Later'])(
    'with status %s resolves',
    async (status) => {
      const server = await serve(reply(status))
      const { status: received, bytes } = await sendHttp(post(server.url), options)
      expect([received, new TextDecoder().decode(bytes)]).toEqual([Number(status.slice(0, 3)), 'ok'])
    },
  )

  test('without a body has no bytes', async () => {
    const server = await serve((socket) => socket.write('HTTP/1.1 204 No Content\r\n\r\n'))
    expect((await sendHttp(post(server.url), options)).bytes).toEqual(new Uint8Array())
  })

  test.each(['301 Moved', '302 Found', '303 See Other', '304 Not Modified', '307 Temporary', '308 Permanent'])(
    'with status %s is refused and not followed',
    async (status) => {
      const server = await serve(reply(status, '', 'location: /elsewhere\r\n'))
      expect(await failureOf(sendHttp(get(server.url), options))).toEqual({
        code: 'REDIRECT_REFUSED',
        sent: 'maybe-sent',
      })
      expect(server.requests.length).toBe(1)
    },
  )

  test('as large as the limit is read', async () => {
    const server = await serve(reply('200 OK', 'x'.repeat(1000)))
    expect((await sendHttp(post(server.url), { ...options, maxReplyBytes: 1000 })).bytes.length).toBe(1000)
  })

  test('one byte larger than the limit is refused', async () => {
    const server = await serve(reply('200 OK', 'x'.repeat(1001)))
    const failure = await failureOf(sendHttp(post(server.url), { ...options, maxReplyBytes: 1000 }))
    expect(failure).toEqual({ code: 'REPLY_TOO_LARGE', sent: 'maybe-sent' })
  })

  test('that never stops sending is cut at the limit', async () => {
    const server = await serve((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
      const chunk = `2000\r\n${'x'.repeat(0x2000)}\r\n`
      const more = (error?: Error | null) => void ((error ?? socket.destroyed) ? undefined : socket.write(chunk, more))
      more()
    })
    expect(await failureOf(sendHttp(post(server.url), options))).toEqual({
      code: 'REPLY_TOO_LARGE',
      sent: 'maybe-sent',
    })
  })

  test('that is small until it is decompressed is cut at the limit', async () => {
    const bomb = Buffer.from(Bun.gzipSync(new Uint8Array(50_000_000))).toString('latin1')
    expect(bomb.length).toBeLessThan(100_000)
    const server = await serve(reply('200 OK', bomb, 'content-encoding: gzip\r\n'))
    expect(await failureOf(sendHttp(post(server.url), options))).toEqual({
      code: 'REPLY_TOO_LARGE',
      sent: 'maybe-sent',
    })
  })
})

describe('what goes on the wire', () => {
  const lowerCaseHead = (request: string | undefined) => request?.split('\r\n\r\n')[0]?.toLowerCase().concat('\r\n')
  const tail = (request: string | undefined) => request?.slice(request.indexOf('\r\n\r\n') + 4)

  test('has secrets, query and headers in their places', async () => {
    const server = await serve(reply('200 OK'))
    await sendHttp(
      {
        ...get(server.url),
        query: [
          ['token', new Secret('token', 'a b/c+é')],
          ['sort', "it's"],
        ],
        headers: { authorization: new Secret('authorization', 'Basic dTpw'), accept: 'application/json' },
      },
      options,
    )
    const [request = ''] = server.requests.map(lowerCaseHead)
    expect(server.requests[0]?.split('\r\n')[0]).toBe('GET /path?token=a%20b%2Fc%2B%C3%A9&sort=it%27s HTTP/1.1')
    expect(request).toContain('\r\nauthorization: basic dtpw\r\n')
    expect(request).toContain('\r\naccept: application/json\r\n')
  })

  test('is a text as it is, with no Content-Type but the caller’s', async () => {
    const server = await serve(reply('200 OK'))
    await sendHttp({ ...post(server.url), body: { kind: 'text', text: 'é' } }, options)
    expect(lowerCaseHead(server.requests[0])).not.toContain('content-type')
    expect(tail(server.requests[0])).toBe('\u00c3\u00a9')
  })

  test('is a form, percent-encoded', async () => {
    const server = await serve(reply('200 OK'))
    const fields = [
      ['user', 'a&b'],
      ['password', new Secret('password', 'p=ä')],
    ] as const
    await sendHttp({ ...post(server.url), body: { kind: 'form', fields } }, options)
    expect(lowerCaseHead(server.requests[0])).toContain('\r\ncontent-type: application/x-www-form-urlencoded\r\n')
    expect(tail(server.requests[0])).toBe('user=a%26b&password=p%3D%C3%A4')
  })

  test('is multipart with files', async () => {
    const server = await serve(reply('200 OK'))
    const file = { name: 'file', filename: 'a".csv', contentType: 'text/csv', bytes: new Uint8Array([0x61, 0xff]) }
    await sendHttp({ ...post(server.url), body: { kind: 'multipart', fields: [['k', 'v']], files: [file] } }, options)
    expect(lowerCaseHead(server.requests[0])).toContain(
      '\r\ncontent-type: multipart/form-data; boundary=sluice-part-000000\r\n',
    )
    expect(tail(server.requests[0])).toBe(
      '--sluice-part-000000\r\nContent-Disposition: form-data; name="k"\r\n\r\nv\r\n' +
        '--sluice-part-000000\r\nContent-Disposition: form-data; name="file"; filename="a%22.csv"\r\n' +
        'Content-Type: text/csv\r\n\r\na\u00ff\r\n--sluice-part-000000--\r\n',
    )
  })
})

describe('one call is one request', () => {
  test.each(['GET', 'DELETE', 'PUT', 'PATCH'] as const)(
    'also where %s would go to a reused connection that is dead',
    async (method) => {
      const server = await serve((socket, nth) => {
        if (nth.onConnection === 2) socket.destroy()
        else reply('200 OK')(socket, nth)
      })
      // Leaves a connection that may be used again; its second request finds it dead.
      await sendHttp(post(server.url), options)
      await sendHttp(method === 'GET' ? get(server.url) : { ...post(server.url), method }, options)
      expect(server.requests.map((sent) => sent.split(' ')[0])).toEqual(['POST', method])
    },
  )

  test('and a POST to a dead connection fails instead of being sent again', async () => {
    const server = await serve((socket, nth) => {
      if (nth.onConnection === 2) socket.destroy()
      else reply('200 OK')(socket, nth)
    })
    await sendHttp(post(server.url), options)
    expect(await failureOf(sendHttp(post(server.url), options))).toEqual({
      code: 'CONNECTION_LOST',
      sent: 'maybe-sent',
    })
    expect(server.requests.length).toBe(2)
  })

  test.each(['GET', 'POST', 'PUT', 'DELETE'] as const)(
    'when %s is received and the connection reset',
    async (method) => {
      const server = await serve((socket) => socket.destroy())
      const request = method === 'GET' ? get(server.url) : { ...post(server.url), method }
      expect(await failureOf(sendHttp(request, options))).toEqual({ code: 'CONNECTION_LOST', sent: 'maybe-sent' })
      expect(server.requests.length).toBe(1)
    },
  )
})

describe('a call fails', () => {
  test('as not sent when nobody listens', async () => {
    const probe = net.createServer()
    await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
    const address = probe.address()
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`
    await new Promise((resolve) => probe.close(resolve))
    expect(await failureOf(sendHttp(post(url), options))).toEqual({ code: 'CONNECTION_REFUSED', sent: 'not-sent' })
  })

  test('as perhaps sent when the reply breaks off', async () => {
    const server = await serve((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc'))
    expect(await failureOf(sendHttp(post(server.url), options))).toEqual({
      code: 'CONNECTION_LOST',
      sent: 'maybe-sent',
    })
  })

  test('as perhaps sent when a chunked reply breaks off', async () => {
    const server = await serve((socket) =>
      socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n'),
    )
    expect(await failureOf(sendHttp(post(server.url), options))).toEqual({
      code: 'CONNECTION_LOST',
      sent: 'maybe-sent',
    })
  })

  test('as perhaps sent when no headers come in time', async () => {
    const server = await serve(() => undefined)
    const failure = await failureOf(sendHttp(post(server.url), { ...options, headersTimeoutMs: 30 }))
    expect(failure).toEqual({ code: 'HEADERS_TIMEOUT', sent: 'maybe-sent' })
  })

  test('as perhaps sent when the reply does not end in time', async () => {
    const server = await serve((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc'))
    const failure = await failureOf(
      // The headers have all the time there is: on a busy machine they would otherwise be late first.
      sendHttp(post(server.url), { ...options, replyTimeoutMs: 50 }),
    )
    expect(failure).toEqual({ code: 'REPLY_TIMEOUT', sent: 'maybe-sent' })
  })

  test('in time although the fetch does not listen to its signal', async () => {
    const deaf: Fetch = () => new Promise(() => undefined)
    const failure = await failureOf(
      sendHttp(post('http://localhost/'), { ...options, fetch: deaf, headersTimeoutMs: 20 }),
    )
    expect(failure).toEqual({ code: 'HEADERS_TIMEOUT', sent: 'maybe-sent' })
  })

  test('and lets go of a reply that comes after the time was up', async () => {
    const late = Promise.withResolvers<Response>()
    const cancelled = Promise.withResolvers<string>()
    const fetch: Fetch = () => late.promise
    await failureOf(sendHttp(post('http://localhost/'), { ...options, fetch, headersTimeoutMs: 10 }))
    late.resolve(new Response(new ReadableStream({ cancel: () => cancelled.resolve('cancelled') })))
    expect(await cancelled.promise).toBe('cancelled')
  })

  test('as not sent when the caller gave up before', async () => {
    const server = await serve(reply('200 OK'))
    const failure = await failureOf(sendHttp(post(server.url), { ...options, signal: AbortSignal.abort() }))
    expect(failure).toEqual({ code: 'ABORTED', sent: 'not-sent' })
    expect(server.requests).toEqual([])
  })

  test('as perhaps sent when the caller gives up meanwhile', async () => {
    const caller = new AbortController()
    const server = await serve(() => caller.abort())
    const failure = await failureOf(sendHttp(post(server.url), { ...options, signal: caller.signal }))
    expect(failure).toEqual({ code: 'ABORTED', sent: 'maybe-sent' })
  })

  test('with method, host and path template in its message, and no query', async () => {
    const url = 'http://localhost:1/conversation/77/start'
    const request = { ...get(url), pathTemplate: '/conversation/{id}/start', query: [['token', 'hush']] as const }
    const lost: Fetch = () => Promise.reject(new TypeError(`cannot fetch ${url}?token=hush`))
    const error: unknown = await sendHttp(request, { ...options, fetch: lost }).catch((thrown: unknown) => thrown)
    expect(error instanceof TransportError && [error.message, error.cause]).toEqual([
      'GET localhost:1 /conversation/{id}/start: the connection was lost',
      undefined,
    ])
  })
})

describe('a request is refused before it is sent', () => {
  const never: Fetch = () => Promise.reject(new Error('it was sent'))
  const refused = (request: Partial<HttpRequest>) =>
    failureOf(sendHttp({ ...get('https://example.com/'), ...request }, { ...options, fetch: never }))

  test.each([
    ['a URL that is plain http', 'http://example.com/'],
    ['a host that only looks like loopback', 'http://127.0.0.1.example.com/'],
    ['a host that only begins like localhost', 'http://localhost.example.com/'],
    ['another scheme', 'ftp://localhost/'],
    ['no scheme', '/path'],
    ['a query', 'https://example.com/?token=1'],
    ['a fragment', 'https://example.com/#a'],
    ['a credential', 'https://user:secret@example.com/'],
  ])('for %s', async (_, url) => {
    expect(await refused({ url })).toEqual({ code: 'CONFIG_INVALID' })
  })

  test('for a GET with a body', async () => {
    expect(await refused({ body: { kind: 'text', text: '' } })).toEqual({ code: 'CONFIG_INVALID' })
  })

  test.each([
    ['a line feed', { a: 'b\nc: d' }],
    ['a carriage return', { a: 'b\rc' }],
    ['a NUL', { a: 'b\0' }],
    ['a character above one byte', { a: 'snow ☃' }],
    ['a blank in its name', { 'a b': 'c' }],
    ['a line end in its name', { 'a\r\nb': 'c' }],
    ['no name', { '': 'c' }],
  ])('for a header with %s', async (_, headers) => {
    expect(await refused({ headers })).toEqual({ code: 'HEADER_CHARACTER' })
  })

  test('without telling the header’s value', async () => {
    const request = { ...get('https://example.com/'), headers: { authorization: new Secret('key', 'hush\n') } }
    const error: unknown = await sendHttp(request, { ...options, fetch: never }).catch((thrown: unknown) => thrown)
    expect(error instanceof EncodeError && error.message).toBe(
      'the value of header authorization holds a character that HTTP cannot carry',
    )
  })

  test.each(['http://localhost/', 'http://a.localhost/', 'http://127.9.9.9/', 'http://[::1]/', 'https://example.com/'])(
    'but not for %s',
    async (url) => {
      expect(await failureOf(sendHttp(get(url), { ...options, fetch: never }))).toEqual({
        code: 'CONNECTION_LOST',
        sent: 'maybe-sent',
      })
    },
  )
})

describe('no timer outlives its call', () => {
  test.each([
    ['a reply', reply('200 OK'), {}],
    ['a lost connection', (socket: net.Socket) => socket.destroy(), {}],
    ['a time-out', () => undefined, { headersTimeoutMs: 20 }],
  ] as const)('after %s', async (_, answer, more) => {
    const server = await serve(answer)
    const started = spyOn(globalThis, 'setTimeout')
    const cleared = spyOn(globalThis, 'clearTimeout')
    await sendHttp(post(server.url), { ...options, ...more }).catch(() => undefined)
    const timers: unknown[] = started.mock.results.map((result) => result.value)
    const ended = new Set<unknown>(cleared.mock.calls.map(([timer]) => timer))
    started.mockRestore()
    cleared.mockRestore()
    expect(timers.length).toBe(2)
    expect(timers.filter((timer) => !ended.has(timer))).toEqual([])
  })
})

test('calls fetch as a function, not as a method of its options', async () => {
  const receivers: unknown[] = []
  const picky = async function (this: unknown) {
    receivers.push(this)
    return new Response()
  }
  await sendHttp(get('http://localhost/'), { ...options, fetch: picky })
  expect(receivers).toEqual([undefined])
})

describe('a limit that is no number', () => {
  test.each(['headersTimeoutMs', 'replyTimeoutMs', 'maxReplyBytes'])(
    'as %s is refused before anything is sent',
    async (name) => {
      let sent = 0
      const fetch = () => {
        sent += 1
        return Promise.resolve(new Response())
      }
      const request = { method: 'GET', url: 'https://a.example/b', pathTemplate: '/b' } as const
      const sending = sendHttp(request, { fetch, [name]: Number('none') })
      await sending.then(
        () => expect.unreachable(),
        (error: unknown) => expect(error).toMatchObject({ code: 'CONFIG_INVALID' }),
      )
      expect(sent).toBe(0)
    },
  )

  test('a time-out longer than a timer can count is not over at once', async () => {
    const fetch = () => Promise.resolve(new Response('late'))
    const request = { method: 'GET', url: 'https://a.example/b', pathTemplate: '/b' } as const
    const reply = await sendHttp(request, {
      fetch,
      headersTimeoutMs: Infinity,
      replyTimeoutMs: 2 ** 40,
    })
    expect(reply.status).toBe(200)
  })
})
