import type { World } from '../world/world.ts'
import { CANARY_HEADER, CANARY_QUERY } from './canaries.ts'
import type { WiredOperation } from './operations.ts'

/** Posts an event for an operation, with secrets where a sender may have some, and returns the delivery's id. */
export async function post(
  world: World,
  { destination, operation, marked }: Pick<WiredOperation, 'destination' | 'operation' | 'marked'>,
  payload: unknown,
): Promise<string> {
  const body = { destination, operation, marked, payload }
  const response = await world.post(`cell?${CANARY_QUERY}`, body, { 'x-internal': CANARY_HEADER })
  const { deliveries } = (await response.json()) as { deliveries?: readonly { readonly id: string }[] }
  const [delivery] = deliveries ?? []
  if (delivery === undefined) throw new Error(`${operation} was not accepted: ${response.status}`)
  return delivery.id
}

/** Delivers what has to be there before, and returns the key that its upstream gave it. */
export async function prepare(world: World, { destination, before, marked }: WiredOperation): Promise<string> {
  if (before === undefined) return ''
  const id = await post(world, { destination, operation: before.operation, marked }, before.payload)
  const delivery = await world.store.readDelivery(id)
  if (delivery?.state !== 'delivered') throw new Error(`${before.operation}: ${delivery?.reason?.code}`)
  const { receipt } = delivery
  const key = typeof receipt === 'object' && receipt !== null && 'key' in receipt ? receipt['key'] : ''
  return typeof key === 'number' || typeof key === 'string' ? String(key) : ''
}
