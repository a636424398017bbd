import { type Envelope, failure } from './contactnow-envelope.ts'
import type { ContactnowAccount, ContactnowSettings } from './contactnow-settings.ts'

interface Token {
  readonly text: string
  readonly username: string
  readonly addresses: Set<string>
  expire: number
}

/** More addresses than this are refused. */
const MAX_ADDRESSES = 10

/** Gives out tokens, and checks them: life, and the address to which each is bound. */
export class ContactnowTokens {
  readonly #settings: ContactnowSettings
  readonly #random: () => number
  readonly #known = new Map<string, Token>()
  /** The token last given to each account. */
  readonly #latest = new Map<string, Token>()

  constructor(settings: ContactnowSettings, random: () => number) {
    this.#settings = settings
    this.#random = random
  }

  /**
   * Answers `token.php?action=get`.
   *
   * @param isShort - Whether the token's time is over before the caller can use it, contrary to what the reply says.
   */
  get(variables: ReadonlyMap<string, string>, address: string, nowMs: number, isShort: boolean): Envelope {
    const account = this.#accountOf(variables)
    if (account === undefined) return failure('Authentication failure')
    const listed = (variables.get('address') ?? '')
      .split(',')
      .flatMap((text) => (text.trim() === '' ? [] : [text.trim()]))
    if (listed.length > MAX_ADDRESSES) return failure('Bad argument: address')
    const token =
      this.#liveTokenOf(account, nowMs) ?? this.#issue(account, listed.length > 0 ? listed : [address], nowMs)
    for (const more of listed) token.addresses.add(more)
    if (listed.length === 0 && this.#settings.getFromElsewhere === 'authorise') token.addresses.add(address)
    const { text, expire } = token
    if (isShort) token.expire = Math.floor(nowMs / 1000)
    return { success: true, token: text, expire }
  }

  /** Answers `token.php?action=validate`. */
  validate(text: string | undefined, address: string, nowMs: number): Envelope {
    const token = this.#known.get(text ?? '')
    if (token === undefined || !token.addresses.has(address)) return failure('Invalid token')
    return token.expire * 1000 <= nowMs ? EXPIRED : { success: true, expire: token.expire }
  }

  /**
   * Checks the token of a data call.
   *
   * @returns Null when the token is good, else the refusal.
   */
  check(text: string | undefined, address: string, nowMs: number): Envelope | null {
    const token = this.#known.get(text ?? '')
    if (token === undefined) return failure(this.#settings.unknownTokenError)
    if (!token.addresses.has(address)) {
      if (this.#settings.foreignUse === 'revoke') this.#forget(token)
      return failure('Invalid token')
    }
    return token.expire * 1000 <= nowMs ? EXPIRED : null
  }

  /** Ends the life of every token now. */
  expireAll(nowMs: number): void {
    const now = Math.floor(nowMs / 1000)
    for (const token of this.#known.values()) token.expire = Math.min(token.expire, now)
  }

  reset(): void {
    this.#known.clear()
    this.#latest.clear()
  }

  #accountOf(variables: ReadonlyMap<string, string>): ContactnowAccount | undefined {
    const username = variables.get('username')
    const password = variables.get('password')
    return this.#settings.accounts.find((known) => known.username === username && known.password === password)
  }

  #liveTokenOf({ username }: ContactnowAccount, nowMs: number): Token | null {
    const token = this.#latest.get(username)
    return token !== undefined && token.expire * 1000 > nowMs ? token : null
  }

  #issue({ username }: ContactnowAccount, addresses: readonly string[], nowMs: number): Token {
    const expire = Math.floor(nowMs / 1000) + this.#settings.tokenLifeSeconds
    const token = { text: this.#newText(), username, addresses: new Set(addresses), expire }
    this.#known.set(token.text, token)
    this.#latest.set(username, token)
    return token
  }

  #newText(): string {
    return Array.from({ length: 40 }, () => Math.floor(this.#random() * 16).toString(16)).join('')
  }

  #forget(token: Token): void {
    this.#known.delete(token.text)
    if (this.#latest.get(token.username) === token) this.#latest.delete(token.username)
  }
}

/** What the vendor says of a token whose time is over. */
export const EXPIRED: Envelope = { success: false, error: 'Expired token', expire: -1 }
