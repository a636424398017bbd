import type { FaultName } from './fault-table.ts'

/** What the notice about a processed load says. */
export interface LoadResult {
  readonly fileName: string
  readonly fileSize: number
  readonly logId: number
  readonly result: string
  readonly company: string
  readonly idWebDb: number
  readonly lineCount: number
}

/** A notice, and where it goes. */
export interface Notice {
  readonly url: string
  readonly body: Readonly<Record<string, unknown>>
}

/** Number in the `s3://` name of a file; what it stands for is not documented. */
const STORE_NUMBER = 3233

/** Writes the eight members of a notice. */
function noticeBody(load: LoadResult): Readonly<Record<string, unknown>> {
  return {
    fileName: `s3://contactsfile/${STORE_NUMBER}/${load.fileName}`,
    fileSize: load.fileSize,
    logID: load.logId,
    result: load.result,
    idCompany: load.company,
    idWebDb: load.idWebDb,
    lineCount: load.lineCount,
    movedFile: `processed/Log${load.logId}-webdb${load.idWebDb}`,
  }
}

type Body = ReturnType<typeof noticeBody>

/** The faults that change what a notice says. */
const ODD_BODIES: Readonly<Partial<Record<FaultName, (body: Body) => Body>>> = {
  'callback-unknown-result': (body) => ({ ...body, result: 'ABORTED' }),
  'callback-low-count': (body) => ({ ...body, lineCount: Math.max(0, Number(body['lineCount']) - 1) }),
  'callback-no-moved-file': (body) => Object.fromEntries(Object.entries(body).filter(([name]) => name !== 'movedFile')),
  'callback-extra-keys': (body) => ({ ...body, rejectedFile: 'rejected/none', elapsed: 12 }),
  'callback-numbers-as-text': (body) =>
    Object.fromEntries(
      Object.entries(body).map(([name, value]) => [name, typeof value === 'number' ? String(value) : value]),
    ),
}

/** Lists the notices about a load, in the order in which they are sent. */
export function noticesOf(load: LoadResult, url: string, fault: FaultName | null): readonly Notice[] {
  const body = noticeBody(load)
  const notice = { url, body: (fault === null ? undefined : ODD_BODIES[fault]?.(body)) ?? body }
  if (fault === 'callback-twice') return [notice, notice]
  if (fault === 'callback-forged-path') return [{ url: guessed(url), body }, notice]
  if (fault === 'callback-forged-ids') {
    return [{ url, body: { ...body, idCompany: 'somebody-else', idWebDb: 1, lineCount: 0, result: 'ABORTED' } }, notice]
  }
  return [notice]
}

/** Replaces the end of a path, which is what makes it hard to guess. */
function guessed(url: string): string {
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname.slice(0, pathname.lastIndexOf('/'))}/guessed`
}
