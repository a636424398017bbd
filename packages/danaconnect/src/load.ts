import { type CsvEncoding, encodeCsvBytes, type FormulaPolicy } from '@sluice/csv-codec'
import { checkInput } from '@sluice/errors'
import { type HttpReply, Secret, type Text } from '@sluice/http-client'

import type { CallApi, DanaconnectCall } from './call-api.ts'
import { bodyWithoutFailure, failure, type JudgeContext } from './failures.ts'
import { checkFileSize } from './file-size.ts'
import {
  type ContactFileLoadInput,
  contactFileLoadSchema,
  type ContactLoadInput,
  contactLoadSchema,
  loadCallSchema,
  loadReplySchema,
  type LoadSettings,
  type RowLoad,
} from './load-wire.ts'
import { isObject } from './reply-body.ts'

const PATH = '/api/contacts/rest/webdb/table/{tableCode}'
const OPERATION = 'contacts.load'

/** How one load is made. */
export interface LoadCall extends Omit<DanaconnectCall, 'debug'> {
  /**
   * Names this load and no other: it becomes the file's name, by which the callback is recognised. Letters, digits, dots
   * and dashes, at most 100.
   */
  readonly correlationId: string
  /** Where the vendor sends the result. Asked for only where the client has a `callbackParameter`. Never shown. */
  readonly callbackUrl?: string
}

/** What a load returns. It means that the request was taken; the rows are loaded later. */
export interface LoadReceipt {
  /** Name of the file, by which the callback is recognised. */
  readonly fileName: string
  /** Rows of the file, to compare with the `lineCount` of the callback; absent for a file that was given. */
  readonly sentLineCount?: number
  /** Whether the vendor was asked to send the result; without it nothing ever tells. */
  readonly callbackRequested: boolean
  /** Members of the reply that are not known, and settings that came back other than they were sent. */
  readonly warnings: readonly string[]
}

/** The operation on lists of contacts. */
export interface Contacts {
  /**
   * Loads contacts into a list that exists: rows, or a file as it is. Only `mayRepeat('contacts.load', input)` tells
   * whether it may be sent again: INSALL inserts every row each time.
   *
   * @throws SchemaError `SCHEMA_MISMATCH`; EncodeError `CSV_CHARACTER`, `CSV_FORMULA`; TransportError; UpstreamError with a `DanaconnectCode`.
   * @see https://dev.danaconnect.com/openapi/contactbulkupload-reference
   */
  readonly load: (input: ContactLoadInput | ContactFileLoadInput, call: LoadCall) => Promise<LoadReceipt>
}

/** What a client knows about loads. */
export interface LoadOptions {
  readonly callbackParameter?: string
  readonly maxRequestBytes: number
  readonly formulas: FormulaPolicy
}

interface Load extends LoadSettings {
  readonly bytes: Uint8Array
  readonly sentLineCount?: number
}

/** Creates the operation on lists of contacts. */
export function createContacts(callApi: CallApi, options: LoadOptions): Contacts {
  const { callbackParameter } = options
  return {
    async load(input, { correlationId, callbackUrl, ...watch }) {
      const identity = { correlationId, ...(callbackUrl === undefined ? {} : { callbackUrl }) }
      const checked = checkInput(`danaconnect ${OPERATION}`, loadCallSchema, identity)
      const load = 'file' in input ? fileLoad(input) : rowLoad(input, options.formulas)
      checkFileSize(OPERATION, 'file' in input ? 'file' : 'rows', load.bytes, options.maxRequestBytes)
      const fileName = `${checked.correlationId}.csv`
      const callback = callbackField(callbackParameter, checked.callbackUrl)
      return callApi(
        {
          operation: OPERATION,
          method: 'POST',
          host: 'ws',
          path: PATH,
          parameters: { tableCode: load.tableCode },
          body: {
            kind: 'multipart',
            fields: [...fieldsOf(load), ...callback],
            files: [{ name: 'file', filename: fileName, contentType: 'text/csv', bytes: load.bytes }],
          },
          secrets: callback.map(([, url]) => url),
          judge: (reply, context) => ({
            fileName,
            ...(load.sentLineCount === undefined ? {} : { sentLineCount: load.sentLineCount }),
            callbackRequested: callback.length > 0,
            warnings: judgeLoad(reply, context, expectedEcho(load, fileName, callbackParameter)),
          }),
        },
        watch,
      )
    },
  }
}

/**
 * Judges the answer of `contacts.load`, and returns its warnings.
 *
 * @param expected - The members that the reply is known to have, and what was sent; undefined for one that may say anything.
 * @throws UpstreamError with a `DanaconnectCode`.
 * @see https://dev.danaconnect.com/openapi/contactbulkupload-reference
 */
export function judgeLoad(
  reply: HttpReply,
  context: JudgeContext,
  expected: Readonly<Record<string, unknown>>,
): readonly string[] {
  const body = bodyWithoutFailure(reply, context)
  const parsed = loadReplySchema.safeParse(body)
  if (!parsed.success || !isObject(body)) throw failure('DANACONNECT_UNREADABLE_REPLY', reply, context)
  return Object.entries(body).flatMap(([name, value]) => {
    if (!Object.hasOwn(expected, name)) return [`${name} is not known`]
    const sent = expected[name]
    return sent === undefined || JSON.stringify(sent) === JSON.stringify(value) ? [] : [`${name} is not as it was sent`]
  })
}

function rowLoad(input: ContactLoadInput, formulas: FormulaPolicy): Load {
  const { rows, ...settings } = checkInput(`danaconnect ${OPERATION}`, contactLoadSchema, input)
  return { ...settings, bytes: encodeRows(rows, settings, formulas), sentLineCount: rows.length }
}

function fileLoad({ file, ...input }: ContactFileLoadInput): Load {
  return { ...checkInput(`danaconnect ${OPERATION}`, contactFileLoadSchema, input), bytes: file }
}

function encodeRows(rows: RowLoad['rows'], settings: Omit<RowLoad, 'rows'>, formulas: FormulaPolicy): Uint8Array {
  const { fieldsCode, separator, delimiter, includeHeaders, encodingType } = settings
  const encodings: Readonly<Record<RowLoad['encodingType'], CsvEncoding>> = {
    'UTF-8': 'utf-8',
    'ISO-8859-1': 'iso-8859-1',
    'windows-1252': 'windows-1252',
  }
  return encodeCsvBytes(rows, {
    // Any column may hold a phone number, whose + begins no formula.
    columns: fieldsCode.map((name) => ({ name, kind: 'phone' })),
    separator,
    delimiter,
    header: includeHeaders,
    lineEnd: '\n',
    formulas,
    encoding: encodings[encodingType],
  })
}

/** The parts of the form, in the order of the vendor's sample. */
function fieldsOf(load: Load): [string, Text][] {
  return [
    ['delimiter', load.delimiter],
    ['encodingType', load.encodingType],
    ['includeHeaders', String(load.includeHeaders)],
    ['operationType', load.operationType],
    ['separator', load.separator],
    ['strict', String(load.strict)],
    ['fieldsCode', load.fieldsCode.join(';')],
    ...(load.keyField === undefined ? [] : [['keyField', load.keyField.join(';')] satisfies [string, Text]]),
  ]
}

/** The address is a secret: whoever knows it can report a result. */
function callbackField(name: string | undefined, url: string | undefined): [string, Secret][] {
  return name === undefined || url === undefined ? [] : [[name, new Secret('callbackUrl', url)]]
}

function expectedEcho(load: Load, fileName: string, callbackParameter: string | undefined): Record<string, unknown> {
  return {
    fields: load.fieldsCode,
    fileName,
    idCompany: undefined,
    includeHeaders: load.includeHeaders,
    separator: load.separator,
    status: undefined,
    tableCode: load.tableCode,
    ...(callbackParameter === undefined ? {} : { [callbackParameter]: undefined }),
  }
}
