import type { DanaconnectSettings } from './danaconnect-settings.ts'

/** The parts of a bulk load, with the vendor's defaults. */
export interface LoadParts {
  readonly file: File
  readonly fields: readonly string[]
  readonly operationType: string
  readonly keyField: string | null
  readonly includeHeaders: boolean
  readonly separator: string
  readonly delimiter: string
  readonly encodingType: string
  readonly strict: boolean
  readonly callbackUrl: string | null
}

/** Reads the parts of a load, or says what is wrong with them. */
export function readLoadParts(form: FormData, settings: DanaconnectSettings): LoadParts | string {
  const file = form.get('file')
  if (file === null || typeof file === 'string') return 'part file is missing, or not a file'
  const fieldsCode = textPart(form, 'fieldsCode') ?? ''
  if (fieldsCode === '') return 'part fieldsCode is missing or empty'
  const operationType = textPart(form, 'operationType') ?? 'INSALL'
  if (!OPERATION_TYPES.includes(operationType)) return 'unknown operationType'
  const includeHeaders = textPart(form, 'includeHeaders') ?? 'false'
  if (!isBoolean(includeHeaders)) return 'includeHeaders is neither true nor false'
  const strict = textPart(form, 'strict') ?? 'true'
  if (!isBoolean(strict)) return 'strict is neither true nor false'
  const fields = fieldsCode.split(';')
  const keyField = textPart(form, 'keyField')
  const fault = faultOfKey(keyField, fields, operationType, settings)
  if (fault !== null) return fault
  return {
    file,
    fields,
    operationType,
    keyField,
    includeHeaders: includeHeaders === 'true',
    separator: textPart(form, 'separator') ?? ',',
    delimiter: textPart(form, 'delimiter') ?? '"',
    encodingType: textPart(form, 'encodingType') ?? 'UTF-8',
    strict: strict === 'true',
    callbackUrl: textPart(form, settings.callbackPart),
  }
}

const OPERATION_TYPES: readonly string[] = ['INSALL', 'INSNEW', 'UPDALL', 'UPDINS']

function textPart(form: FormData, name: string): string | null {
  const part = form.get(name)
  return typeof part === 'string' ? part : null
}

function isBoolean(text: string): boolean {
  return text === 'true' || text === 'false'
}

function faultOfKey(
  keyField: string | null,
  fields: readonly string[],
  operationType: string,
  settings: DanaconnectSettings,
): string | null {
  if ((keyField ?? '') === '') {
    return settings.requireKeyField && operationType !== 'INSALL' ? 'part keyField is missing' : null
  }
  return keyCodes(keyField).every((code) => fields.includes(code)) ? null : 'keyField is not among fieldsCode'
}

/** Splits a key into the codes that make it up. */
export function keyCodes(keyField: string | null): string[] {
  return (keyField ?? '').split(';').filter((code) => code !== '')
}
