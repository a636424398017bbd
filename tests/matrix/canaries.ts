import { SANDBOX, type MockSettingsInput } from '@sluice/upstream-mocks'

/** A word that stands in every planted secret and nowhere else. It is the same in a URL, in JSON and in XML. */
const WORD = 'canary7q3zk9'

/** Planted settings: each secret holds the word, among characters that a URL, JSON or base64 would change. */
export const CANARY_ENVIRONMENT: Readonly<Record<string, string>> = {
  SLUICE_INGEST_TOKEN: `ingest-${WORD}-1f0c7a52`,
  SLUICE_ADMIN_TOKEN: `admin-${WORD}-83b1d0e4`,
  SIGNUP_WEBHOOK_SECRET: `whsec_${btoa(`signup-secret-${WORD}-55aa0123`)}`,
  DANACONNECT_PASSWORD: `dana/+"p&ss"-${WORD}-6d2e`,
  CONTACTNOW_USERNAME: `caller-${WORD}`,
  CONTACTNOW_PASSWORD: `now/+"p&ss"-${WORD}-77c3`,
  DATATALKS_ACCESS_KEY_ID: `AKID${WORD}`,
  DATATALKS_SECRET_ACCESS_KEY: `talks/+secret-${WORD}`,
}

/** Makes tokens for the addresses of callbacks. */
export function canaryTokens(): () => string {
  let count = 0
  return () => {
    count += 1
    return `callback-${WORD}-${count}`
  }
}

/** What a sender puts into its request besides, and what is nobody's business. */
export const CANARY_HEADER = `header-${WORD}`
export const CANARY_QUERY = `query=${WORD}`

/** Mocks that know the planted credentials. */
export const CANARY_SETTINGS: MockSettingsInput = {
  danaconnect: {
    users: [
      {
        user: SANDBOX.danaconnect.user,
        company: SANDBOX.danaconnect.company,
        password: CANARY_ENVIRONMENT['DANACONNECT_PASSWORD'] ?? '',
        mayUseApi: true,
      },
    ],
  },
  contactnow: {
    accounts: [
      {
        username: CANARY_ENVIRONMENT['CONTACTNOW_USERNAME'] ?? '',
        password: CANARY_ENVIRONMENT['CONTACTNOW_PASSWORD'] ?? '',
      },
    ],
  },
  datatalks: {
    keys: [
      {
        accessKeyId: CANARY_ENVIRONMENT['DATATALKS_ACCESS_KEY_ID'] ?? '',
        secretAccessKey: CANARY_ENVIRONMENT['DATATALKS_SECRET_ACCESS_KEY'] ?? '',
        groupKeys: [SANDBOX.datatalks.groupKey],
        mayInvoke: true,
      },
    ],
  },
}

/** The word as itself (which is also how percent-encoding writes it), in hexadecimal, and in base64 at each offset. */
const FORMS: readonly Buffer[] = [WORD, Buffer.from(WORD).toString('hex'), ...base64Forms(WORD)].map((form) =>
  Buffer.from(form),
)

/** What of a text stays the same in base64, whatever stands before and after it. */
function base64Forms(text: string): readonly string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.from('x'.repeat(offset) + text)
      .toString('base64')
      .replaceAll('=', '')
    // The first characters mix with what stands before, the last with what comes after.
    return encoded.slice(offset === 0 ? 0 : offset + 1, -2)
  })
}

/** Secrets that nobody configured: tokens that an upstream gave out, signatures that were made. */
const TOKEN = /\b[0-9a-f]{40}\b|(?<=Signature=)[0-9a-f]{64}\b/g

const LIKE_TOKEN = /(?:[0-9a-f]{64}|[0-9a-f]{40})(?![0-9a-f])/g

/** Collects the secrets that only came to be while the gateway ran. */
export class FoundSecrets {
  readonly #found = new Set<string>()

  note(text: string): void {
    for (const [token] of text.matchAll(TOKEN)) this.#found.add(token)
  }

  /** Takes note of what a request carries and of what the call for a token brings. */
  async noteExchange(request: Request, reply: Response | null): Promise<void> {
    this.note(request.headers.get('authorization') ?? '')
    this.note(request.url.slice(request.url.indexOf('?') + 1))
    if (reply !== null && request.url.includes('token.php')) this.note(await reply.clone().text())
  }

  /** Takes note of what another one found. */
  add(other: FoundSecrets): void {
    for (const token of other.#found) this.#found.add(token)
  }

  get size(): number {
    return this.#found.size
  }

  /** Tells which secret an output holds: a planted one, or one of these. Null when none. */
  in(output: string | Uint8Array): string | null {
    const bytes = Buffer.from(output)
    if (FORMS.some((form) => bytes.includes(form))) return 'a planted secret'
    for (const token of this.#found) if (bytes.includes(token)) return 'a token or a signature'
    return null
  }

  /** The same for a large output and many secrets: what in it looks like a token or a signature is looked up. */
  inLarge(output: string | Uint8Array): string | null {
    const bytes = Buffer.from(output)
    if (FORMS.some((form) => bytes.includes(form))) return 'a planted secret'
    for (const [like] of bytes.toString('latin1').matchAll(LIKE_TOKEN)) {
      if (this.#found.has(like)) return 'a token or a signature'
    }
    return null
  }
}
