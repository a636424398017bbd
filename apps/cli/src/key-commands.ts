import { parseArgs } from 'node:util'
import { CliError } from './cli-error.ts'
import { bodyOf, type GatewayClient } from './gateway.ts'

export const USAGE = `usage: keys create --name <name> --scopes ingest,read,operate [--sources a,b] [--rate <per minute>] [--expires <time>]
       keys list
       keys rotate <id or name> [--overlap <seconds>]
       keys revoke <id or name> [--even-if-last]`

/** What a command says: a secret goes to standard output alone, so that it can be piped to where it is kept. */
export interface Said {
  readonly output: string
  readonly note?: string
}

const OPTIONS = {
  name: { type: 'string' },
  scopes: { type: 'string' },
  sources: { type: 'string' },
  rate: { type: 'string' },
  expires: { type: 'string' },
  overlap: { type: 'string' },
  'even-if-last': { type: 'boolean' },
} as const

/**
 * Carries out a command.
 *
 * @throws CliError with what is wrong, in one line.
 */
export async function runKeys(words: readonly string[], gateway: GatewayClient): Promise<Said> {
  const { values, positionals } = parse(words)
  const [command, which] = positionals
  switch (command) {
    case 'create':
      return create(values, gateway)
    case 'list':
      return list(gateway)
    case 'rotate':
      return rotate(await idOf(which, gateway), values.overlap, gateway)
    case 'revoke':
      return revoke(await idOf(which, gateway), values['even-if-last'] === true, gateway)
    case undefined:
      throw new CliError(`say what to do\n${USAGE}`)
    default:
      throw new CliError(`there is no ${command}\n${USAGE}`)
  }
}

type Values = ReturnType<typeof parse>['values']

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true })
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : 'the command cannot be read')
  }
}

async function create({ name, scopes, sources, rate, expires }: Values, { v1 }: GatewayClient): Promise<Said> {
  if (name === undefined || scopes === undefined) throw new CliError('create needs --name and --scopes')
  const { key, secret } = await bodyOf(
    v1.keys.$post({
      json: {
        name,
        scopes: scopes.split(',').map(scopeOf),
        ...(sources === undefined ? {} : { sources: sources.split(',') }),
        ...(rate === undefined ? {} : { ratePerMinute: wholeNumber('--rate', rate) }),
        ...(expires === undefined ? {} : { expiresAt: expires }),
      },
    }),
  )
  return {
    output: secret,
    note: `created ${key.id} (${key.name}); the line above is its secret, and is told this once`,
  }
}

const SCOPES = ['ingest', 'read', 'operate'] as const

function scopeOf(word: string): (typeof SCOPES)[number] {
  const scope = SCOPES.find((known) => known === word)
  if (scope === undefined) throw new CliError(`--scopes takes ${SCOPES.join(', ')}, with commas`)
  return scope
}

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new CliError(`${option} takes a whole number`)
}

async function list(gateway: GatewayClient): Promise<Said> {
  const rows = (await allKeys(gateway)).map(({ id, name, state, scopes, sources, lastUsedAt, secrets }) => [
    id,
    name,
    state,
    scopes.join(',') + (sources === null ? '' : ` for ${sources.join(',')}`),
    lastUsedAt === null ? '' : `used ${lastUsedAt}`,
    secrets.map(({ prefix, endsAt }) => (endsAt === null ? `${prefix}…` : `${prefix}… until ${endsAt}`)).join(', '),
  ])
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  return {
    output: rows
      .map((row) =>
        row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd(),
      )
      .join('\n'),
  }
}

async function allKeys({ v1 }: GatewayClient) {
  const page = (cursor: string | undefined) =>
    bodyOf(v1.keys.$get({ query: cursor === undefined ? { limit: '200' } : { limit: '200', cursor } }))
  const first = await page(undefined)
  const keys = [...first.keys]
  let cursor = first.nextCursor
  while (cursor !== null) {
    const next = await page(cursor)
    keys.push(...next.keys)
    cursor = next.nextCursor
  }
  return keys
}

/** Finds a key by its id, or by its name among those that are not revoked. */
async function idOf(which: string | undefined, gateway: GatewayClient): Promise<string> {
  if (which === undefined) throw new CliError('say which key, by its id or its name')
  if (/^(key_|config:)/.test(which)) return which
  const found = (await allKeys(gateway)).find(({ name, state }) => name === which && state !== 'revoked')
  if (found === undefined) throw new CliError(`there is no key ${JSON.stringify(which)} that is not revoked`)
  return found.id
}

async function rotate(id: string, overlap: string | undefined, { v1 }: GatewayClient): Promise<Said> {
  const json = overlap === undefined ? {} : { overlapSeconds: wholeNumber('--overlap', overlap) }
  const { key, secret } = await bodyOf(v1.keys[':id'].rotate.$post({ param: { id: encodeURIComponent(id) }, json }))
  const [, old] = key.secrets
  const until = old?.endsAt ?? null
  return {
    output: secret,
    note: `rotated ${key.id} (${key.name})${until === null ? '' : `; the old secret ends ${until}`}`,
  }
}

async function revoke(id: string, evenIfLast: boolean, { v1 }: GatewayClient): Promise<Said> {
  const json = evenIfLast ? { evenIfLast: true as const } : {}
  const key = await bodyOf(v1.keys[':id'].revoke.$post({ param: { id: encodeURIComponent(id) }, json }))
  return { output: `revoked ${key.id} (${key.name})` }
}
