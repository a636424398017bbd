import { type Expected, gives } from '../contract-case.ts'
import type { Call } from './stage.ts'

/** The columns of the fault table: only a contact may be sent again at once after an error of the vendor's code. */
export type Kind = 'upsert' | 'other'

/** An operation, how it is called here, and what an undisturbed call comes to. */
export interface Operation {
  readonly operation: string
  /** Its name at the mock. */
  readonly at: string
  readonly kind: Kind
  readonly call: Call
  readonly undisturbed: Expected
}

const RECEIPT = { requestId: '00000000-0000-4000-8000-000000000001' }
const LATER_RECEIPT = { ...RECEIPT, datatalksId: '00000000-0000-4000-8000-000000000002' }

/** Every operation of the contract. */
export const OPERATIONS: readonly Operation[] = [
  {
    operation: 'contacts.upsert',
    at: 'contacts.upsert',
    kind: 'upsert',
    call: ({ v1, group_key }) =>
      v1.contacts.upsert({ data: { email: 'john.doe@example.com', name: 'John Doe' }, group_key }),
    undisturbed: gives(RECEIPT),
  },
  {
    operation: 'contacts.delete',
    at: 'contacts.delete',
    kind: 'other',
    call: ({ v1, group_key }) => v1.contacts.delete({ data: { email: 'john.doe@example.com' }, group_key }),
    undisturbed: gives(RECEIPT),
  },
  {
    operation: 'events.create',
    at: 'events.create',
    kind: 'other',
    call: ({ v1, group_key }) =>
      v1.events.create({
        data: { email: 'john.doe@example.com', contactExtEventType: 'PURCHASE', externalId: 'order-1', value: 123.75 },
        group_key,
      }),
    undisturbed: gives(RECEIPT),
  },
  {
    operation: 'products.send',
    at: 'products.send',
    kind: 'other',
    call: ({ v1, group_key }) =>
      v1.products.send({ data: [{ product_id: 'P1', name: 'Milk', price: 12.5 }], group_key }),
    undisturbed: gives(RECEIPT),
  },
  ...(['profiles', 'events', 'inventory'] as const).flatMap((kind): Operation[] => [
    {
      operation: `v2.${kind}.send`,
      at: `v2.${kind}`,
      kind: 'other',
      call: ({ v2, group_key }) =>
        v2[kind].send({ type: 'person', groupKey: group_key, data: { customer_id: 12_345, is_member: 'Yes' } }),
      undisturbed: gives(LATER_RECEIPT),
    },
    {
      operation: `v3.${kind}.send`,
      at: `v3.${kind}`,
      kind: 'other',
      call: ({ v3 }) => v3[kind].send({ type: 'person', data: { customer_id: 12_345, is_member: 'Yes' } }),
      undisturbed: gives(LATER_RECEIPT),
    },
  ]),
]
