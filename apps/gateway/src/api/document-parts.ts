import { HEADERS, KEY_HEADERS } from './document-words.ts'

/** The paths of a document, as far as its answers are changed. */
export type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>

interface Operation {
  readonly security?: readonly Readonly<Record<string, unknown>>[]
  readonly responses: Answers
}

type Answers = Readonly<Record<string, Answer>>

interface Answer {
  /** Where the answer is, where it is not here. */
  readonly $ref?: string
  readonly description?: string
  readonly headers?: Readonly<Record<string, object>>
  readonly content?: Readonly<Record<string, { readonly examples?: Readonly<Record<string, object>> }>>
}

/** An answer with more codes than this has no name that anybody could read. */
const MAX_NAMED_CODES = 3

/** Says of every answer which headers it has, whatever it is; and of those to a key that is known which it has besides. */
export function withHeaders(paths: Paths): Paths {
  const [common, ofKeys] = [HEADERS, KEY_HEADERS].map((headers) =>
    Object.fromEntries(Object.keys(headers).map((name) => [name, { $ref: `#/components/headers/${name}` }])),
  )
  return mapAnswers(paths, (answer, { security = [] }, status) => {
    const isOfKey = security.some((way) => 'key' in way) && !WITHOUT_KEY.has(status)
    return { ...answer, headers: { ...answer.headers, ...(isOfKey ? ofKeys : {}), ...common } }
  })
}

/** Statuses of a request whose key is not known, or was not looked at. */
const WITHOUT_KEY: ReadonlySet<string> = new Set(['401', '414', '431'])

/** Writes the problems that several operations answer with once, by the names of their codes, and points there. */
export function sharedAnswers(paths: Paths): { readonly paths: Paths; readonly responses: Answers } {
  const counts = new Map<string, number>()
  mapAnswers(paths, (answer) => {
    const text = JSON.stringify(answer)
    counts.set(text, (counts.get(text) ?? 0) + 1)
    return answer
  })
  const responses: Record<string, Answer> = {}
  const pointing = mapAnswers(paths, (answer) => {
    const codes = Object.keys(answer.content?.['application/problem+json']?.examples ?? {})
    const isShared = (counts.get(JSON.stringify(answer)) ?? 0) > 1
    if (!isShared || codes.length === 0 || codes.length > MAX_NAMED_CODES) return answer
    const name = codes.join('.')
    responses[name] = answer
    return { $ref: `#/components/responses/${name}` }
  })
  return { paths: pointing, responses }
}

type Change = (answer: Answer, operation: Operation, status: string) => Answer

function mapAnswers(paths: Paths, change: Change): Paths {
  return mapValues(paths, (item) =>
    mapValues(item, (operation) => ({
      ...operation,
      responses: mapValues(operation.responses, (answer, status) => change(answer, operation, status)),
    })),
  )
}

function mapValues<Value, Result>(
  object: Readonly<Record<string, Value>>,
  change: (value: Value, key: string) => Result,
): Readonly<Record<string, Result>> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]))
}
