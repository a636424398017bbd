import type { Http } from '@sluice/gateway'
import { readCommitted } from './document.ts'
import { createReplyCheck, type ReplyCheck } from './reply-check.ts'

/** Stands around a gateway in tests, and compares every reply with the document. */
export interface CheckedHttp {
  around(this: void, http: Http): Http
  /** @throws Error a reply was not as the document says. */
  assertDocumented(): void
}

let check: Promise<ReplyCheck> | null = null

/** Creates the check with the committed document, which is read once. */
export async function checkedHttp(): Promise<CheckedHttp> {
  check ??= readCheck()
  const checkReply = await check
  const faults = new Set<string>()
  return {
    around: (http) => ({
      async fetch(request) {
        const { method, url } = request
        const reply = await http.fetch(request)
        const copy = isEndless(reply) ? null : reply.clone()
        const seen = { status: reply.status, headers: reply.headers, body: copy === null ? null : await copy.text() }
        for (const fault of checkReply({ method, path: new URL(url).pathname }, seen)) faults.add(fault)
        return reply
      },
    }),
    assertDocumented() {
      if (faults.size > 0) throw new Error(`replies that the document does not have:\n${[...faults].join('\n')}`)
    },
  }
}

/** A stream of events ends when its reader goes. */
function isEndless({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('text/event-stream') ?? false
}

async function readCheck(): Promise<ReplyCheck> {
  return createReplyCheck(await readCommitted())
}
