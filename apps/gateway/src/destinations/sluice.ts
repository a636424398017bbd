import { createSluice, forwardSchema, operations as facts, type Sluice, sluiceFaults } from '@sluice/sluice-client'
import type { z } from 'zod'
import { destination, type DestinationOptions, type DestinationPorts, type Operation } from './destination.ts'

/** One source of another Sluice. */
export interface SluiceDestinationOptions extends DestinationOptions {
  /** Where the other gateway is: an origin, with or without a path. */
  readonly baseUrl: string
  /** Name of its source, which is to be verified by `standardWebhooks` with the same secret. */
  readonly source: string
  /** `whsec_<base64>`, of 24 to 64 bytes. */
  readonly secret: string
}

/**
 * The delivery's id is the id of the message, so that a delivery that is sent again is no second event there. Its receipt
 * names the event and the deliveries that came of it.
 */
const FORWARD: Operation<Sluice, typeof forwardSchema> = {
  payload: forwardSchema,
  idempotent: () => facts['events.forward'].idempotent,
  async deliver(client, stored, { deliveryId, traceHeaders = {}, observe, signal }) {
    // A stored payload passed this very schema when it was mapped; the client checks it once more.
    const input = stored as z.input<typeof forwardSchema>
    const { eventId, deliveries } = await client.events.forward(input, {
      id: deliveryId,
      traceHeaders,
      observe,
      signal,
    })
    return { eventId, deliveries: deliveries.map(({ id }) => id) }
  },
}

const OPERATIONS = { 'events.forward': FORWARD } as const

/** Declares a source of another Sluice as a destination. */
export function sluice(options: SluiceDestinationOptions) {
  const { baseUrl, source, secret } = options
  return destination({
    kind: 'sluice',
    operations: OPERATIONS,
    options,
    baseUrls: [baseUrl],
    faults: sluiceFaults(options),
    renewable: [],
    connect: (ports: DestinationPorts) => createSluice({ ...ports, baseUrl, source, secret }),
  })
}
