/** Letters that no decomposition takes apart, as people without them on their keyboard write them. */
const PLAIN: Readonly<Record<string, string>> = {
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ł: 'l',
  þ: 'th',
  ς: 'σ',
}
const PLAIN_LETTER = /[æœøđðħłþς]/gu

// oxlint-disable-next-line no-control-regex -- all of ASCII
const ASCII = /^[\0-\x7f]*$/
const MARKS = /\p{M}+/gu
/** More marks than any letter has: to bring many into their order takes long. */
const TOO_MANY_MARKS = /(\p{M}{8})\p{M}+/gu
const WORD = /[\p{L}\p{N}]+/gu
/** In what a person types, a star may follow. */
const WORD_OR_BEGINNING = /[\p{L}\p{N}]+\*?/gu
/** What may stand in an email address, and its two halves together with what is around them. */
const AROUND_AT = /[\p{L}\p{N}!#$%&'*+/=?^_`{|}~.@-]+/gu
const DOMAIN = /^[\p{L}\p{N}.-]+/u
/** For what a person types, which is short: in a long text without an `@` it would begin anew at each letter. */
const EMAIL_OR_BEGINNING = /[\p{L}\p{N}!#$%&'*+/=?^_`{|}~.-]+@[\p{L}\p{N}.-]+\*?/gu
/** Digits as people group them in a phone number, within one line. */
const DIGIT_GROUPS = /\d+(?:[ \t().\-/]+\d+)*/g
/** What is left of an email address: whatever else stands in one becomes `_`. */
const NOT_OF_EMAIL = /[^\p{L}\p{N}.@]/gu

/** So many of a phone number's last digits tell it from others, whatever country code or leading zeros it is written with. */
const PHONE_DIGITS = 8
/** A word is known by so many UTF-16 code units: nobody looks for more of a token in base64. */
const MAX_WORD = 64
/** So much of a word has to be there where only its beginning is: less would stand for too many. */
const MIN_PREFIX = 3
/** More words than that narrow nothing further. */
const MAX_WORDS = 12
/** So much of a text is read for its words, in UTF-16 code units, and so many words are kept of it. */
const MAX_TEXT = 262_144
const MAX_WORDS_OF_TEXT = 10_000

/**
 * Lists the words by which a text is found, each once: its words, each email address as a whole, and each phone number by
 * its last digits (`#01234567`). Letters lose their case and their marks, so that `Åsa` is found by `asa`; all of that happens
 * here and not in SQLite, which would do it differently on each runtime.
 */
export function wordsOf(text: string): ReadonlySet<string> {
  const words = new Set<string>()
  for (const word of inOrder(fold(text.slice(0, MAX_TEXT)))) {
    words.add(word)
    if (words.size === MAX_WORDS_OF_TEXT) break
  }
  return words
}

/** By what people look for first: should the text hold more words than are kept, the others are left out. */
function inOrder(folded: string): readonly string[] {
  const emails = all(folded, AROUND_AT).flatMap((around) => (around.includes('@') ? emailsOf(around) : []))
  return [...emails, ...all(folded, DIGIT_GROUPS).flatMap(phonesOf), ...all(folded, WORD).map(cut)]
}

/** Whole lists instead of one match after the other: there is a list for every event, and most are short. */
const all = (text: string, pattern: RegExp): readonly string[] => text.match(pattern) ?? []

function emailsOf(around: string): readonly string[] {
  const halves = around.split('@')
  return halves.flatMap((half, index) => {
    const local = halves[index - 1] ?? ''
    const domain = DOMAIN.exec(half)?.[0]
    return local === '' || domain === undefined ? [] : [emailWord(`${local}@${domain}`)]
  })
}

/**
 * Makes an FTS5 query of what a person typed: all of its words. One that ends with `*` may go on; others may not, because
 * SQLite reads everything that begins with a word before it returns the first. Nothing else that was typed is taken
 * for syntax: a word has no quotation mark, and each stands in two. Null when there is no word in it.
 *
 * @see https://www.sqlite.org/fts5.html#full_text_query_syntax
 */
export function queryOf(typed: string): string | null {
  const terms = new Set<string>()
  const rest = fold(typed)
    .replace(EMAIL_OR_BEGINNING, (email) => take(termOf(emailWord(email.replace(/\*$/, '')), email.endsWith('*'))))
    .replace(DIGIT_GROUPS, (groups, at: number, all: string) => {
      // Digits within a word belong to the word, and with a star they are the beginning of one.
      const isWord = isLetter(all.charAt(at - 1)) || /^[\p{L}*]/u.test(all.slice(at + groups.length))
      const phone = isWord ? undefined : phonesOf(groups).at(-1)
      return phone === undefined ? groups : take(`"${phone}"`)
    })
  for (const [word] of rest.matchAll(WORD_OR_BEGINNING))
    terms.add(termOf(cut(word.replace('*', '')), word.endsWith('*')))
  return terms.size === 0 ? null : [...terms].slice(0, MAX_WORDS).join(' AND ')

  function take(term: string): string {
    terms.add(term)
    return ' '
  }
}

function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase()
  // By way of the upper case, which several small letters may share.
  const sane = text.replace(TOO_MANY_MARKS, '$1')
  const lower = sane.normalize('NFKD').toUpperCase().toLowerCase().normalize('NFKD').replace(MARKS, '')
  return lower.replace(PLAIN_LETTER, (letter) => PLAIN[letter] ?? letter)
}

const isLetter = (text: string): boolean => /^\p{L}$/u.test(text)

const termOf = (word: string, mayGoOn: boolean): string =>
  mayGoOn && word.length >= MIN_PREFIX ? `"${word}"*` : `"${word}"`

/** Cuts a word where no pair of surrogates is torn. */
function cut(word: string): string {
  if (word.length <= MAX_WORD) return word
  const end = /[\ud800-\udbff]/.test(word.charAt(MAX_WORD - 1)) ? MAX_WORD - 1 : MAX_WORD
  return word.slice(0, end)
}

/** A sentence may end right after an address. */
function emailWord(email: string): string {
  let end = email.length
  while ('.-'.includes(email.charAt(end - 1)) && end > 0) end -= 1
  return cut(email.slice(0, end).replace(NOT_OF_EMAIL, '_'))
}

/** Numbers may stand side by side, so each group may be the last of one. */
function phonesOf(groups: string): readonly string[] {
  const phones: string[] = []
  let last = ''
  for (const group of groups.split(/\D+/)) {
    last = (last + group).slice(-PHONE_DIGITS)
    if (last.length === PHONE_DIGITS) phones.push(`#${last}`)
  }
  return phones
}
