import type { World } from '../world/world.ts'
import { CANARY_ENVIRONMENT } from './canaries.ts'

/** Something that the gateway wrote for somebody to read. */
export interface Output {
  readonly name: string
  readonly text: string
}

/** Pages and answers that do not depend on a delivery. */
export const PAGES = ['/', '/openapi.json', '/readyz', '/healthz', '/v1/destinations', '/v1/nowhere'] as const

/** Reads a path of the gateway with the planted key. */
export async function readPath(world: World, path: string): Promise<Output> {
  const headers = { authorization: `Bearer ${CANARY_ENVIRONMENT['SLUICE_ADMIN_TOKEN']}` }
  const response = await world.request(path, { headers })
  const shown = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n')
  return { name: path, text: `${shown}\n\n${await response.text()}` }
}

/** Everything that is kept or shown of a world's deliveries: log, rows, answers. */
export async function outputsOf(world: World, deliveryIds: readonly string[]): Promise<readonly Output[]> {
  const outputs = [
    { name: 'the log', text: world.log.join('\n') },
    { name: 'the database', text: rowsOf(world) },
  ]
  for (const id of deliveryIds) outputs.push(await readPath(world, `/v1/deliveries/${id}`))
  return outputs
}

/** Every value of every table, as text. */
function rowsOf({ database }: World): string {
  const tables = database.all("SELECT name FROM sqlite_master WHERE type = 'table'")
  const values = tables.flatMap(({ name }) => database.all(`SELECT * FROM ${String(name)}`)).flatMap(Object.values)
  return values.map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString() : String(value))).join('\n')
}
