import type { UpstreamMocks } from './mocks.ts'

/**
 * Makes a `fetch` that reaches the mocks and nothing else. It fails as Bun's does: a broken connection rejects with code
 * `ECONNRESET`, an address that no mock answers with `ECONNREFUSED`; a mock that hangs waits for the request's signal.
 *
 * @param options.address - Network address from which the calls seem to come. Default `127.0.0.1`.
 */
export function createMockFetch(
  mocks: Pick<UpstreamMocks, 'handle' | 'covers'>,
  options: { readonly address?: string } = {},
): (request: Request) => Promise<Response> {
  const from = { address: options.address ?? '127.0.0.1' }
  return async (request) => {
    request.signal.throwIfAborted()
    if (!mocks.covers(request.url)) throw networkError('ECONNREFUSED', 'no mock answers at this address')
    const reply = await mocks.handle(request, from)
    if ('response' in reply) return reply.response
    if (reply.kind === 'hang') return waitForAbort(request.signal)
    throw networkError('ECONNRESET', 'the mock broke the connection off')
  }
}

function waitForAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const give = (): void =>
      reject(signal.reason instanceof Error ? signal.reason : networkError('ABORT_ERR', 'aborted'))
    if (signal.aborted) give()
    else signal.addEventListener('abort', give, { once: true })
  })
}

/** Stands in for a runtime's own error, which is an Error with a code and of no class of ours. */
function networkError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}
