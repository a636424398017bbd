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

const MARKS = /\p{M}+/gu
const WORD = /[\p{L}\p{N}]+/gu
/** In what a person types, a star may follow. */
const WORD_OR_BEGINNING = /[\p{L}\p{N}]+\*?/gu
const EMAIL = /[\p{L}\p{N}!#$%&'*+/=?^_`{|}~.-]+@[\p{L}\p{N}.-]+/gu
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

/**
 * Lists the words by which a text is found, each once: its words, each email address as a whole, and each phone number by
 * its last digits (`#01234567`). Letters lose their case and their marks, so that `Åsa` is found by `asa`; all of that happens
 * here and not in SQLite, which would do it differently on each runtime.
 */
export function wordsOf(text: string): ReadonlySet<string> {
  const folded = fold(text)
  const words = new Set<string>()
  for (const [word] of folded.matchAll(WORD)) words.add(cut(word))
  for (const [email] of folded.matchAll(EMAIL)) words.add(emailWord(email))
  for (const [groups] of folded.matchAll(DIGIT_GROUPS)) for (const phone of phonesOf(groups)) words.add(phone)
  return words
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
  // By way of the upper case, which several small letters may share.
  const lower = text.normalize('NFKD').toUpperCase().toLowerCase().normalize('NFKD').replace(MARKS, '')
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
  return cut(email.replace(/[.-]+$/, '').replace(NOT_OF_EMAIL, '_'))
}

/** Numbers may stand side by side, so each group may be the last of one. */
function phonesOf(groups: string): readonly string[] {
  const phones: string[] = []
  let digits = ''
  for (const group of groups.split(/\D+/)) {
    digits += group
    if (digits.length >= PHONE_DIGITS) phones.push(`#${digits.slice(-PHONE_DIGITS)}`)
  }
  return phones
}
