import type { Document, JsonObject } from '../document/document.ts'
import { flatSchema, listOf, propertiesOf } from '../document/flat-schema.ts'
import type { Dice } from './dice.ts'
import type { Known } from './known.ts'
import { ODD_TEXTS, oddJson } from './odd.ts'

/** Makes values that a schema of the document takes, and some that it does not. */
export interface Values {
  /** @param name - Of the member or parameter that the value is for. */
  valid(this: void, schema: JsonObject, name: string): unknown
  /** Changes a value in one place, mostly so that its schema no longer takes it. */
  spoil(this: void, value: unknown): unknown
}

const WORDS = ['Ada', 'x', 'fine', 'Zoë', '2026', 'a b c', 'Привет', '漢字']
const TIMES = ['2026-11-22T12:00:00Z', '2020-01-01T00:00:00.000Z', '2030-06-01T10:00:00+02:00']
/** How often a member that may be left out is there. */
const OPTIONAL_SHARE = 0.3

/** Creates the maker of values. */
export function createValues(document: Document, known: Known, dice: Dice): Values {
  return { valid, spoil }

  function valid(given: JsonObject, name: string): unknown {
    const schema = flatSchema(document, given)
    const choices = schema['anyOf'] ?? schema['oneOf'] ?? schema['enum']
    if (schema['const'] !== undefined) return schema['const']
    if (Array.isArray(choices)) {
      const choice = dice.pick(choices) as unknown
      return schema['enum'] === undefined ? valid(choice as JsonObject, name) : choice
    }
    switch (dice.pick(listOf(schema['type'] ?? 'object'))) {
      case 'string':
        return text(schema, name)
      case 'integer':
        return dice.number(numberOf(schema['minimum'], 0), numberOf(schema['maximum'], 100))
      case 'number':
        return dice.number(Math.ceil(numberOf(schema['minimum'], 0)), numberOf(schema['maximum'], 100)) || 1
      case 'boolean':
        return dice.chance(0.5)
      case 'array':
        return Array.from({ length: dice.number(numberOf(schema['minItems'], 0), 3) }, () =>
          valid((schema['items'] ?? {}) as JsonObject, name),
        )
      case 'null':
        return null
      default:
        return object(schema)
    }
  }

  function text(schema: JsonObject, name: string): string {
    if (schema['format'] === 'date-time') return dice.pick(TIMES)
    const word = known.word(name, schema['example'], dice)
    const example = schema['example']
    const chosen = word ?? (typeof example === 'string' && dice.chance(0.5) ? example : dice.pick(WORDS))
    return chosen.padEnd(numberOf(schema['minLength'], 0), 'x').slice(0, numberOf(schema['maxLength'], 10_000))
  }

  function object(schema: JsonObject): unknown {
    const required = listOf(schema['required'])
    const members = Object.entries(propertiesOf(schema)).filter(
      ([name]) => required.includes(name) || dice.chance(OPTIONAL_SHARE),
    )
    return Object.fromEntries(members.map(([name, member]) => [name, valid(member, name)]))
  }

  function spoil(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return oddJson(dice)
    if (Array.isArray(value)) {
      const at = dice.number(0, value.length)
      return value.toSpliced(at, 1, at < value.length && dice.chance(0.7) ? spoil(value[at]) : oddJson(dice))
    }
    const entries = Object.entries(value)
    const at = dice.number(0, entries.length)
    const [name, member] = entries[at] ?? [dice.pick(ODD_TEXTS), undefined]
    if (member === undefined) return { ...value, [name]: oddJson(dice) }
    if (dice.chance(0.2)) return Object.fromEntries(entries.toSpliced(at, 1))
    return { ...value, [name]: dice.chance(0.6) ? spoil(member) : oddJson(dice) }
  }
}

function numberOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise
}
