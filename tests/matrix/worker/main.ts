/**
 * The Worker as the fault matrix plays it: the gateway's own classes in one isolate, one gateway for each cell, on a clock that
 * the matrix moves. Clock, timers, alarms and names are replaced here, outside of the gateway: nothing of it is in a Worker that
 * is built from the gateway alone.
 */
import configFile from 'sluice:config'
import { createEdge } from '@sluice/gateway/worker-edge'
import { installAmbient } from './ambient.ts'
import { type Bindings, environmentOf } from './cells.ts'
import { OutboxShard } from './objects.ts'
import { counted, forget, moveTo, stand } from './time.ts'

export { Egress } from '@sluice/gateway/worker'
export { Control, DestinationGate } from './objects.ts'
export { OutboxShard }

installAmbient()

type Edge = ReturnType<typeof createEdge>
const edges = new Map<string, Edge>()

/** What the platform binds: the classes of this file. */
interface MatrixBindings extends Bindings {
  readonly OUTBOX_SHARDS: DurableObjectNamespace<OutboxShard>
}

export default {
  async fetch(request, environment) {
    const { pathname, searchParams } = new URL(request.url)
    switch (pathname) {
      case '/_time':
        return Response.json(stand())
      case '/_time/move': {
        const due = moveTo(Number(searchParams.get('to')))
        await Promise.all(due.map((name) => counted(() => environment.OUTBOX_SHARDS.getByName(name).ringNow())))
        return Response.json({ rung: due.length })
      }
      case '/_time/forget': {
        const cell = searchParams.get('cell') ?? ''
        edges.delete(cell)
        forget(cell)
        return new Response(null, { status: 204 })
      }
      default:
        return edgeOf(environment, request.headers.get('x-matrix-cell') ?? '').fetch(request)
    }
  },
} satisfies ExportedHandler<MatrixBindings>

function edgeOf(environment: Bindings, cell: string): Edge {
  const known = edges.get(cell)
  if (known !== undefined) return known
  const edge = createEdge(configFile, environmentOf(environment, cell))
  edges.set(cell, edge)
  return edge
}
