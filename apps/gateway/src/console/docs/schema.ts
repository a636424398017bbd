import { html } from 'hono/html'
import { nameOf, resolved, type Schema, type ShownDocument } from './shape.ts'
import { type Html, inlineOf } from './text.ts'

/** Shows a schema: of an object its members, of anything else its type and what limits it. */
export function schemaBlock(document: ShownDocument, schema: Schema): Html {
  const whole = resolved(document, schema)
  if (whole.properties !== undefined) return membersOf(document, whole)
  return html`<p class="type">${typeText(whole)} ${limitsOf(whole)}</p>
    ${nestedOf(document, whole)}`
}

function membersOf(document: ShownDocument, { properties = {}, required = [], additionalProperties }: Schema): Html {
  return html`<ul class="members">
    ${Object.entries(properties).map(
      ([name, member]) =>
        html`<li>
          <code class="name">${name}</code> <span class="type">${typeText(member)}</span>
          ${required.includes(name) ? '' : html`<span class="quiet">optional</span>`} ${limitsOf(member)}
          ${member.description === undefined ? '' : html`<div>${inlineOf(member.description)}</div>`}
          ${nestedOf(document, member)}
        </li>`,
    )}
    ${additionalProperties === false ? html`<li class="quiet">No other members.</li>` : ''}
  </ul>`
}

/** Shows what a member holds, where it is not a schema with a name, which has a place of its own on the page. */
function nestedOf(document: ShownDocument, schema: Schema): Html | '' {
  const choices = schema.anyOf ?? schema.oneOf
  if (schema.$ref !== undefined) return ''
  if (choices !== undefined && choices.some((choice) => choice.properties !== undefined)) {
    return html`<ol class="choices">
      ${choices.map((choice) => html`<li>${schemaBlock(document, choice)}</li>`)}
    </ol>`
  }
  if (schema.properties !== undefined) return membersOf(document, schema)
  if (schema.items !== undefined) return nestedOf(document, schema.items)
  return typeof schema.additionalProperties === 'object' ? nestedOf(document, schema.additionalProperties) : ''
}

/** Names the type of a schema, with a link where it has a name. */
export function typeText(schema: Schema): Html {
  const { $ref: reference, items, anyOf, oneOf, allOf, type } = schema
  if (reference !== undefined) {
    const name = nameOf(reference)
    return html`<a href="#schema-${name}">${name}</a>`
  }
  if (items !== undefined) return html`list of ${typeText(items)}${isNullable(type) ? ' or null' : ''}`
  const choices = anyOf ?? oneOf
  if (choices !== undefined) {
    return html`${choices.map((choice, index) => html`${index === 0 ? '' : ' or '}${typeText(choice)}`)}`
  }
  if (allOf !== undefined)
    return html`${allOf.map((part, index) => html`${index === 0 ? '' : ' and '}${typeText(part)}`)}`
  if (typeof schema.additionalProperties === 'object' && schema.properties === undefined) {
    return html`map of ${typeText(schema.additionalProperties)}`
  }
  return html`${type === undefined ? 'any' : [type].flat().join(' or ')}`
}

const isNullable = (type: Schema['type']): boolean => Array.isArray(type) && type.includes('null')

/** Shows what a value has to keep to. */
export function limitsOf(schema: Schema): Html {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, pattern, format } = schema
  const limits = [
    ...(format === undefined ? [] : [format]),
    ...rangeText(minimum, maximum, ''),
    ...rangeText(minLength, maxLength, ' characters'),
    ...rangeText(minItems, maxItems, ' items'),
    ...(pattern === undefined ? [] : [`matches ${pattern}`]),
    ...(schema.default === undefined ? [] : [`default ${JSON.stringify(schema.default)}`]),
  ]
  return html`${limits.map((limit) => html`<span class="limit">${limit}</span> `)}${choicesOf(schema)}${choicesOf(schema.items ?? {})}`
}

function rangeText(least: number | undefined, most: number | undefined, unit: string): readonly string[] {
  // What zod says of any whole number is no limit that anybody set.
  const [from, to] = [least, most].map((value) => (Math.abs(value ?? 0) >= Number.MAX_SAFE_INTEGER ? undefined : value))
  if (from === undefined && to === undefined) return []
  if (from === undefined) return [`at most ${to}${unit}`]
  return [to === undefined ? `at least ${from}${unit}` : `${from} to ${to}${unit}`]
}

/** A list that is longer is folded. */
const MAX_OPEN_CHOICES = 12

function choicesOf({ enum: values, const: only }: Schema): Html | '' {
  if (only !== undefined) return html`<code>${JSON.stringify(only)}</code>`
  if (values === undefined) return ''
  const list = html`${values.map((value) => html`<code>${JSON.stringify(value)}</code> `)}`
  if (values.length <= MAX_OPEN_CHOICES) return list
  return html`<details>
    <summary>one of ${values.length}</summary>
    ${list}
  </details>`
}
