import { z } from 'zod'

import { pathPartSchema } from './wire.ts'

/** What a load does with rows that the list has, and with rows that it has not: told apart by `keyField`. */
const operationTypeSchema = z.enum(['INSALL', 'INSNEW', 'UPDALL', 'UPDINS'])

/** Codes are joined by `;`, and nothing says how one inside a code would be written. */
const fieldCode = z.string().regex(/^[^;"\s][^;"\r\n]*$/, { error: 'expected a field code, without ; and quotes' })

const oneCharacter = z.string().regex(/^[^\0\r\n]$/, { error: 'expected one character' })

/** What every load has in common. The defaults are those of the vendor's sample. */
const settings = {
  tableCode: pathPartSchema,
  fieldsCode: z.array(fieldCode).min(1),
  operationType: operationTypeSchema.default('INSALL'),
  keyField: z.array(fieldCode).min(1).exactOptional(),
  separator: oneCharacter.default(','),
  delimiter: oneCharacter.default('"'),
  includeHeaders: z.boolean().default(false),
  strict: z.boolean().default(true),
}

// What the CSV is written with: a separator that no reader takes for a quote, a delimiter that is neither blank nor `$`.
const rowSeparator = z
  .string()
  .regex(/^[^\0\r\n"\ufeff\ud800-\udfff]$/, { error: 'expected one character, not a quote' })
const rowDelimiter = z
  .string()
  .regex(/^[^\0\s$\ufeff\ud800-\udfff]$/, { error: 'expected one character, not a blank or $' })

const cell = z.union([z.string(), z.number(), z.null()], { error: 'expected a string, a number or null' })

/** Encodings that rows can be written in, by the names that are sent. */
const encodingSchema = z.enum(['UTF-8', 'ISO-8859-1', 'windows-1252'])

type Settings = z.output<z.ZodObject<typeof settings>>

/**
 * Checks the input of `contacts.load` with rows: field code to value. Every row has every field: one that is left out
 * could not be told from one that is to be emptied, which is what null and the empty text say.
 *
 * @see https://dev.danaconnect.com/openapi/contactbulkupload-reference
 */
export const contactLoadSchema = z
  .strictObject({
    ...settings,
    separator: rowSeparator.default(','),
    delimiter: rowDelimiter.default('"'),
    encodingType: encodingSchema.default('UTF-8'),
    rows: z.array(z.record(z.string(), cell)).min(1),
  })
  .superRefine((input, context) => {
    for (const [path, message] of [...settingFaults(input), ...rowFaults(input.rows, input.fieldsCode)]) {
      context.addIssue({ code: 'custom', path: [...path], message })
    }
  })

/**
 * Checks the input of `contacts.load` with a file, beside its bytes: they go as they are, and the settings have to tell
 * the truth about them.
 *
 * @see https://dev.danaconnect.com/openapi/contactbulkupload-reference
 */
export const contactFileLoadSchema = z
  .strictObject({ ...settings, encodingType: z.string().min(1).default('UTF-8') })
  .superRefine((input, context) => {
    for (const [path, message] of settingFaults(input)) context.addIssue({ code: 'custom', path: [...path], message })
  })

/**
 * Checks what a load is called with beside its input.
 *
 * @see https://dev.danaconnect.com/openapi/contactbulkupload-reference
 */
export const loadCallSchema = z.object({
  correlationId: z
    .string()
    .regex(/^(?!\.)[\w.-]{1,100}$/, { error: 'expected 1 to 100 letters, digits, dots or dashes' }),
  callbackUrl: z.url({ protocol: /^https?$/ }).exactOptional(),
})

export type ContactLoadInput = z.input<typeof contactLoadSchema>
export type ContactFileLoadInput = z.input<typeof contactFileLoadSchema> & { readonly file: Uint8Array }

/** The settings of a load, with their defaults. */
export type LoadSettings = z.output<typeof contactFileLoadSchema>

/** A load with rows, checked. */
export type RowLoad = z.output<typeof contactLoadSchema>

/**
 * Reads the answer of a load: the settings come back, and `status` says whether the request was taken.
 *
 * @see https://dev.danaconnect.com/openapi/contactbulkupload-reference
 */
export const loadReplySchema = z.looseObject({ status: z.literal(true) })

type Fault = readonly [path: readonly (string | number)[], message: string]

function* settingFaults({ fieldsCode, keyField, operationType, separator, delimiter }: Settings): Generator<Fault> {
  if (new Set(fieldsCode).size < fieldsCode.length) yield [['fieldsCode'], 'expected every field once']
  if (separator === delimiter) yield [['delimiter'], 'expected another character than the separator']
  if (keyField === undefined && operationType !== 'INSALL') {
    yield [['keyField'], `expected the fields by which ${operationType} finds a row again`]
  }
  for (const [index, code] of (keyField ?? []).entries()) {
    if (!fieldsCode.includes(code)) yield [['keyField', index], 'expected one of fieldsCode']
  }
}

function* rowFaults(rows: RowLoad['rows'], fieldsCode: readonly string[]): Generator<Fault> {
  const known = new Set(fieldsCode)
  for (const [index, row] of rows.entries()) {
    for (const code of known) {
      if (!Object.hasOwn(row, code)) yield [['rows', index, code], 'expected a value, or null for none']
    }
    for (const code of Object.keys(row))
      if (!known.has(code)) yield [['rows', index, code], 'expected one of fieldsCode']
  }
}
