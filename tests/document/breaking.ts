import { type Answer, type Content, type Document, type Operation, operationsOf, type Parameter } from './document.ts'
import { flatSchema, propertiesOf } from './flat-schema.ts'
import { narrowings, type Placed } from './schema-narrowing.ts'

const PROBLEM_JSON = 'application/problem+json'

/**
 * Lists what a program that was written for one document would break on with another: an operation, a status, a parameter,
 * a media type or a member that is gone, a request that is refused and was not, an answer that holds what it did not.
 *
 * New operations, new optional parameters, new members of answers and new problem codes break nothing: the document says
 * that more codes may be added.
 */
export function breakingChanges(before: Document, after: Document): readonly string[] {
  return operationsOf(before).flatMap(({ method, path, operation }) => {
    const now = after.paths[path]?.[method]
    const name = `${method.toUpperCase()} ${path}`
    if (now === undefined) return [`${name} is gone`]
    return [
      ...operationChanges(operation, now),
      ...parameterChanges({ before, after }, operation.parameters ?? [], now.parameters ?? []),
      ...bodyChanges({ before, after }, operation, now),
      ...answerChanges({ before, after }, operation.responses, now.responses),
    ].map((change) => `${name}: ${change}`)
  })
}

/**
 * Tells whether a version may break what an earlier one promised: the first number that is not 0 has to have grown.
 *
 * @see https://semver.org/#spec-item-4
 */
export function mayBreak(before: string, after: string): boolean {
  const [from, to] = [numbersOf(before), numbersOf(after)]
  const at = Math.min(
    from.findIndex((part) => part > 0),
    1,
  )
  const isEarlierSame = from.slice(0, at).every((part, index) => part === to[index])
  return isEarlierSame ? (to[at] ?? 0) > (from[at] ?? 0) : (to[0] ?? 0) > (from[0] ?? 0)
}

const numbersOf = (version: string): readonly number[] => version.split('.').map((part) => Number.parseInt(part, 10))

interface Documents {
  readonly before: Document
  readonly after: Document
}

function operationChanges(before: Operation, after: Operation): readonly string[] {
  const asked = (operation: Operation) => JSON.stringify(operation.security)
  return [
    ...(before.operationId === after.operationId ? [] : [`is called ${after.operationId}`]),
    ...(asked(before) === asked(after) || before.security.every((one) => hasSame(after, one))
      ? []
      : [`asks for ${asked(after)}`]),
  ]
}

/** A way to authenticate that was enough still is. */
function hasSame({ security }: Operation, way: Readonly<Record<string, readonly string[]>>): boolean {
  return security.length === 0 || security.some((one) => JSON.stringify(one) === JSON.stringify(way))
}

function parameterChanges(documents: Documents, before: readonly Parameter[], after: readonly Parameter[]) {
  const find = (list: readonly Parameter[], { name, in: place }: Parameter) =>
    list.find((one) => one.name === name && one.in === place)
  const isNewlyRequired = (one: Parameter) => one.required === true && find(before, one)?.required !== true
  return [
    ...after.filter(isNewlyRequired).map(({ name }) => `parameter ${name} is required`),
    ...before.flatMap((parameter) => {
      const now = find(after, parameter)
      if (now === undefined) return [`parameter ${parameter.name} is gone`]
      return requestChanges(documents, parameter.schema, now.schema).map((change) => `parameter ${now.name} ${change}`)
    }),
  ]
}

function bodyChanges(documents: Documents, before: Operation, after: Operation): readonly string[] {
  const [was, is] = [before.requestBody, after.requestBody]
  if (is === undefined) return was === undefined ? [] : ['takes no body']
  return [
    ...(is.required === true && was?.required !== true ? ['the body is required'] : []),
    ...contentChanges(was?.content ?? {}, is.content, (one, other) => requestChanges(documents, one, other)),
  ].map((change) => `request ${change}`)
}

function answerChanges(documents: Documents, before: Operation['responses'], after: Operation['responses']) {
  return Object.entries(before).flatMap(([status, answer]) => {
    const now = after[status]
    if (now === undefined) return [`status ${status} is gone`]
    return [
      ...headerChanges(answer, now),
      ...contentChanges(withoutProblems(answer), withoutProblems(now), (one, other) =>
        responseChanges(documents, one, other),
      ),
    ].map((change) => `status ${status} ${change}`)
  })
}

function headerChanges({ headers: before = {} }: Answer, { headers: after = {} }: Answer): readonly string[] {
  return Object.keys(before).flatMap((name) => (after[name] === undefined ? [`header ${name} is gone`] : []))
}

function withoutProblems({ content = {} }: Answer): Content {
  return Object.fromEntries(Object.entries(content).filter(([type]) => type !== PROBLEM_JSON))
}

type Schema = Placed['schema']

function contentChanges(before: Content, after: Content, compare: (one: Schema, other: Schema) => readonly string[]) {
  return Object.entries(before).flatMap(([type, media]) => {
    const now = after[type]
    return now === undefined ? [`${type} is gone`] : compare(media.schema ?? {}, now.schema ?? {})
  })
}

/** What was taken still has to be. */
function requestChanges({ before, after }: Documents, was: Schema, is: Schema): readonly string[] {
  return narrowings({ document: before, schema: was }, { document: after, schema: is })
}

/** What is answered has to be what could be answered, with every member. */
function responseChanges({ before, after }: Documents, was: Schema, is: Schema): readonly string[] {
  const more = narrowings({ document: after, schema: is }, { document: before, schema: was })
  return [...more.map((change) => `read as before, ${change}`), ...lostMembers(before, after, was, is)]
}

function lostMembers(before: Document, after: Document, was: Schema, is: Schema, path = ''): readonly string[] {
  const now = propertiesOf(flatSchema(after, is))
  return Object.entries(propertiesOf(flatSchema(before, was))).flatMap(([name, schema]) => {
    const target = now[name]
    const place = `${path}.${name}`
    return target === undefined ? [`${place} is gone`] : lostMembers(before, after, schema, target, place)
  })
}
