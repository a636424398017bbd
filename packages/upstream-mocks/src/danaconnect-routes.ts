import type { DanaconnectSettings } from './danaconnect-settings.ts'
import type { StartRequest } from './danaconnect-starts.ts'

/** What a path of DANAConnect stands for. */
export type Target =
  | (Pick<StartRequest, 'operation' | 'what' | 'by' | 'id'> & {
      readonly kind: 'start'
      readonly v2: boolean
      /** The record to start with, where the path names one. */
      readonly recordUid: string | null
    })
  | { readonly kind: 'bulk-load'; readonly operation: 'bulk-load'; readonly tableCode: string }
  | { readonly kind: 'data'; readonly operation: 'data' | 'v2-data'; readonly v2: boolean; readonly dana: string }
  | { readonly kind: 'token'; readonly operation: 'token' }
  | { readonly kind: 'trigger'; readonly operation: 'trigger' }
  | { readonly kind: 'file-upload'; readonly operation: 'file-upload' }
  | { readonly kind: 'unknown'; readonly operation: 'unknown' }

const START = /^\/danaconnect\/api\/([12])\.0\/rest\/conversation\/(ProjectID\/)?([^/]+)\/start\/(data|list)$/
const BULK_LOAD = /^\/danaconnect\/api\/contacts\/rest\/webdb\/table\/([^/]+)$/
const DATA = /^\/danaconnect\/api\/([12])\.0\/rest\/conversation\/data\/([^/]+)$/

/** The paths that stand for one thing each. */
const FIXED: Readonly<Record<string, Target>> = {
  '/danaconnect/oauth2/token': { kind: 'token', operation: 'token' },
  '/danaconnect/event/Trigger': { kind: 'trigger', operation: 'trigger' },
  '/danaconnect/dana/conversation/http/rest/file/upload': { kind: 'file-upload', operation: 'file-upload' },
}

/** Tells what a path stands for. */
export function route(path: string, settings: DanaconnectSettings): Target {
  const [, version, project, id, what] = START.exec(path) ?? []
  if (id !== undefined) {
    const v2 = version === '2'
    const start = what === 'list' ? 'start-list' : 'start-data'
    return {
      kind: 'start',
      operation: `${v2 ? 'v2-' : ''}${project === undefined ? '' : 'project-'}${start}`,
      v2,
      by: project === undefined ? 'conversation' : 'project',
      id: decode(id),
      what: what === 'list' ? 'list' : 'data',
      recordUid: null,
    }
  }
  const tableCode = BULK_LOAD.exec(path)?.[1]
  if (tableCode !== undefined) return { kind: 'bulk-load', operation: 'bulk-load', tableCode: decode(tableCode) }
  const [, dataVersion, dana] = DATA.exec(path) ?? []
  if (dana !== undefined) {
    const v2 = dataVersion === '2'
    return { kind: 'data', operation: v2 ? 'v2-data' : 'data', v2, dana: decode(dana) }
  }
  return FIXED[path] ?? guessedStart(path, settings) ?? { kind: 'unknown', operation: 'unknown' }
}

/** The starts whose paths are not documented: each exists only at the path that the settings give it. */
function guessedStart(path: string, settings: DanaconnectSettings): Target | null {
  const { batchPath, existingRecordPath } = settings
  const batch = batchPath === null ? null : match(path, batchPath)
  if (batch !== null) {
    const v2 = path.includes('/2.0/')
    const operation = v2 ? 'v2-start-batch' : 'start-batch'
    return { kind: 'start', operation, v2, by: 'conversation', id: batch['id'] ?? '', what: 'batch', recordUid: null }
  }
  const existing = existingRecordPath === null ? null : match(path, existingRecordPath)
  if (existing === null) return null
  const [id, recordUid] = [existing['id'] ?? '', existing['record'] ?? '']
  return { kind: 'start', operation: 'v2-start-record', v2: true, by: 'conversation', id, what: 'record', recordUid }
}

/** Matches a path against a template such as `/api/2.0/rest/conversation/{id}/start/record/{record}`. */
function match(path: string, template: string): Readonly<Record<string, string>> | null {
  const wanted = `/danaconnect${template}`.split('/')
  const given = path.split('/')
  if (wanted.length !== given.length) return null
  const found: Record<string, string> = {}
  for (const [place, segment] of wanted.entries()) {
    const name = /^\{([a-z]+)\}$/.exec(segment)?.[1]
    const value = given[place] ?? ''
    if (name === undefined ? segment !== value : value === '') return null
    if (name !== undefined) found[name] = decode(value)
  }
  return found
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
