import { decodeForm } from '@sluice/gateway/form'
import { splitItems } from '@sluice/gateway/items'
import { type Target, textOf } from './target.ts'

const FORM_CORPUS = [
  'email=ada%2Blist%40x.test&tags=a&tags=b&name=L%C3%B8v+x',
  'payload=%7B%22a%22%3A%5B1%5D%7D&a[b]=1&&=&c',
  '%5f_proto__=1',
  'a=%zz%4&a%00=%FF',
]
const FORM_TOKENS = ['&', '=', '+', '%', '%2', '%26', '%3D', '%C3', '%A5', '%ED%A0%80', 'a', 'tags', 'payload=', '{', '}', '"', '__proto__', '\ufeff', 'å', ' ', '\n', ';'] // prettier-ignore
const RULES = { maxBodyBytes: 1_000_000, lists: ['tags'], jsonFields: ['payload'] }

const BATCH_CORPUS = ['[{"a":[1,2]},"x,]",\n{}]', '[]', '\ufeff [ [[ ]] ]', '{"a":1}', '[1,,2]', '["\\\\",{"[":"}"}]']
const BATCH_TOKENS = ['[', ']', '{', '}', ',', ':', '"', '\\', '\\"', '1', 'null', ' ', '\n', '\ufeff', 'å', '\u0000', '"a":1'] // prettier-ignore
const BATCHES = { maxItems: 100_000, maxBytes: 1_000_000, handling: 'lenient' } as const

/** What is said of a request that is refused; a decoder's own errors go on. */
const REFUSED = 'refused'
function refusable<Result>(work: () => Result): Result | typeof REFUSED {
  try {
    return work()
  } catch (error) {
    if (error instanceof Error && error.name === 'RequestError') return REFUSED
    throw error
  }
}

/** Reads a form as the platform does: it replaces what is no UTF-8, and takes any name. */
function readByPlatform(input: Uint8Array): string {
  const latin1 = Array.from(input, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : percent(byte))).join('')
  return JSON.stringify([...new URLSearchParams(`&${latin1}`)].filter(([name]) => name !== 'payload').toSorted(byText))
}

/** Fields in an order of their own: what has one name keeps its order in neither reading. */
const byText = (one: readonly unknown[], other: readonly unknown[]): number =>
  JSON.stringify(one) < JSON.stringify(other) ? -1 : 1

const percent = (byte: number): string => `%${byte.toString(16).padStart(2, '0')}`

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

export const bodies: readonly Target[] = [
  {
    name: 'decodeForm',
    corpus: FORM_CORPUS,
    tokens: FORM_TOKENS,
    run: (input) => refusable(() => decodeForm(input, RULES)),
    judge(input, verdict) {
      if (!verdict.accepted || verdict.value === REFUSED) return null
      const fields = Object.entries(decodeForm(input, RULES)).filter(([name]) => name !== 'payload')
      const pairs = fields.flatMap(([name, value]) =>
        (Array.isArray(value) ? value : [value]).map((one) => [name, one]),
      )
      return JSON.stringify(pairs.toSorted(byText)) === readByPlatform(input)
        ? null
        : 'reads other fields than the platform'
    },
  },
  {
    name: 'splitItems, an array',
    corpus: BATCH_CORPUS,
    tokens: BATCH_TOKENS,
    run: (input) => refusable(() => splitItems(BATCHES, 'application/json', input)),
    judge(input, verdict) {
      if (!verdict.accepted || verdict.value === null || verdict.value === REFUSED) return null
      const items = splitItems(BATCHES, 'application/json', input) ?? []
      const whole = textOf(input).replace(/^\ufeff/, '')
      return items.map(textOf).every(isJson) === isJson(whole) ? null : 'takes what is no array for one'
    },
  },
  {
    name: 'splitItems, lines',
    corpus: [...BATCH_CORPUS, '{"a":1}\r\n\n{"a":2}'],
    tokens: [...BATCH_TOKENS, '\r\n', '\r'],
    run: (input) => refusable(() => splitItems(BATCHES, 'application/x-ndjson', input)),
    judge(input, verdict) {
      if (!verdict.accepted || verdict.value === REFUSED) return null
      const items = splitItems(BATCHES, 'application/x-ndjson', input) ?? []
      const lines = textOf(input).replace(/^\ufeff/, '').split('\n').map((line) => line.replaceAll(/^[ \t\r]+|[ \t\r]+$/g, '')) // prettier-ignore
      const expected = lines.filter((line) => line !== '')
      return JSON.stringify(items.map(textOf)) === JSON.stringify(expected) ? null : 'finds other lines'
    },
  },
]
