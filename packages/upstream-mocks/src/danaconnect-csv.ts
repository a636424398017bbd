import { decodeCsv } from '@sluice/csv-codec'
import { SluiceError } from '@sluice/errors'

import type { LoadParts } from './danaconnect-load.ts'

/** What the file of a load says of its form. */
export type CsvForm = Pick<LoadParts, 'separator' | 'delimiter' | 'encodingType' | 'includeHeaders'>

/**
 * Reads the lines of a load as its parts describe them, and no better: a byte order mark is part of the first value, and
 * bytes of another encoding become whatever characters they become.
 *
 * @returns Null when it is no CSV, or in an encoding that is not known.
 */
export function readLoadLines(bytes: Uint8Array, form: CsvForm): string[][] | null {
  const label = LABELS[form.encodingType.toUpperCase()]
  if (label === undefined) return null
  const text = new TextDecoder(label, { ignoreBOM: true }).decode(bytes)
  try {
    const lines = decodeCsv(text.startsWith(MARK) ? MARK + text : text, {
      separator: form.separator,
      delimiter: form.delimiter === '' ? '"' : form.delimiter,
      rowLengths: 'allow',
      emptyLines: 'skip',
      maxBytes: MAX_BYTES,
      maxRows: MAX_ROWS,
    })
    return form.includeHeaders ? lines.slice(1) : lines
  } catch (error) {
    if (error instanceof SluiceError) return null
    throw error
  }
}

/** The decoder drops the first mark of a text: a second one stays, as the vendor's would. */
const MARK = '\ufeff'

/** The encodings that a load may name, and what the runtime calls them. */
const LABELS: Readonly<Record<string, string>> = {
  'UTF-8': 'utf-8',
  UTF8: 'utf-8',
  'ISO-8859-1': 'iso-8859-1',
  'WINDOWS-1252': 'windows-1252',
}

/** No limit of the vendor is known: these only keep the memory of the sandbox. */
const MAX_BYTES = 64 * 1_048_576
const MAX_ROWS = 1_000_000
