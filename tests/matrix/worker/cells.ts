/** Each cell has a gateway of its own in this Worker: an edge, a shard and gates that are called by its name. */
import { OutboxShard as Shard } from '@sluice/gateway/worker'
import { UPSTREAMS_URL } from '../../world/addresses.ts'
import { counted } from './time.ts'

/** What the Worker is given. */
export type Bindings = ConstructorParameters<typeof Shard>[1]

/** Between a cell's name and what the gateway calls an object. */
export const SEPARATOR = '/'

/**
 * Makes the environment of a cell's gateway: its objects are its own, and its upstreams are where its name says.
 *
 * @param cell - The port of its upstreams, a hyphen, and a number.
 */
export function environmentOf(environment: Bindings, cell: string): Bindings {
  const [port = ''] = cell.split('-')
  const texts = Object.entries<unknown>({ ...environment }).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value.replace(UPSTREAMS_URL, `http://127.0.0.1:${port}`)]] : [],
  )
  return {
    ASSETS: environment.ASSETS,
    ...(Object.fromEntries(texts) as Record<string, string>),
    OUTBOX_SHARDS: within(environment.OUTBOX_SHARDS, cell),
    DESTINATION_GATES: within(environment.DESTINATION_GATES, cell),
    CONTROL: within(environment.CONTROL, cell),
  }
}

/** The objects of a namespace that belong to a cell. Their calls count as under way. */
function within<Namespace extends Pick<DurableObjectNamespace, 'getByName'>>(
  namespace: Namespace,
  cell: string,
): Namespace {
  const getByName = (name: string) => {
    const stub: object = namespace.getByName(`${cell}${SEPARATOR}${name}`)
    return new Proxy(stub, {
      get: (target, method) => {
        const call = Reflect.get(target, method) as (...values: unknown[]) => Promise<unknown>
        return (...values: unknown[]) => counted(() => Promise.resolve(call(...values)))
      },
    })
  }
  return { getByName } as unknown as Namespace
}
