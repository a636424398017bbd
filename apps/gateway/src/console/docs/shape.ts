/** What holds the schemas that have a name. */
export interface SchemaHolder {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

/** The document of the API, as far as its page shows it. */
export interface ShownDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, ShownOperation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>
    readonly responses: Readonly<Record<string, Answer>>
    readonly headers: Readonly<Record<string, Header>>
    readonly securitySchemes: Readonly<Record<string, { readonly description: string }>>
    readonly examples: Readonly<Record<string, { readonly summary: string; readonly value: unknown }>>
  }
}

export interface ShownOperation {
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly tags: readonly string[]
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  readonly parameters?: readonly ShownParameter[]
  readonly requestBody?: {
    readonly required?: boolean
    readonly description?: string
    readonly content: Readonly<Record<string, Media>>
  }
  readonly responses: Readonly<Record<string, Answer>>
}

export interface ShownParameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly description?: string
  readonly schema: Schema
}

/** An operation and where it is. */
export interface Placed {
  /** In capital letters. */
  readonly method: string
  readonly path: string
  readonly operation: ShownOperation
}

export interface Answer {
  readonly $ref?: string
  readonly description: string
  readonly headers?: Readonly<Record<string, Header>>
  readonly content?: Readonly<Record<string, Media>>
}

export interface Header {
  readonly $ref?: string
  readonly description?: string
}

export interface Media {
  readonly schema?: Schema
  readonly example?: unknown
  /** In XML the one that there is lies in a `data:` address. */
  readonly examples?: Readonly<Record<string, { readonly externalValue?: string }>>
}

/** A JSON Schema. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly additionalProperties?: boolean | Schema
  readonly allOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly default?: unknown
  readonly example?: unknown
  readonly format?: string
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
}

/** Lists the operations of a group, in the order of the document. */
export function operationsOf({ paths }: ShownDocument, tag: string): readonly Placed[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .map(([method, operation]) => ({ method: method.toUpperCase(), path, operation }))
      .filter(({ operation }) => operation.tags.includes(tag)),
  )
}

/** The last part of a reference: the name of what it points to. */
export function nameOf(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1)
}

/** Follows references, and puts the parts of `allOf` together. */
export function resolved(document: SchemaHolder, schema: Schema): Schema {
  const { $ref: reference, allOf, ...rest } = schema
  if (reference !== undefined) {
    const target = document.components.schemas[nameOf(reference)]
    return target === undefined ? rest : { ...resolved(document, target), ...rest }
  }
  return [...(allOf ?? []).map((part) => resolved(document, part)), rest].reduce<Schema>(
    (whole, part) => ({
      ...whole,
      ...part,
      required: [...new Set([...(whole.required ?? []), ...(part.required ?? [])])],
      ...(whole.properties === undefined && part.properties === undefined
        ? {}
        : { properties: { ...whole.properties, ...part.properties } }),
    }),
    {},
  )
}
