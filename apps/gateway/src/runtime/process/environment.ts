import { LOG_LEVEL_FAULT, readLogLevel } from '../../log-line.ts'
import type { LogLevel } from '../../ports.ts'
import { readFixedEgress } from '../../start-warnings.ts'

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Leaves out variables without a value, which is how many an `.env` file writes those that are not set. */
export function withoutEmpty(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''))
}

/** Where and with what this process runs. */
export interface ProcessSettings {
  readonly port: number
  readonly sandboxPort: number
  readonly dataPath: string
  readonly configPath: string
  /** A sandbox that runs elsewhere on this machine; null starts one when it is needed. */
  readonly sandboxUrl: string | null
  /** Whether the calls of this process always come from the same address: yes, unless it is said not to be so. */
  readonly fixedEgress: boolean
  /** What the log leaves out is less urgent than this. */
  readonly logLevel: LogLevel
}

const DEFAULT_PORT = 8787
const DEFAULT_SANDBOX_PORT = 8788

/** Reads what the process itself needs to know, and what is wrong with it. */
export function readSettings(
  environment: Environment,
  folder: string,
): { readonly settings: ProcessSettings; readonly faults: readonly string[] } {
  const faults: string[] = []
  const fixedEgress = readFixedEgress(environment['FIXED_EGRESS'], true)
  if (fixedEgress === null) faults.push('FIXED_EGRESS must be yes or no')
  const logLevel = readLogLevel(environment['LOG_LEVEL'])
  if (logLevel === null) faults.push(LOG_LEVEL_FAULT)
  const settings = {
    port: readPort(environment, 'PORT', DEFAULT_PORT, faults),
    sandboxPort: readPort(environment, 'SANDBOX_PORT', DEFAULT_SANDBOX_PORT, faults),
    dataPath: environment['SLUICE_DATA'] ?? `${folder}/.sluice`,
    configPath: environment['SLUICE_CONFIG'] ?? `${folder}/sluice.config.ts`,
    sandboxUrl: environment['SLUICE_SANDBOX_URL'] ?? null,
    fixedEgress: fixedEgress ?? true,
    logLevel: logLevel ?? 'info',
  }
  return { settings, faults }
}

function readPort(environment: Environment, name: string, fallback: number, faults: string[]): number {
  const text = environment[name]
  if (text === undefined) return fallback
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  faults.push(`${name} must be a port from 0 to 65535`)
  return fallback
}

/** Any of these says that real upstreams are meant, and then nothing of the sandbox is used. */
const UPSTREAM_CREDENTIALS = [
  'DANACONNECT_USER',
  'DANACONNECT_COMPANY',
  'DANACONNECT_PASSWORD',
  'CONTACTNOW_USERNAME',
  'CONTACTNOW_PASSWORD',
  'DATATALKS_ACCESS_KEY_ID',
  'DATATALKS_SECRET_ACCESS_KEY',
  'RELAY_SECRET',
] as const

/** Tells whether no upstream credential is set at all. */
export function wantsSandbox(environment: Environment): boolean {
  return UPSTREAM_CREDENTIALS.every((name) => environment[name] === undefined)
}
